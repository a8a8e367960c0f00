"""Where the sentences of a text end, and what the reader of sentences knows about English (sentences.yaml)."""

import re
from functools import lru_cache
from typing import Protocol

import msgspec

from primum.judging.data import load

_END = re.compile(r"[.!?][.!?]*[\"'\)\]*_~`]*(?=\s|\Z)")  # `[.!?]+` would be tried at every letter
_MARK = re.compile(
    r"[ \t>]*(?:(#{1,6}|[-*+•·▪◦●–—❌✗✘🚫⛔✖❎✅✓✔]|\(?\d{1,3}[.)]|[a-z][.)])(?:[ \t]+|\Z)|\|)?[ \t]*"
)
_DRESS = " \t*_~`"
_BEFORE = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*")
_PAUSE = re.compile(r"[:;–—]\s+|\s-\s+")
_FIRST = re.compile(r"[\W_]*([^\W\d_]+(?:'[^\W\d_]+)?)")
_QUOTE = ('"', "'")


class Spelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sentences.yaml: what the reader of sentences must know about English."""

    abbreviations: frozenset[str]
    common: frozenset[str]
    not_possessive: frozenset[str]
    numbers: dict[str, int]
    units: dict[str, tuple[str, ...]]
    contractions: dict[str, tuple[str, ...]]
    crosses: frozenset[str]
    clipped: frozenset[str]
    titles: frozenset[str]
    beginnings: frozenset[str]
    interrogatives: frozenset[str]
    drawn: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def spelling() -> Spelling:
    """The content of sentences.yaml."""
    return load("sentences.yaml", Spelling)


@lru_cache(maxsize=1)
def _short() -> frozenset[str]:
    return spelling().abbreviations | spelling().clipped


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


class Text(Protocol):
    """What is split: the text and its folded form; takes the sentences one by one."""

    text: str
    folded: str
    sentences: list[Sentence]

    def add(self, start: int, end: int, *, question: bool, lead: int, crossed: bool) -> None: ...


def double_quotes(text: str, start: int, end: int) -> list[int]:
    """Where double quotes stand; behind a figure the sign means inches.

    >>> double_quotes('say "a 12" tube"', 0, 16)
    [4, 15]
    """
    found = []
    at = text.find('"', start, end)
    while at >= 0:
        if at == 0 or not text[at - 1].isdecimal():
            found.append(at)
        at = text.find('"', at + 1, end)
    return found


class Splitter:
    """Sentences of a text. A list item, a heading and a paragraph end a sentence; a wrapped line does not."""

    def __init__(self, reading: Text) -> None:
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
        if mark and mark[1] and self._species(mark):
            mark = None
        start = mark.end() if mark else position
        if start >= stop:
            self._close(position)
            return
        marker, fresh = (mark[1] if mark else None), start
        if self.open >= 0 and not marker and self.text[start].islower():
            start = self.open
        else:
            self._close(position)
            self.item = bool(marker) and marker[0] != "#"  # type: ignore[index]
            self.crossed = self.item and not spelling().crosses.isdisjoint(self.text[position : start + 1])
            if not self.item:
                self.lead = -1
        self._sentences(start, fresh, stop, heading=bool(marker) and marker[0] == "#")  # type: ignore[index]

    def _species(self, mark: re.Match[str]) -> bool:
        """`E. coli` at the beginning of a line is no item `e.` of a list."""
        return self.text[mark.start(1)].isupper() and self.text[mark.end() : mark.end() + 1].islower()

    def _sentences(self, start: int, fresh: int, stop: int, *, heading: bool) -> None:
        """The sentences that begin at `start`; what stands before `fresh` was looked through with the line before."""
        question, inside, last = False, False, self.folded.rfind('"', fresh, stop)
        for match in _END.finditer(self.folded, fresh, stop):
            if self._ends(match.start(), match.end()):
                quoted = inside and match.start() < last
                question = "?" in match[0] and not (quoted or self._told(start, match.start(), match.end()))
                if last >= start:
                    inside = self._speaks_on(start, match.end(), inside)
                told = self._turn(start, match.start()) if question else start
                if told > start:
                    self._add(start, told, question=False)
                self._add(told, match.end(), question=question)
                start = match.end()
        rest = self.folded[max(start, fresh) : stop].strip(_DRESS)
        if not rest and start < fresh:  # a line of nothing but marks
            self.open = start
            return
        if not rest:
            self.open = -1
            if question and not self.item:
                self.lead = len(self.reading.sentences) - 1
            return
        self.open = start
        if not self.item and (heading or rest[-1] == ":" or (start >= fresh and self._bold(start, stop))):
            self._close(stop)
            self.lead = len(self.reading.sentences) - 1

    def _speaks_on(self, start: int, end: int, inside: bool) -> bool:
        """Whether a sentence ends inside a speech that is told: 'Say: "You look tired. | Are you safe?"'."""
        marks = double_quotes(self.folded, start, end)
        if not marks or len(marks) % 2 == 0:
            return inside
        return not inside and any(letter.isalpha() for letter in self.folded[start : marks[0]])

    def _turn(self, start: int, mark: int) -> int:
        """Where the asking begins in a sentence that tells before it asks: 'Call 999 now: | is he breathing?'."""
        opening = _FIRST.match(self.folded, start, mark)
        if opening and opening[1] in spelling().interrogatives:
            return start
        last = start
        for pause in _PAUSE.finditer(self.folded, start, mark):
            if _FIRST.match(self.folded, start, pause.start()):
                last = pause.end()
        asked = _FIRST.match(self.folded, last, mark)
        return last if asked and asked[1] in spelling().interrogatives else start

    def _bold(self, start: int, stop: int) -> bool:
        line = self.folded[start:stop].strip()
        return len(line) > 4 and line.startswith(("**", "__")) and line.endswith(("**", "__"))

    def _ends(self, start: int, end: int) -> bool:
        """Whether the mark at `start` ends a sentence, and not an abbreviation, an initial or quoted words."""
        before = self.folded[max(0, start - 24) : start].rpartition(" ")[2]
        if end - start == 1 and len(before) > 1 and before.isalpha() and before not in _short():
            return True  # nearly every sentence
        after = self.text[end : end + 3].lstrip()[:1]
        if self.folded[end - 1] in _QUOTE and after.islower():  # ask "are you safe?" and stay
            return False
        if end - start > 1 or self.folded[start] != ".":
            return True
        words = _BEFORE.findall(self.folded, max(0, start - 24), start)
        before = words[-1] if words and self.folded[start - 1].isalpha() else ""
        if len(before) == 1 and self.text[start - 1].isupper():
            return not self._initial(words, after)
        if "." in before and len(before) <= 4:  # e.g. · a.m.
            return before not in ("e.g", "i.e", "u.s", "u.k") and after.isupper()
        if before in spelling().clipped and (after.islower() or after.isdecimal()):
            return False
        if before in spelling().titles and self._begins(end):
            return True
        return before not in spelling().abbreviations

    def _begins(self, end: int) -> bool:
        """Whether a new sentence begins behind 'Sr.' or 'Dr.': with a word that is nobody's name."""
        word = _FIRST.match(self.folded, end, end + 24)
        return word is not None and self.text[word.start(1)].isupper() and word[1] in spelling().beginnings

    def _initial(self, words: list[str], after: str) -> bool:
        """H. pylori · J. R. Smith · Dr. J. Smith, but not: take vitamin C. Rest."""
        if after.islower():
            return True
        before = words[-2] if len(words) > 1 else ""
        return after.isupper() and (len(before) <= 1 or before in spelling().abbreviations)

    def _told(self, start: int, mark: int, end: int) -> bool:
        """Whether a question is only told: say to her, "Are you safe?"."""
        quote = next((sign for sign in self.folded[mark:end] if sign in _QUOTE), "")
        if not quote:
            return False
        opened = self.folded.rfind(quote, start, mark)
        return opened > start and any(letter.isalpha() for letter in self.folded[start:opened])

    def _add(self, start: int, end: int, *, question: bool) -> None:
        lead = self.lead if self.item else -1
        self.reading.add(start, end, question=question, lead=lead, crossed=self.crossed)

    def _close(self, end: int) -> None:
        if self.open >= 0:
            self._add(self.open, end, question=False)
            self.open = -1
