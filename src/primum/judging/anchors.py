"""Sets of words looked up in a reading: with which words a piece of a pattern begins, what it cannot do without."""

from functools import lru_cache
from typing import cast

from primum.judging.reading import FAMILY, Reading, spelling


class Anchor:
    """Some words, beginnings of words, or any number. Made by `anchor`, so that equal ones share their look-ups."""

    __slots__ = ("families", "number", "short", "stems", "sure", "words")

    def __init__(self, words: frozenset[str], stems: tuple[str, ...], number: bool) -> None:
        self.words = words
        self.stems = stems
        self.number = number
        self.families = frozenset(stem[:FAMILY] for stem in stems)
        self.short = any(len(stem) < FAMILY for stem in stems)
        self.sure = not stems and not number

    def places(self, reading: Reading) -> set[int]:
        """Where in the text one of them stands."""
        found = reading.memo.get(self)
        if found is None:
            index = reading.index
            places: set[int] = set()
            for word in reading.vocabulary & self.words:
                places.update(index[word])
            if self.stems:
                places.update(_beginning(reading, self.stems))
            if self.number:
                places |= numbers(reading)
            found = reading.memo[self] = places
        return cast("set[int]", found)

    def at(self, reading: Reading, place: int) -> bool:
        """Whether one of them stands here."""
        word = reading.words[place]
        return (
            word in self.words or word.startswith(self.stems) or (self.number and place in numbers(reading))
        )

    def absent(self, reading: Reading) -> bool:
        """A quick look: True where the text surely holds none of them."""
        if self.sure:
            return reading.vocabulary.isdisjoint(self.words)
        if self.number or self.short or not reading.vocabulary.isdisjoint(self.words):
            return False
        return reading.families.keys().isdisjoint(self.families)


@lru_cache(maxsize=32768)
def anchor(words: frozenset[str], stems: frozenset[str] = frozenset(), number: bool = False) -> Anchor:
    """The one anchor with this content."""
    return Anchor(words, tuple(sorted(stems)), number)


def united(anchors: list[Anchor]) -> Anchor:
    """What any of them finds."""
    return anchor(
        frozenset().union(*(one.words for one in anchors)),
        frozenset().union(*(one.stems for one in anchors)),
        any(one.number for one in anchors),
    )


def rarity(word: str) -> int:
    """How much a word narrows the search: nothing for the commonest, more for longer ones."""
    return 0 if word in spelling().common else len(word)


def numbers(reading: Reading) -> set[int]:
    """Where the numbers of the text stand, in figures or words."""
    found = reading.memo.get("numbers")
    if found is None:
        known = spelling().numbers
        found = reading.memo["numbers"] = {
            at
            for word, places in reading.index.items()
            if word[0].isdecimal() or word in known
            for at in places
        }
    return cast("set[int]", found)


def _beginning(reading: Reading, stems: tuple[str, ...]) -> list[int]:
    """Where the words stand that begin with one of the stems."""
    families, index = reading.families, reading.index
    places: list[int] = []
    for stem in stems:
        near = families.get(stem[:FAMILY], ()) if len(stem) >= FAMILY else index
        for word in near:
            if word.startswith(stem):
                places += index[word]
    return places
