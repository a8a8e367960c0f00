"""Correlation of two columns, with an interval where there are enough points for one."""

from math import atanh, sqrt, tanh
from statistics import NormalDist

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from primum.stats.intervals import Interval

FEWEST = 3
"""Two points always lie on a line: below this there is no correlation."""
FEWEST_FOR_INTERVAL = 5
"""Fisher's z has the variance 1/(n − 3); below this the interval would be nearly the whole scale."""


class Correlation(msgspec.Struct, frozen=True):
    """Pearson's r over n points. `None`: too few points, or one column does not vary."""

    n: int
    r: float | None
    interval: Interval | None


def correlation(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Correlation:
    """Pearson's r with Fisher's z interval.

    >>> correlation([1, 2, 3], [2, 4, 6]).r
    1.0
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n = len(first)
    if len(second) != n:
        raise ValueError("a correlation needs two columns of the same length")
    if n < FEWEST or np.ptp(first) < 1e-12 or np.ptp(second) < 1e-12:
        return Correlation(n, None, None)
    r = float(np.clip(np.corrcoef(first, second)[0, 1], -1.0, 1.0))
    if n < FEWEST_FOR_INTERVAL or abs(r) > 1.0 - 1e-12:
        return Correlation(n, r, None)
    half = NormalDist().inv_cdf((1.0 + level) / 2.0) / sqrt(n - 3)
    return Correlation(n, r, Interval(tanh(atanh(r) - half), tanh(atanh(r) + half), "Fisher z", level))
