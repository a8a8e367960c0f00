"""A text read once: its words and sentences, where they stand, and an index of the words.

Everything that looks for something in a reply (evidence, refusal, injection) shares one reading of it. Positions are
those of the text as received: folding never changes its length, so a quote is verbatim.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import filterfalse, islice, pairwise
from typing import Any

from primum.judging.sentences import Sentence, Splitter, spelling

_WORD = re.compile(r"[^\W\d_]+(?:['&][^\W\d_]+)*|\d+(?:,\d{3})*(?:\.\d+)?|%")
_ASCII_WORD = re.compile(r"[a-z]+(?:['&][a-z]+)*|[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|%")
_POINTED = bytes.maketrans(b"123456789,", b"000000000.")
_BLANKED = bytes(code if chr(code).isalnum() or chr(code) in "'&%" else 32 for code in range(128)).ljust(256)
_HIDDEN_WORD = re.compile(  # the same with DEL, an invisible mark, anywhere inside
    r"[^\W\d_](?:['&\x7f]*[^\W\d_])*|\d(?:\x7f*\d)*(?:,\d{3})*(?:\.\d+)?|%"
)
_BREAK = re.compile(r"[;:–—]|\s-\s")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
FAMILY = 3
"""Beginnings of words are looked up by so many letters."""
ANY, NUMBER = "*", "#"
"""Cues of every text: for what cannot be looked up by words, and for numbers."""
BITS = 240
"""So many sentences have a bit of their own."""


class Reading:
    """One text, tokenised. The caches belong to this reading alone and die with it."""

    __slots__ = (
        "_clauses",
        "_marks",
        "_spans",
        "cues",
        "distinct",
        "finder",
        "folded",
        "holders",
        "masks",
        "matches",
        "memo",
        "near",
        "sentences",
        "spaced",
        "text",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.finder = _finder(self.folded)
        self.spaced = _spaced(self.folded)
        """The same with blanks for marks, to find the words quickly; empty where that would not find the same."""
        self.words: list[str] = []
        self.sentences: list[Sentence] = []
        self.holders: dict[str, int] = {}
        """The sentences that give a cue, as bits: they hold the word, or a word of the family."""
        self.distinct = 0
        """How many of them are words: they stand first."""
        self.masks: dict[object, int] = {}
        """The same for sets of cues."""
        self.memo: dict[object, object] = {}
        self.near: dict[object, Any] = {}
        """The branches of a pattern that the text may hold, where a survey was taken (survey.py)."""
        self.matches: dict[tuple[object, int], Collection[tuple[int, int]]] = {}
        """What a branch of a pattern finds in a sentence."""
        self._clauses: dict[int, list[int]] = {}
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._marks: dict[int, list[str]] = {}
        Splitter(self).split()
        self._join_families()
        self.cues = frozenset(self.holders)
        """Words and families of words, to tell at once what the text cannot hold."""

    def _join_families(self) -> None:
        holders = self.holders
        self.distinct = len(holders)
        for word, bits in list(holders.items()):
            if len(word) >= FAMILY:
                name = word[:FAMILY] + "*"
                holders[name] = holders.get(name, 0) | bits
        holders[ANY], holders[NUMBER] = -1, 0  # numbers are sought only when asked for

    def numbers(self) -> int:
        """The sentences that hold a number, as bits."""
        found = self.masks.get(NUMBER)
        if found is None:
            found, named = 0, spelling().numbers
            for word, bits in self.vocabulary():
                if word[0].isdecimal() or word in named:
                    found |= bits
            self.masks[NUMBER] = found
        return found

    def holding(self, mask: int) -> Sequence[int]:
        """The sentences that bits stand for, in order. In a long text some share a bit: then all of these."""
        count = len(self.sentences)
        if mask < 0 or count > BITS:
            return [at for at in range(count) if mask >> at % BITS & 1]
        found = []
        while mask:
            bit = mask & -mask
            found.append(bit.bit_length() - 1)
            mask ^= bit
        return found

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """The different words of the text, each with the sentences that hold it as bits."""
        return islice(self.holders.items(), self.distinct)

    def distinct_words(self) -> Iterator[str]:
        """The different words of the text."""
        return islice(self.holders, self.distinct)

    @staticmethod
    def bit(sentence: int) -> int:
        """The bit of a sentence, as in `holders`."""
        return 1 << sentence % BITS

    def spans(self, sentence: int) -> list[tuple[int, int]]:
        """Where the words of a sentence stand in the text."""
        found = self._spans.get(sentence)
        if found is None:
            place = self.sentences[sentence]
            words = self.words[place.first : place.last]
            found = self._spans[sentence] = self._find(words, place.start, place.end)
        return found

    def _find(self, words: list[str], start: int, end: int) -> list[tuple[int, int]]:
        """Where the words of the characters [start, end) stand."""
        text = self.folded
        if not self.spaced or "'s" in text[start:end]:  # a word may be shorter than what stands in the text
            return [match.span() for match in self.finder.finditer(text, start, end)]
        found = []
        for word in words:
            start = text.find(word, start, end)
            after = start + len(word)
            found.append((start, after))
            start = after
        return found

    def marks(self, sentence: int) -> list[str]:
        """What stands in the text between each word of a sentence and the one before it."""
        found = self._marks.get(sentence)
        if found is None:
            spans, text = self.spans(sentence), self.text
            between = [text[before[1] : after[0]] for before, after in pairwise(spans)]
            found = self._marks[sentence] = ["", *between]
        return found

    def span(self, sentence: int, first: int, last: int) -> tuple[int, int]:
        """Characters of the words [first, last) of a sentence."""
        spans, base = self.spans(sentence), self.sentences[sentence].first
        return spans[first - base][0], spans[last - 1 - base][1]

    def clause(self, word: int, stop: int) -> tuple[int, int]:
        """The words [first, last) around a word, as far as the next semicolon, colon or dash."""
        sentence = self._sentence_that_ends(stop)
        edges = self._clauses.get(sentence)
        if edges is None:
            edges = self._clauses[sentence] = self._edges(sentence)
        at = bisect_right(edges, word)
        return edges[at - 1], edges[at]

    def _sentence_that_ends(self, stop: int) -> int:
        return bisect_left(self.sentences, stop, key=lambda sentence: sentence.last)

    def _edges(self, sentence: int) -> list[int]:
        place, spans = self.sentences[sentence], self.spans(sentence)
        inner = [
            place.first + at
            for at in range(1, len(spans))
            if _BREAK.search(self.folded, spans[at - 1][1], spans[at][0])
        ]
        return [place.first, *inner, place.last]

    def add(self, start: int, end: int, *, question: bool, lead: int, crossed: bool) -> None:
        """Take the characters [start, end) as the next sentence, if there is a word in them."""
        if self.spaced:
            found = self.spaced[start:end].split()
            if not all(map(str.isdecimal, filterfalse(str.isalpha, found))):
                found = [word for piece in found for word in _parts(piece)]
        else:
            found = tokens(self.folded, start, end)
        if not found:
            return
        holders, bit = self.holders, self.bit(len(self.sentences))
        for word in found:
            holders[word] = holders.get(word, 0) | bit
        first = len(self.words)
        self.words += found
        self.sentences.append(Sentence(first, len(self.words), start, end, question, lead, crossed))


def family(word: str) -> str:
    """The name under which a word is found by its first letters."""
    return word[:FAMILY] + "*"


def is_number(word: str) -> bool:
    """In figures or as a word."""
    return word[0].isdecimal() or word in spelling().numbers


def tokens(folded: str, start: int = 0, end: int | None = None) -> list[str]:
    """The words of a folded text.

    >>> tokens("don't give 1,000mg of the patient's dose")
    ["don't", 'give', '1000', 'mg', 'of', 'the', 'patient', 'dose']
    """
    end = len(folded) if end is None else end
    found = _finder(folded).findall(folded, start, end)
    return [word if word.isalnum() else _plain(word) for word in found]


def _parts(piece: str) -> Sequence[str]:
    """The words of what stands between two spaces."""
    return (piece,) if piece.isalpha() or piece.isdecimal() else tokens(piece)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    word = word.replace(",", "").replace("\x7f", "")
    if word.endswith("'s") and word not in spelling().not_possessive:
        return word[:-2]
    return word


def _spaced(folded: str) -> str:
    if not folded.isascii() or "\x7f" in folded:
        return ""
    raw = folded.encode()
    return "" if b"0.0" in raw.translate(_POINTED) else raw.translate(_BLANKED).decode()


def _finder(folded: str) -> re.Pattern[str]:
    if "\x7f" in folded:
        return _HIDDEN_WORD
    return _ASCII_WORD if folded.isascii() else _WORD


def fold(text: str) -> str:
    """The text in small plain letters, of the same length: accents off, quotes straight, invisible marks as DEL."""
    if not text.isascii():
        text = _FOREIGN.sub(lambda match: _letter(match[0]), text.replace("\x7f", " "))
    return text.lower()


_QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"'}


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    """One character as one small plain character."""
    if character in _QUOTES:
        return _QUOTES[character]
    if character in "µμ":
        return "u"
    if character in "\u2028\u2029\u0085":
        return "\n"
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me"):
        return "\x7f"
    plain = unicodedata.normalize("NFKD", character)
    if len(plain) > 1 and unicodedata.combining(plain[1]):
        plain = plain[0]
    plain = plain.lower()
    return plain if len(plain) == 1 else character
