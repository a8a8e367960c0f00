"""One look at the words of a text for many patterns at once: most of them it cannot hold, and nobody need try."""

from collections.abc import Iterable

from primum.judging.patterns import Branch, Pattern
from primum.judging.reading import Reading


class Survey:
    """Several patterns by the words of which each of their branches needs one."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._nowhere: dict[object, object] = {pattern: () for pattern in patterns if pattern.branches}
        self._places: list[tuple[Pattern, Branch]] = [
            (pattern, branch)
            for pattern in self._nowhere
            if isinstance(pattern, Pattern)
            for branch in pattern.branches
        ]
        table: dict[str, int] = {}
        for at, (_, branch) in enumerate(self._places):
            for cue in branch.way.keys[0].cues:
                table[cue] = table.get(cue, 0) | 1 << at
        self._table = table
        """Cue → the branches it may open, as bits."""
        self._cues = frozenset(table)

    def take(self, reading: Reading) -> None:
        """Note with the reading which branches of each pattern it may hold, in their order."""
        table, found = self._table, 0
        for cue in reading.cues & self._cues:
            found |= table[cue]
        near: dict[Pattern, list[Branch]] = {}
        while found:
            bit = found & -found
            found ^= bit
            pattern, branch = self._places[bit.bit_length() - 1]
            near.setdefault(pattern, []).append(branch)
        reading.memo.update(self._nowhere)
        reading.memo.update(near)
