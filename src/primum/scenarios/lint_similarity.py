"""Near-duplicates: how alike the user turns of two scenarios are, by two measures, for every pair at once.

containment: the share of the shorter text's word 3-shingles that occur in the other text too.
cosine: of the two texts' tf-idf word vectors; high also when the order of words was changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from primum.scenarios.findings import Fault, shown_texts, user_text, words
from primum.scenarios.limits import Limits
from primum.scenarios.model import Scenario

BLOCK = 256
"""Rows of the similarity matrix held in memory at once."""


class Pair(msgspec.Struct, frozen=True):
    """Two scenarios and how alike they are."""

    first: str
    second: str
    containment: float
    cosine: float

    @property
    def likeness(self) -> float:
        return max(self.containment, self.cosine)


def similar_pairs(scenarios: Sequence[Scenario], limits: Limits) -> list[Pair]:
    """Every pair that passes a warning threshold, and the closest ones in any case; closest first."""
    texts = [words(user_text(scenario)) for scenario in scenarios]
    shared = _containments([_shingles(text, limits.shingle) for text in texts])
    cosines = _Cosines(texts)
    wanted = {pair for pair, value in shared.items() if value >= limits.containment.warning}
    wanted |= cosines.close(limits.cosine.warning, 2 * limits.closest)
    wanted |= set(sorted(shared, key=lambda pair: -shared[pair])[: 2 * limits.closest])
    pairs = [
        Pair(scenarios[i].id, scenarios[j].id, shared.get((i, j), 0.0), cosines.of(i, j))
        for i, j in sorted(wanted)
    ]
    return sorted(pairs, key=lambda pair: -pair.likeness)


def near_duplicates(
    scenarios: Sequence[Scenario], pairs: Sequence[Pair], limits: Limits
) -> Iterator[tuple[str, Fault]]:
    """(scenario id, fault) on both sides of every pair that is too alike."""
    by_id = {scenario.id: scenario for scenario in scenarios}
    for pair in pairs:
        one, two = by_id[pair.first], by_id[pair.second]
        related = (one.twin and one.twin == two.twin) or (one.triad and one.triad == two.triad)
        if related and list(shown_texts(one)) != list(shown_texts(two)):
            continue
        error = _reaches(pair, limits.containment.error, limits.cosine.error)
        if error or _reaches(pair, limits.containment.warning, limits.cosine.warning):
            for mine, other in ((one, two), (two, one)):
                message = (
                    f"reads like '{other.id}' (shared 3-shingles {pair.containment:.2f}, "
                    f"word cosine {pair.cosine:.2f}); rewrite one of them"
                )
                yield mine.id, Fault("near-duplicate", message, ".turns", "error" if error else "warning")


def _reaches(pair: Pair, containment: float, cosine: float) -> bool:
    return pair.containment >= containment or pair.cosine >= cosine


def _shingles(text: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(*(text[k:] for k in range(size)), strict=False)) or frozenset([tuple(text)])


def _containments(sets: Sequence[frozenset[tuple[str, ...]]]) -> dict[tuple[int, int], float]:
    """Containment of every pair that shares a shingle, by an inverted index."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, shingles in enumerate(sets):
        for shingle in shingles:
            places[shingle].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for owners in places.values():
        for k, i in enumerate(owners):
            for j in owners[k + 1 :]:
                shared[i, j] += 1
    return {(i, j): count / min(len(sets[i]), len(sets[j])) for (i, j), count in shared.items()}


class _Cosines:
    """tf-idf vectors of all texts, and the pairs that are close."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts = [Counter(text) for text in texts]
        spread = Counter(word for count in counts for word in count)
        column = {word: k for k, word in enumerate(sorted(word for word in spread if spread[word] > 1))}
        rarity = {word: float(np.log(1 + len(texts) / spread[word])) for word in spread}
        self.vectors: NDArray[np.float32] = np.zeros((len(texts), len(column)), dtype=np.float32)
        for i, count in enumerate(counts):
            weights = {word: (1 + np.log(times)) * rarity[word] for word, times in count.items()}
            norm = float(np.sqrt(sum(weight**2 for weight in weights.values()))) or 1.0
            for word, weight in weights.items():
                if word in column:
                    self.vectors[i, column[word]] = weight / norm

    def of(self, i: int, j: int) -> float:
        return min(1.0, float(self.vectors[i] @ self.vectors[j]))

    def close(self, threshold: float, count: int) -> set[tuple[int, int]]:
        """The pairs at or above the threshold, and the `count` closest pairs of nearest neighbours."""
        pairs: set[tuple[int, int]] = set()
        nearest: list[tuple[float, int, int]] = []
        for start in range(0, len(self.vectors) if len(self.vectors) > 1 else 0, BLOCK):
            block = self.vectors[start : start + BLOCK] @ self.vectors.T
            rows = np.arange(len(block))
            block[rows, start + rows] = -1.0
            pairs |= {(start + int(i), int(j)) for i, j in np.argwhere(block >= threshold) if start + i < j}
            best = block.argmax(axis=1)
            nearest += zip(block[rows, best].tolist(), (start + rows).tolist(), best.tolist(), strict=True)
        return pairs | {(min(i, j), max(i, j)) for _, i, j in sorted(nearest, reverse=True)[:count]}
