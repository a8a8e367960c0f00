"""Is a rate, or a mean, on the right side of a threshold? One-sided tests in both directions, scenarios as clusters.

`p_below` is small when the data show that the true value is below the threshold, `p_above` when above.
Neither small: the data do not decide.
"""

from math import sqrt

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from primum.stats.cluster import effective_size, rate_interval
from primum.stats.describe import group_means, group_sums
from primum.stats.intervals import Interval, clopper_pearson
from primum.stats.special import beta_cdf, t_quantile

FEW_BELOW_TOP = 10
"""With fewer scenarios off the end of the scale, a t interval of a mean score is not trusted."""


class Against(msgspec.Struct, frozen=True):
    """A value against a threshold. `interval` joins the two one-sided bounds, each at the stated confidence."""

    estimate: float | None
    interval: Interval | None
    p_below: float = 1.0
    p_above: float = 1.0
    size: float | None = None
    """How many independent items tell as much; None where no interval can be had."""


def rate_against(failed: ArrayLike, clusters: ArrayLike, threshold: float, confidence: float) -> Against:
    """A rate whose items repeat clusters. One cluster shows nothing about a rate.

    >>> rate_against([0] * 299, range(299), 0.01, 0.95).p_below < 0.05
    True
    """
    sums, sizes = group_sums(failed, clusters)
    m, k, n = len(sums), float(sums.sum()), float(sizes.sum())
    if m == 0:
        return Against(None, None)
    if m < 2:
        return Against(k / n, None)
    if k in (0.0, n):
        interval = rate_interval(failed, clusters, confidence)
        below, above = (1 - threshold) ** m, threshold**m
        return Against(k / n, interval, below, 1.0, m) if k == 0 else Against(1.0, interval, 1.0, above, m)
    size = n if n == m else _size(failed, clusters, confidence)
    return _exact(k / n, size, threshold, confidence)


def mean_against(values: ArrayLike, clusters: ArrayLike, threshold: float, confidence: float) -> Against:
    """A mean of scores in [0, 1], every scenario counting once: t, or exact where nearly all are at an end."""
    means = group_means(values, clusters)
    m = len(means)
    if m < 2:
        return Against(float(means[0]) if m else None, None)
    estimate = float(means.mean())
    off = min(np.count_nonzero(means < 1.0), np.count_nonzero(means > 0.0))
    error = float(means.std(ddof=1)) / sqrt(m)
    if off < FEW_BELOW_TOP or error <= 1e-12:
        return _exact(estimate, m, threshold, confidence)
    half = t_quantile(confidence, m - 1) * error
    interval = Interval(
        max(0.0, estimate - half), min(1.0, estimate + half), "t on scenario means", 2 * confidence - 1
    )
    t = (estimate - threshold) / error
    return Against(estimate, interval, _t_tail(-t, m - 1), _t_tail(t, m - 1), m)


def _exact(rate: float, size: float, threshold: float, confidence: float) -> Against:
    """Clopper–Pearson, turned into p values: a real count of a real size is allowed."""
    k = rate * size
    return Against(
        estimate=rate,
        interval=clopper_pearson(k, size, 2 * confidence - 1),
        p_below=1.0 - beta_cdf(threshold, k + 1.0, size - k) if k < size else 1.0,
        p_above=beta_cdf(threshold, k, size - k + 1.0) if k > 0 else 1.0,
        size=size,
    )


def _size(failed: ArrayLike, clusters: ArrayLike, confidence: float) -> float:
    """The effective sample size, shrunk for few clusters, as `rate_interval` counts it."""
    sums, sizes = group_sums(failed, clusters)
    m, n = len(sums), float(sizes.sum())
    ratio = t_quantile(confidence, n - 1) / t_quantile(confidence, m - 1)
    return min(n, effective_size(failed, clusters) * ratio**2)


def _t_tail(t: float, df: float) -> float:
    """P(T > t) for Student's t."""
    half = 0.5 * beta_cdf(df / (df + t * t), df / 2.0, 0.5)
    return half if t > 0 else 1.0 - half
