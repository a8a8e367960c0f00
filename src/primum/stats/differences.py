"""Intervals for many paired differences at once, by the rules of `difference_interval`, on shared draws."""

import numpy as np
from numpy.typing import NDArray

from primum.stats.intervals import Interval
from primum.stats.paired import FEW_DIFFERENT, FEW_PAIRS, difference_interval
from primum.stats.resample import Floats, Resamples, percentiles

_AT_ONCE = 256
"""Columns bootstrapped together; bounds the memory of their replicates."""


def mean_difference_intervals(
    differences: Floats, resamples: Resamples, level: float = 0.95
) -> list[Interval | None]:
    """One interval a column for its mean; one row a scenario, NaN where the scenario is no pair."""
    present = ~np.isnan(differences)
    found: list[Interval | None] = [None] * differences.shape[1]
    many = []
    for place, column in enumerate(differences.T):
        values = column[present[:, place]]
        if few(values):
            found[place] = difference_interval(values, resamples.seed, resamples.replicates, level)
        else:
            many.append(place)
    for start in range(0, len(many), _AT_ONCE):
        block = many[start : start + _AT_ONCE]
        sums, sizes = np.nan_to_num(differences[:, block]), present[:, block].astype(np.float64)
        low, high = percentiles(resamples.ratios(sums, sizes), level)
        for place, a, b in zip(block, low.tolist(), high.tolist(), strict=True):
            found[place] = _bootstrapped(a, b, level)
    return found


def gap_interval(sums: Floats, sizes: Floats, resamples: Resamples, level: float = 0.95) -> Interval | None:
    """Interval for Σ sums / Σ sizes of the first column minus that of the second, on the same scenarios."""
    both = (sizes > 0).all(axis=1)
    pairs = np.full(len(sums), 0.0)
    pairs[both] = sums[both, 0] / sizes[both, 0] - sums[both, 1] / sizes[both, 1]
    if few(pairs[both]):
        return difference_interval(pairs[both], resamples.seed, resamples.replicates, level)
    ratios = resamples.ratios(sums, sizes)
    low, high = percentiles(ratios[:, :1] - ratios[:, 1:], level)
    return _bootstrapped(float(low[0]), float(high[0]), level)


def few(values: NDArray[np.float64]) -> bool:
    """Whether these pairs are too few, or too much alike, for a bootstrap."""
    differing = int(np.count_nonzero(values))
    return len(values) < FEW_PAIRS or differing < FEW_DIFFERENT or float(np.ptp(values)) < 1e-9


def _bootstrapped(low: float, high: float, level: float) -> Interval:
    return Interval(max(-1.0, low), min(1.0, high), "cluster bootstrap differences", level)
