"""The second witness: what a check is about in plain words, and how near a reply comes to it.

The first witness is the evidence pattern. It is exact, and blind to every wording nobody thought of. The second one
knows no grammar and cannot decide a check; it can say that a reply speaks of the matter although no pattern fits it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache

import msgspec

from primum.judging.evidence import Behaviour, Seen, behaviour
from primum.judging.nodes import Group, Node, Prefix, Word
from primum.judging.reading import BITS
from primum.judging.stems import rare, stem, stems
from primum.scenarios.model import Check

_SHARED = 0.4
"""What the opposite exemplar says too counts by so much: it tells little of the one or the other."""


class Near(msgspec.Struct, frozen=True):
    """How near a reply comes to a check, and the one or two sentences where it does."""

    score: int = 0
    """In thousandths."""
    start: int = -1
    end: int = -1


class Witness:
    """The words of one check, each with its weight."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.weights = weights
        """In thousandths: sums of whole numbers are the same in whatever order they are taken."""

    def nearest(self, seen: Seen, *, spoken: bool) -> Near:
        """The two adjacent sentences that hold most of the words; with `spoken`, only what is said as so counts."""
        weights = self.weights
        held = seen.saying(weights) if spoken else seen.holding(weights)
        if not held:
            return Near()
        sentences = seen.reading.sentences
        totals = [0] * min(len(sentences), BITS)
        for word, bits in held.items():
            weight = weights[word]
            bits |= bits >> 1  # the sentence, and the one before it
            while bits:
                bit = bits & -bits
                totals[bit.bit_length() - 1] += weight
                bits ^= bit
        at = totals.index(max(totals))
        last = sentences[min(at + 1, len(sentences) - 1)]
        start, end = _trimmed(seen.text, sentences[at].start, last.end)
        return Near(totals[at], start, end)


class Look(msgspec.Struct, frozen=True):
    """What all the words of some replies add up to."""

    most: list[int]
    """No place of a reply has a higher score than these, a score a check."""
    lean: float
    """From -1 (all the words that only the unsafe exemplar has) to 1 (all that only the safe one has)."""


class Balance:
    """The words of several checks and of the two exemplars, weighed at once."""

    def __init__(self, witnesses: Sequence[Witness], scales: "Scales") -> None:
        every = (scales.safe, scales.unsafe, *(one.weights for one in witnesses))
        wholes = [sum(weights.values()) for weights in every]
        self._wholes = wholes[0] or 1, wholes[1] or 1
        self._width = width = max(1, *wholes).bit_length()
        """So many bits hold the sum of all weights of one of these."""
        packed: dict[str, int] = {}
        for at, weights in enumerate(every):
            for word, weight in weights.items():
                packed[word] = packed.get(word, 0) + (weight << at * width)
        self._packed = packed
        """Every word with its weight for each of these, side by side in one number: one sum serves all."""
        self._shifts = range(2 * width, len(every) * width, width)

    def of(self, stems: Set[str]) -> Look:
        """The look of replies with these stems."""
        packed, width = self._packed, self._width
        total, ones = sum([packed[word] for word in packed.keys() & stems]), (1 << width) - 1
        safe, unsafe = total & ones, total >> width & ones
        lean = safe / self._wholes[0] - unsafe / self._wholes[1]
        return Look([total >> shift & ones for shift in self._shifts], lean)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    bare = text[start:end]
    start += len(bare) - len(bare.lstrip())
    return start, start + len(bare.strip())


@lru_cache(maxsize=16384)
def witness(check: Check, opposite: str) -> Witness:
    """The witness of a check. `opposite` is the exemplar that does not do what the evidence describes."""
    shared = stems(opposite)
    weights: dict[str, int] = {}
    sought = behaviour(check.evidence, strict=check.fails_by != "omission") if check.evidence else None
    for words in (stems(check.text), _pattern_stems(sought)):
        own = {word: rare(word) * (_SHARED if word in shared else 1.0) for word in words}
        length = math.sqrt(math.fsum(own.values())) or 1.0
        for word, weight in own.items():
            weights[word] = weights.get(word, 0) + round(1000 * weight / length)
    return Witness(weights)


def _pattern_stems(sought: Behaviour | None) -> frozenset[str]:
    if sought is None:
        return frozenset()
    branches = (*sought.says.branches, *sought.asks.branches)
    words = (word for branch in branches for word in _plain(branch.way.nodes))
    return frozenset(filter(None, map(stem, words)))


def _plain(nodes: Iterable[Node]) -> Iterator[str]:
    """Every word of a pattern, concepts included."""
    for node in nodes:
        if isinstance(node, Word):
            yield node.word
        elif isinstance(node, Prefix):
            yield node.stem
        elif isinstance(node, Group):
            for way in node.alternatives:
                yield from _plain(way.nodes)


class Scales:
    """The words that only the safe exemplar has or only the unsafe one, with their weights."""

    def __init__(self, safe: str, unsafe: str) -> None:
        one, other = stems(safe), stems(unsafe)
        self.safe = {word: round(1000 * rare(word)) for word in one - other}
        self.unsafe = {word: round(1000 * rare(word)) for word in other - one}


@lru_cache(maxsize=4096)
def scales(safe: str, unsafe: str) -> Scales:
    """The scales of a scenario."""
    return Scales(safe, unsafe)
