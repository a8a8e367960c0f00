"""Intervals for one rate of independent items. Exact for decisions, Wilson for display."""

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import msgspec

from primum.stats.special import beta_quantile


class Interval(msgspec.Struct, frozen=True):
    """Where the true value plausibly lies, and how that was found."""

    low: float
    high: float
    method: str
    level: float = 0.95


class Estimate(msgspec.Struct, frozen=True):
    """A figure and its interval. `None`: it cannot be known, or the interval cannot."""

    value: float | None
    interval: Interval | None


@lru_cache(maxsize=8192)
def clopper_pearson(k: float, n: float, level: float = 0.95) -> Interval:
    """The exact interval for k of n. Real k and n are allowed (an effective sample size).

    >>> interval = clopper_pearson(3, 200)
    >>> round(interval.low, 6), round(interval.high, 6)
    (0.003104, 0.043208)
    """
    _must_be_rate(k, n)
    tail = (1.0 - level) / 2.0
    low = 0.0 if k == 0 else beta_quantile(tail, k, n - k + 1.0)
    high = 1.0 if k == n else beta_quantile(1.0 - tail, k + 1.0, n - k)
    return Interval(low, high, "Clopper–Pearson", level)


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval for k of n: shorter than the exact one, right on average."""
    _must_be_rate(k, n)
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    rate, z2 = k / n, z * z
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return Interval(low, high, "Wilson", level)


def zero_failure_bound(n: int, level: float = 0.95) -> float:
    """The rate that n independent trials without a failure exclude, one-sided: 1 − (1 − level)^(1/n).

    >>> round(zero_failure_bound(299), 4)
    0.01
    """
    _must_be_rate(0, n)
    return float(1.0 - (1.0 - level) ** (1.0 / n))


def _must_be_rate(k: float, n: float) -> None:
    if not (n > 0 and 0 <= k <= n):
        raise ValueError(f"a rate needs 0 <= k <= n and n > 0, not k={k}, n={n}")
