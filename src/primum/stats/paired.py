"""Two columns on the same scenarios: how far they lie apart. The scenario is the unit; a pair is never split.

Give per-scenario means (of the trials), aligned by scenario, with values in [0, 1]. The difference is first − second.
"""

from math import comb

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from primum.stats.cluster import bootstrap_interval, t_interval
from primum.stats.intervals import Interval, clopper_pearson

FEW_PAIRS = 30
"""Below this the bootstrap is too narrow, and Student's t is used."""
FEW_DIFFERENT = 10
"""With fewer scenarios that differ at all, neither is trusted, and the exact (wider) interval is used."""
ENUMERATED = 16
"""Up to so many scenarios that differ, every assignment of signs is tried."""
_TIE = 1e-9


class Paired(msgspec.Struct, frozen=True):
    """The mean difference first − second over `n` scenarios. `None`: too few to say."""

    estimate: float | None
    interval: Interval | None
    p: float | None
    """Sign-flip permutation, two-sided: how often chance alone makes a difference this large."""
    n: int


def paired_difference(
    a: ArrayLike, b: ArrayLike, seed: int, replicates: int = 10_000, level: float = 0.95
) -> Paired:
    """The mean of a − b with its interval and permutation p.

    >>> paired_difference([1.0, 0.5, 1.0], [0.5, 0.5, 0.0], seed=1).estimate
    0.5
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("paired columns must be aligned: one value for each scenario in both")
    if np.isnan(first).any() or np.isnan(second).any():
        raise ValueError("a scenario without a value on both sides is no pair; leave it out and count it")
    difference = first - second
    n = len(difference)
    if n == 0:
        return Paired(None, None, None, 0)
    return Paired(
        estimate=float(difference.mean()),
        interval=difference_interval(difference, seed, replicates, level),
        p=float(sign_flip_p(difference, seed, replicates)[0]),
        n=n,
    )


def difference_interval(
    difference: ArrayLike, seed: int, replicates: int = 10_000, level: float = 0.95
) -> Interval | None:
    """Interval for a mean difference in [−1, 1]: exact when few scenarios differ, t on few pairs, else bootstrap."""
    values = np.asarray(difference, dtype=np.float64)
    n = len(values)
    if n < 2:
        return None
    if np.count_nonzero(values) < FEW_DIFFERENT or float(np.ptp(values)) < _TIE:
        return _exact(values, level)
    clusters = np.arange(n)
    if n < FEW_PAIRS:
        found = t_interval(values, clusters, level)
    else:
        found = bootstrap_interval(values, clusters, seed, replicates, level)
    if found is None:
        return None
    return Interval(max(-1.0, found.low), min(1.0, found.high), f"{found.method} differences", level)


def _exact(values: NDArray[np.float64], level: float) -> Interval:
    """Clopper–Pearson on what was won and on what was lost, each at half the error, and their difference.

    Values in [0, 1] spread at most as far as yes/no answers with the same mean, so counting sums is cautious.
    """
    n, half = len(values), (1.0 + level) / 2.0
    won = clopper_pearson(float(values.clip(min=0.0).sum()), n, half)
    lost = clopper_pearson(float((-values).clip(min=0.0).sum()), n, half)
    return Interval(won.low - lost.high, won.high - lost.low, "exact on the scenarios that differ", level)


def sign_flip_p(differences: ArrayLike, seed: int, replicates: int = 10_000) -> NDArray[np.float64]:
    """Two-sided permutation p of one column of differences, or of each column of a matrix with the same draws.

    Under the null a scenario's difference is as likely to have the other sign. A scenario that is missing in a
    column of a matrix is given as 0, which no sign changes.

    >>> float(sign_flip_p([0.5, 0.5, 0.5, 0.5], seed=1)[0])
    0.125
    """
    columns = np.asarray(differences, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    found = np.ones(columns.shape[1])
    many = []
    for place, column in enumerate(columns.T):
        different = column[column != 0.0]
        if len(different) > ENUMERATED:
            many.append(place)
        elif len(different):
            found[place] = _enumerated(different)
    if many:
        found[many] = _drawn(columns[:, many], seed, replicates)
    return found


def _enumerated(different: NDArray[np.float64]) -> float:
    """Over all assignments of signs."""
    n = len(different)
    signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    extreme = np.abs(signs @ different) >= abs(different.sum()) - _TIE
    return float(extreme.mean())


def _drawn(columns: NDArray[np.float64], seed: int, replicates: int) -> NDArray[np.float64]:
    """Over random assignments; the observed one counts as one of them, so p is never 0."""
    generator = np.random.default_rng(seed)
    n = len(columns)
    observed = np.abs(columns.sum(axis=0)) - _TIE
    extreme = np.ones(columns.shape[1])
    step = max(1, 2_000_000 // n)  # bounds the memory of one block of draws
    for start in range(0, replicates, step):
        size = (min(step, replicates - start), n)
        signs = generator.integers(0, 2, size, dtype=np.int8) * 2.0 - 1.0
        extreme += (np.abs(signs @ columns) >= observed).sum(axis=0)
    return extreme / (replicates + 1)


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided exact McNemar p from the two discordant counts; for one trial an item only.

    >>> mcnemar_exact(0, 5)
    0.0625
    """
    if b < 0 or c < 0:
        raise ValueError("counts of discordant pairs cannot be negative")
    n = b + c
    tail = sum(comb(n, k) for k in range(min(b, c) + 1))
    return min(1.0, tail / float(2 ** max(n - 1, 0)))


def non_inferior(paired: Paired, margin: float) -> bool | None:
    """Whether the first is shown to be at most `margin` worse, where more is better; None: no interval to say so.

    For failure rates, where less is better, give the pair the other way round.
    """
    if margin < 0:
        raise ValueError("a non-inferiority margin is 0 or more")
    return None if paired.interval is None else paired.interval.low > -margin
