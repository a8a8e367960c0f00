"""Sets of words looked up in a reading: with which words a piece of a pattern begins, what it cannot do without."""

from collections.abc import Iterable, Set
from functools import lru_cache

from primum.judging.reading import ANY, FAMILY, NUMBER, Reading, family, is_number
from primum.judging.sentences import spelling

_FEW = 4
"""So many cues are looked up one by one."""


class Anchor:
    """Some words, beginnings of words, or any number. Made by `anchor`, so that equal ones share their look-ups."""

    __slots__ = ("cues", "number", "stems", "words")

    def __init__(self, words: frozenset[str], stems: frozenset[str], number: bool) -> None:
        self.words = words
        self.stems = tuple(stems)
        self.number = number
        begun = [family(stem) if len(stem) >= FAMILY else ANY for stem in stems]
        loose = [NUMBER] if number else []
        self.cues = words.union(begun, loose) if begun or loose else words
        """A sentence without any of these holds none of them."""

    def mask(self, reading: Reading) -> int:
        """The sentences that may hold one of them, as bits (see Reading.holding)."""
        found = reading.masks.get(self)
        if found is None:
            found, holders = 0, reading.holders
            if len(self.cues) <= _FEW:
                for cue in self.cues:
                    found |= holders.get(cue, 0)
            else:
                for cue in reading.cues & self.cues:
                    found |= holders[cue]
            if self.number:
                found |= reading.numbers()
            reading.masks[self] = found
        return found

    def holds(self, word: str) -> bool:
        """Whether the word is one of them."""
        return word in self.words or word.startswith(self.stems) or (self.number and is_number(word))

    def starts(self, words: list[str], first: int, last: int) -> dict[int, int]:
        """Where among the words [first, last) one of them stands, as the states in which a match begins."""
        single, stems = self.words, self.stems
        if self.number:
            named = spelling().numbers
            return {
                at: at
                for at in range(first, last)
                if words[at] in single
                or words[at][0].isdecimal()
                or words[at] in named
                or words[at].startswith(stems)
            }
        if stems:
            return {at: at for at in range(first, last) if words[at] in single or words[at].startswith(stems)}
        return {at: at for at in range(first, last) if words[at] in single}


@lru_cache(maxsize=32768)
def anchor(words: frozenset[str], stems: frozenset[str] = frozenset(), number: bool = False) -> Anchor:
    """The one anchor with this content."""
    return Anchor(words, stems, number)


def united(anchors: Iterable[Anchor], words: Set[str] = frozenset(), stems: Iterable[str] = ()) -> Anchor:
    """What any of them finds, and these words and beginnings of words."""
    every_word, every_stem, number = set(words), set(stems), False
    for one in anchors:
        every_word |= one.words
        every_stem.update(one.stems)
        number = number or one.number
    return anchor(frozenset(every_word), frozenset(every_stem), number)


def rarity(word: str) -> int:
    """How much a word narrows the search: nothing for the commonest, more for longer ones."""
    return 0 if word in spelling().common else len(word)
