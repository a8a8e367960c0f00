"""Intervals when cases repeat a scenario. The scenario is the cluster: it is what is resampled, never a row.

One cluster says nothing about the spread between clusters, so it has no interval
(None), never one of width 0.
"""

import numpy as np
from numpy.typing import ArrayLike

from primum.stats.describe import Floats, group_means, group_sums
from primum.stats.intervals import Interval, clopper_pearson, zero_failure_bound
from primum.stats.special import t_quantile


def t_interval(values: ArrayLike, clusters: ArrayLike, level: float = 0.95) -> Interval | None:
    """Student's t on the cluster means, with clusters − 1 degrees of freedom. Every cluster counts once."""
    means = group_means(values, clusters)
    if len(means) < 2:
        return None
    half = t_quantile((1.0 + level) / 2.0, len(means) - 1) * float(means.std(ddof=1)) / len(means) ** 0.5
    centre = float(means.mean())
    return Interval(centre - half, centre + half, "t on scenario means", level)


def bootstrap_interval(
    values: ArrayLike, clusters: ArrayLike, seed: int, replicates: int = 2000, level: float = 0.95
) -> Interval | None:
    """Percentile interval of the pooled mean when whole clusters are drawn with replacement."""
    sums, sizes = group_sums(values, clusters)
    m = len(sums)
    if m < 2:
        return None
    generator = np.random.default_rng(seed)
    estimates = np.empty(replicates)
    step = max(1, 4_000_000 // m)  # bounds the memory of one block of draws
    for start in range(0, replicates, step):
        draws = generator.integers(0, m, size=(min(step, replicates - start), m))
        estimates[start : start + step] = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(estimates, [tail, 1.0 - tail])
    return Interval(float(low), float(high), "cluster bootstrap", level)


def rate_interval(failed: ArrayLike, clusters: ArrayLike, level: float = 0.95) -> Interval | None:
    """Interval for a rate whose items repeat clusters.

    Clopper–Pearson on the effective sample size n / design effect (Korn and Graubard), which is plain
    Clopper–Pearson when every cluster has one item. When nothing (or everything) failed, the data cannot show
    how alike the items of a cluster are, so the clusters alone are counted: the exact bound on scenarios.
    """
    sums, sizes = group_sums(failed, clusters)
    m, k, n = len(sums), float(sums.sum()), float(sizes.sum())
    if m < 2:
        return None
    if k in (0, n):
        return _one_sided(k == n, m, level)
    if n == m:
        return clopper_pearson(k, n, level)
    effective = _effective(sums, sizes, k / n * (1.0 - k / n))
    shrunk = effective * (t_quantile(0.5 + level / 2, n - 1) / t_quantile(0.5 + level / 2, m - 1)) ** 2
    size = min(n, shrunk)
    exact = clopper_pearson(k / n * size, size, level)
    return Interval(exact.low, exact.high, "Clopper–Pearson on the effective sample size", level)


def _one_sided(all_one: bool, m: int, level: float) -> Interval:
    """What m scenarios exclude when all of them came out alike at an end of the scale."""
    bound = zero_failure_bound(m, level)
    low, high = (1.0 - bound, 1.0) if all_one else (0.0, bound)
    return Interval(low, high, "exact one-sided bound on scenarios", level)


def effective_size(values: ArrayLike, clusters: ArrayLike) -> float:
    """How many independent items would tell as much about the mean: n / design effect, at most n.

    >>> round(effective_size([1, 1, 0, 0, 1, 1, 0, 0], list("aabbccdd")), 1)
    3.4
    """
    sums, sizes = group_sums(values, clusters)
    return _effective(sums, sizes, float(np.var(np.asarray(values, dtype=np.float64))))


def _effective(sums: Floats, sizes: Floats, variance: float) -> float:
    """The same from the sums of each cluster and the variance of the items."""
    m, n = len(sums), float(sizes.sum())
    mean = float(sums.sum()) / n
    clustered = m / (m - 1) * float(((sums - mean * sizes) ** 2).sum()) / n**2
    if clustered <= 0.0:
        return n
    return min(n, max(1.0, n * variance / (n - 1) / clustered))
