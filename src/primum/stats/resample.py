"""Which scenarios a bootstrap draws, decided once and used for every figure.

Every figure is a ratio of sums over scenarios (a mean is Σ scores / Σ cases), so a replicate needs only how often it
draws each scenario, and all replicates of all figures are two matrix products. Figures on the same draws are also
paired: their difference has the interval of a paired comparison.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
REPLICATES = 10_000
_BLOCK = 2_000_000
"""Draws turned into floats at once; bounds the memory of a step."""


class Resamples:
    """How often each of `clusters` scenarios is drawn, in each of `replicates` draws with replacement.

    >>> Resamples(3, seed=1, replicates=4).counts.sum(axis=1).tolist()
    [3, 3, 3, 3]
    """

    def __init__(self, clusters: int, seed: int, replicates: int = REPLICATES) -> None:
        self.clusters, self.seed, self.replicates = clusters, seed, replicates
        self.counts: NDArray[np.uint8] = np.empty((replicates, clusters), dtype=np.uint8)
        generator = np.random.default_rng(seed)
        for rows in self._blocks():
            n = rows.stop - rows.start
            drawn = generator.integers(0, clusters, (n, clusters), dtype=np.int32)
            drawn += np.arange(n, dtype=np.int32)[:, None] * clusters
            self.counts[rows] = np.bincount(drawn.ravel(), minlength=n * clusters).reshape(n, clusters)

    def ratios(self, sums: ArrayLike, sizes: ArrayLike) -> Floats:
        """Σ sums / Σ sizes in each replicate: one row a replicate, one column a figure.

        `sums` and `sizes` have one row a scenario. A replicate that draws nothing of a figure is NaN there.
        """
        tops, bottoms = np.asarray(sums, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
        both = np.concatenate([tops, bottoms], axis=1)
        found = np.empty((self.replicates, tops.shape[1]))
        for rows in self._blocks():
            drawn = self.counts[rows].astype(np.float64) @ both
            with np.errstate(invalid="ignore", divide="ignore"):
                np.divide(drawn[:, : tops.shape[1]], drawn[:, tops.shape[1] :], out=found[rows])
        return found

    def _blocks(self) -> Iterator[slice]:
        if not self.clusters:
            return
        step = max(1, _BLOCK // self.clusters)
        for start in range(0, self.replicates, step):
            yield slice(start, min(start + step, self.replicates))


def percentiles(replicates: Floats, level: float) -> Floats:
    """Lower and upper end of the middle `level` share of each column, in two rows; NaN replicates are left out.

    Rounded at the twelfth decimal, below which a matrix product depends on the machine.
    """
    tail = (1.0 - level) / 2.0
    pick = np.nanquantile if np.isnan(replicates).any() else np.quantile
    return np.round(pick(replicates, [tail, 1.0 - tail], axis=0), 12)
