"""One look at the words of a text for many patterns at once: most of them it cannot hold, and nobody need try."""

from collections.abc import Iterable

from primum.judging.patterns import Branch, Pattern
from primum.judging.reading import ANY, BITS, NUMBER, Reading

_RANKS = 3
"""So many of the words that a branch cannot do without are asked for, the rarest first."""


class Survey:
    """Several patterns by the words that each of their branches needs."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        known = dict.fromkeys(pattern for pattern in patterns if pattern.branches)
        self._nowhere: dict[object, object] = dict.fromkeys(known, ())
        self._places = [_Place(pattern, branch) for pattern in known for branch in pattern.branches]
        count = len(self._places)
        self._ones = (1 << count) - 1
        self._shifts = range(0, _RANKS * count, count or 1)
        table: dict[str, int] = {ANY: 0, NUMBER: 0}
        for at, place in enumerate(self._places):
            keys = place.branch.way.keys[:_RANKS]
            for shift, key in zip(self._shifts, keys, strict=False):
                for cue in key.cues:
                    table[cue] = table.get(cue, 0) | 1 << shift + at
            for shift in self._shifts[len(keys) :]:
                table[ANY] |= 1 << shift + at
        self._spared = table.pop(ANY) | table.pop(NUMBER)
        """The branches that need no second word, or no third, or one that every text may hold."""
        self._table = table
        """Cue → the branches for which it is one of the first words needed, as bits; behind these the second, …"""
        self._cues = frozenset(table)

    def take(self, reading: Reading) -> None:
        """Note with the reading which branches of each pattern it may hold, in their order, and in which sentences."""
        reading.memo.update(self._nowhere)
        near: dict[object, list[tuple[Branch, int]]] = {}
        for at, mask in sorted(self._masks(reading).items()):
            place = self._places[at]
            if place.counts:
                mask &= reading.numbers()
            if mask:
                near.setdefault(place.pattern, []).append((place.branch, mask))
        reading.memo.update(near)

    def _masks(self, reading: Reading) -> dict[int, int]:
        """The places with the sentences that hold the first words needed, as bits."""
        table, holders = self._table, reading.holders
        held = [self._spared] * min(len(reading.sentences), BITS)
        for cue in reading.cues & self._cues:
            own, bits = table[cue], holders[cue]
            while bits:
                bit = bits & -bits
                held[bit.bit_length() - 1] |= own
                bits ^= bit
        masks: dict[int, int] = {}
        for at, found in enumerate(held):
            for shift in self._shifts[1:]:
                found &= held[at] >> shift
            found &= self._ones
            while found:
                bit = found & -found
                found ^= bit
                place = bit.bit_length() - 1
                masks[place] = masks.get(place, 0) | 1 << at
        return masks


class _Place:
    """A branch of a pattern."""

    __slots__ = ("branch", "counts", "pattern")

    def __init__(self, pattern: Pattern, branch: Branch) -> None:
        self.pattern = pattern
        self.branch = branch
        self.counts = any(key.cues == {NUMBER} for key in branch.way.keys)
        """Needs a number: these are sought only where all else is there."""
