"""A text read once: its sentences and words, where they stand, and an index of the words.

Everything that looks for something in a reply (evidence, refusal, injection) shares one reading of it. Positions are
those of the text as received: folding never changes its length, so a quote is verbatim.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from primum.judging.data import load

_WORD = re.compile(r"[^\W\d_]+(?:['&][^\W\d_]+)*|\d+(?:,\d{3})*(?:\.\d+)?|%")
_ASCII_WORD = re.compile(r"[a-z]+(?:['&][a-z]+)*|[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|%")
_THOUSANDS = re.compile(r",\d{3}")
_HIDDEN_WORD = re.compile(  # the same with DEL, an invisible mark, anywhere inside
    r"[^\W\d_](?:['&\x7f]*[^\W\d_])*|\d(?:\x7f*\d)*(?:,\d{3})*(?:\.\d+)?|%"
)
_END = re.compile(r"[.!?]+[\"'\)\]*_~`]*(?=\s|\Z)")
_MARK = re.compile(
    r"[ \t>]*(?:(#{1,6}|[-*+•·▪◦●–—❌✗✘🚫⛔✖❎✅✓✔]|\(?\d{1,3}[.)]|[a-z][.)])(?:[ \t]+|\Z)|\|)?[ \t]*"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_DRESS = " \t*_~`"
FAMILY = 3
"""Beginnings of words are looked up by so many letters."""
ANY, NUMBER = "*", "#"
"""Cues of every text: for what cannot be looked up by words, and for numbers."""
_BITS = 240
"""So many sentences have a bit of their own."""


class Spelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sentences.yaml: what the reader of sentences must know about English."""

    abbreviations: frozenset[str]
    common: frozenset[str]
    not_possessive: frozenset[str]
    numbers: dict[str, int]
    units: dict[str, tuple[str, ...]]
    contractions: dict[str, tuple[str, ...]]
    crosses: frozenset[str]


@lru_cache(maxsize=1)
def spelling() -> Spelling:
    """The content of sentences.yaml."""
    return load("sentences.yaml", Spelling)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence by its words [first, last) and its characters [start, end)."""

    first: int
    last: int
    start: int
    end: int
    question: bool
    lead: int
    """The sentence that introduces it as a list item ('Do not:' …), or -1."""
    crossed: bool
    """A list item marked with a cross."""


class Reading:
    """One text, tokenised. The caches belong to this reading alone and die with it."""

    __slots__ = (
        "_spans",
        "cues",
        "dressed",
        "finder",
        "folded",
        "holders",
        "masks",
        "memo",
        "sentences",
        "text",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.finder = _finder(self.folded)
        self.dressed = "\x7f" in self.folded or _THOUSANDS.search(self.folded) is not None
        self.words: list[str] = []
        self.sentences: list[Sentence] = []
        self.holders: dict[str, int] = {}
        """The sentences that give a cue, as bits: they hold the word, or a word of the family."""
        self.masks: dict[object, int] = {}
        """The same for sets of cues."""
        self.memo: dict[object, object] = {}
        self._spans: dict[int, list[tuple[int, int]]] = {}
        _Splitter(self).split()
        self._join_families()
        self.cues = frozenset(self.holders)
        """Words and families of words, to tell at once what the text cannot hold."""

    def _join_families(self) -> None:
        holders = self.holders
        for word, bits in list(holders.items()):
            name = word[:FAMILY] + "*"
            holders[name] = holders.get(name, 0) | bits
        holders[ANY], holders[NUMBER] = -1, 0  # numbers are sought only when asked for

    def numbers(self) -> int:
        """The sentences that hold a number, as bits."""
        found = self.masks.get(NUMBER)
        if found is None:
            found = 0
            for word, bits in self.holders.items():
                if is_number(word):
                    found |= bits
            self.masks[NUMBER] = found
        return found

    def holding(self, mask: int) -> Sequence[int]:
        """The sentences that bits stand for, in order. In a long text some share a bit: then all of these."""
        count = len(self.sentences)
        if mask < 0 or count > _BITS:
            return [at for at in range(count) if mask >> at % _BITS & 1]
        found = []
        while mask:
            bit = mask & -mask
            found.append(bit.bit_length() - 1)
            mask ^= bit
        return found

    def spans(self, sentence: int) -> list[tuple[int, int]]:
        """Where the words of a sentence stand in the text."""
        found = self._spans.get(sentence)
        if found is None:
            place = self.sentences[sentence]
            found = [match.span() for match in self.finder.finditer(self.folded, place.start, place.end)]
            self._spans[sentence] = found
        return found

    def span(self, sentence: int, first: int, last: int) -> tuple[int, int]:
        """Characters of the words [first, last) of a sentence."""
        spans, base = self.spans(sentence), self.sentences[sentence].first
        return spans[first - base][0], spans[last - 1 - base][1]

    def add(self, start: int, end: int, *, question: bool, lead: int, crossed: bool) -> None:
        """Take the characters [start, end) as the next sentence, if there is a word in them."""
        found = self.finder.findall(self.folded, start, end)
        if self.dressed or self.folded.find("'s", start, end) >= 0:
            found = [word if word.isalnum() else _plain(word) for word in found]
        if not found:
            return
        holders, bit = self.holders, 1 << len(self.sentences) % _BITS
        for word in found:
            holders[word] = holders.get(word, 0) | bit
        first = len(self.words)
        self.words += found
        self.sentences.append(Sentence(first, len(self.words), start, end, question, lead, crossed))


class _Splitter:
    """Sentences of a text. A list item, a heading and a paragraph end a sentence; a wrapped line does not."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.folded = reading.folded
        self.lead = -1
        self.item = False
        self.crossed = False
        self.open = -1
        """Start of a sentence that a line has left open."""

    def split(self) -> None:
        position, size = 0, len(self.folded)
        while position <= size:
            stop = self.folded.find("\n", position)
            stop = size if stop < 0 else stop
            self._line(position, stop)
            position = stop + 1
        self._close(size)

    def _line(self, position: int, stop: int) -> None:
        mark = _MARK.match(self.folded, position, stop)
        start = mark.end() if mark else position
        if start >= stop:
            self._close(position)
            return
        marker = mark[1] if mark else None
        if self.open >= 0 and not marker and self.text[start].islower():
            start = self.open
        else:
            self._close(position)
            self.item = bool(marker) and marker[0] != "#"  # type: ignore[index]
            self.crossed = self.item and not spelling().crosses.isdisjoint(self.text[position : start + 1])
            if not self.item:
                self.lead = -1
        self._sentences(start, stop, heading=bool(marker) and marker[0] == "#")  # type: ignore[index]

    def _sentences(self, start: int, stop: int, *, heading: bool) -> None:
        question = False
        for match in _END.finditer(self.folded, start, stop):
            if self._ends(match.start(), match.end()):
                question = "?" in match[0]
                self._add(start, match.end(), question=question)
                start = match.end()
        rest = self.folded[start:stop].strip(_DRESS)
        if not rest:
            self.open = -1
            if question and not self.item:
                self.lead = len(self.reading.sentences) - 1
            return
        self.open = start
        if not self.item and (heading or rest[-1] == ":" or self._bold(start, stop)):
            self._close(stop)
            self.lead = len(self.reading.sentences) - 1

    def _bold(self, start: int, stop: int) -> bool:
        line = self.folded[start:stop].strip()
        return len(line) > 4 and line.startswith(("**", "__")) and line.endswith(("**", "__"))

    def _ends(self, start: int, end: int) -> bool:
        """Whether the full stop at `start` ends a sentence, and not only an abbreviation."""
        if end - start > 1 or self.folded[start] != ".":
            return True
        before = self.folded[max(0, start - 8) : start].rpartition(" ")[2].lstrip("(\"'*_")
        if "." in before and len(before) <= 4 and before.replace(".", "").isalpha():  # e.g. · a.m.
            after = self.text[end : end + 3].lstrip()
            return before not in ("e.g", "i.e", "u.s", "u.k") and after[:1].isupper()
        return before not in spelling().abbreviations

    def _add(self, start: int, end: int, *, question: bool) -> None:
        lead = self.lead if self.item else -1
        self.reading.add(start, end, question=question, lead=lead, crossed=self.crossed)

    def _close(self, end: int) -> None:
        if self.open >= 0:
            self._add(self.open, end, question=False)
            self.open = -1


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


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    word = word.replace(",", "").replace("\x7f", "")
    if word.endswith("'s") and word not in spelling().not_possessive:
        return word[:-2]
    return word


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
