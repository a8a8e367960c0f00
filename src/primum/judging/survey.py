"""One look at the words of a text for many patterns at once: most of them it cannot hold, and nobody need try."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any

from primum.judging.patterns import Branch, Pattern
from primum.judging.reading import Reading

_RANKS = 3
"""So many of the words that a branch cannot do without are asked for, the rarest first."""


class Survey:
    """Several patterns by the words that each of their branches needs."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        known = dict.fromkeys(pattern for pattern in patterns if pattern.branches)
        self._nowhere: dict[object, tuple[Branch, ...]] = dict.fromkeys(known, ())
        self._places = [(pattern, branch) for pattern in known for branch in pattern.branches]
        count = len(self._places)
        self._ones = (1 << count) - 1
        self._shifts = range(0, _RANKS * count, count or 1)
        spared = 0
        table: dict[str, int] = {}
        for at, (_, branch) in enumerate(self._places):
            keys = branch.way.keys[:_RANKS]
            for shift, key in zip(self._shifts, keys, strict=False):
                bit = 1 << shift + at
                for cue in key.cues:
                    table[cue] = table.get(cue, 0) | bit
            for shift in self._shifts[len(keys) :]:
                spared |= 1 << shift + at
        same: dict[int, int] = {}
        self._table = {cue: same.setdefault(bits, bits) for cue, bits in table.items()}
        """Cue → the branches for which it is one of the first words needed, as bits; behind these the second, …"""
        self._cues = frozenset(table)
        self._spared = spared
        """The branches that need no second word, or no third."""

    def take(self, reading: Reading) -> Collection[Pattern]:
        """Note with the reading which branches of each pattern it may hold, in their order; the patterns with any."""
        held = reduce(or_, map(self._table.__getitem__, reading.cues & self._cues), self._spared)
        found = self._ones
        for shift in self._shifts:
            found &= held >> shift
        near: dict[Any, list[Branch]] = {}
        while found:
            bit = found & -found
            found ^= bit
            pattern, branch = self._places[bit.bit_length() - 1]
            near.setdefault(pattern, []).append(branch)
        reading.near.update(self._nowhere)
        reading.near.update(near)
        return near
