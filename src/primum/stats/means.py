"""Intervals for many mean scores at once, the scenario being the cluster.

A score lies in [0, 1] and is mostly near 1, so its distribution is skewed: with few scenarios Student's t and the
bootstrap hold the true mean in 70 to 90 of 100 runs, not 95 (docs/statistics.md). Below MANY scenarios the interval is
therefore Clopper–Pearson on the effective sample size, which is never too narrow; above it is the cluster bootstrap.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from primum.stats.describe import group_sums
from primum.stats.intervals import Interval, clopper_pearson, zero_failure_bound
from primum.stats.resample import Floats, Resamples, percentiles
from primum.stats.special import t_quantile

MANY = 299
"""So many scenarios show a kind of failure that occurs in 1 % of them; with fewer, a bootstrap may never draw one."""
WEIGHT = 4.0
"""A scenario tells at most as much as so many yes/no answers, however alike the scores look. Found by simulation."""


def sums_by_scenario(
    values: ArrayLike, groups: NDArray[np.integer], scenarios: NDArray[np.integer], shape: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Sums and sizes by scenario (rows) and group (columns); `shape` is how many of each there are.

    >>> sums, sizes = sums_by_scenario([1.0, 0.5, 0.25], np.array([0, 0, 1]), np.array([0, 0, 1]), (2, 2))
    >>> sums.tolist(), sizes.tolist()
    ([[1.5, 0.0], [0.0, 0.25]], [[2.0, 0.0], [0.0, 1.0]])
    """
    cell = scenarios.astype(np.int64) * shape[1] + groups
    size = shape[0] * shape[1]
    sums = np.bincount(cell, weights=np.asarray(values, dtype=np.float64), minlength=size)
    sizes = np.bincount(cell, minlength=size)
    return sums.reshape(shape).astype(np.float64), sizes.reshape(shape).astype(np.float64)


def mean_interval(values: ArrayLike, clusters: ArrayLike, seed: int, level: float = 0.95) -> Interval | None:
    """Interval for one mean score; for many, `mean_intervals` shares the draws.

    >>> found = mean_interval([1.0] * 299, range(299), seed=1)
    >>> round(found.low, 2), round(found.high, 2)
    (0.99, 1.0)
    """
    sums, sizes = group_sums(values, clusters)
    resamples = Resamples(len(sums) if len(sums) >= MANY else 0, seed)
    return mean_intervals(sums[:, None], sizes[:, None], resamples, level)[0]


def mean_intervals(
    sums: Floats, sizes: Floats, resamples: Resamples, level: float = 0.95
) -> list[Interval | None]:
    """One interval a column, each for Σ sums / Σ sizes of scores in [0, 1]; one row a scenario.

    One scenario says nothing about the spread between scenarios, so it has no interval, never one of width 0.
    """
    found: list[Interval | None] = [None] * sums.shape[1]
    many = []
    for place in range(sums.shape[1]):
        present = sizes[:, place] > 0
        top, bottom = sums[present, place], sizes[present, place]
        if len(top) < 2:
            continue
        if top.sum() in (0.0, bottom.sum()):
            found[place] = _all_alike(bool(top.sum()), len(top), level)
        elif len(top) < MANY:
            found[place] = _cautious(top, bottom, level)
        else:
            many.append(place)
    if many:
        low, high = percentiles(resamples.ratios(sums[:, many], sizes[:, many]), level)
        for place, a, b in zip(many, low.tolist(), high.tolist(), strict=True):
            found[place] = Interval(a, b, "cluster bootstrap", level)
    return found


def _cautious(sums: Floats, sizes: Floats, level: float) -> Interval:
    """Clopper–Pearson on the number of yes/no answers that would vary as much as these scores do."""
    m, n = len(sums), float(sizes.sum())
    mean, tail = float(sums.sum()) / n, (1.0 + level) / 2.0
    variance = m / (m - 1) * float(((sums - mean * sizes) ** 2).sum()) / n**2
    size = WEIGHT * m
    if variance > 0.0:
        few = (t_quantile(tail, n - 1) / t_quantile(tail, m - 1)) ** 2
        size = min(size, few * mean * (1.0 - mean) / variance)
    exact = clopper_pearson(mean * size, size, level)
    return Interval(exact.low, exact.high, "Clopper–Pearson on the effective sample size", level)


def _all_alike(one: bool, m: int, level: float) -> Interval:
    """What m scenarios exclude when every score came out at the same end of the scale."""
    bound = zero_failure_bound(m, level)
    low, high = (1.0 - bound, 1.0) if one else (0.0, bound)
    return Interval(low, high, "exact one-sided bound on scenarios", level)
