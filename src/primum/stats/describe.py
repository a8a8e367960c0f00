"""The descriptive set for a column of scores, worst first."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Description(msgspec.Struct, frozen=True):
    """What a column of scores looks like. `None`: too few values to say (never 0 for 'unknown')."""

    n: int
    min: float | None = None
    zero_count: int = 0
    """Replies that scored exactly 0: complete failures."""
    cvar: float | None = None
    """Mean of the worst `cvar_alpha` share of the scores."""
    cvar_alpha: float = 0.05
    variance: float | None = None
    """Sample variance (n − 1)."""
    sd: float | None = None
    mean: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    iqr: float | None = None
    max: float | None = None


def describe(values: ArrayLike, alpha: float = 0.05) -> Description:
    """Describe scores.

    >>> describe([0.0, 0.5, 1.0]).sd
    0.5
    """
    scores = np.sort(np.asarray(values, dtype=np.float64))
    if np.isnan(scores).any():
        raise ValueError("a missing score cannot be described; leave it out and count it as missing")
    n = len(scores)
    if n == 0:
        return Description(n=0, cvar_alpha=alpha)
    q1, median, q3 = (_quantile(scores, share) for share in (0.25, 0.5, 0.75))
    variance = float(scores.var(ddof=1)) if n > 1 else None
    return Description(
        n=n,
        min=float(scores[0]),
        zero_count=int(np.count_nonzero(scores == 0.0)),
        cvar=cvar(scores, alpha),
        cvar_alpha=alpha,
        variance=variance,
        sd=None if variance is None else variance**0.5,
        mean=float(scores.mean()),
        median=median,
        q1=q1,
        q3=q3,
        iqr=q3 - q1,
        max=float(scores[-1]),
    )


def _quantile(ordered: Floats, share: float) -> float:
    """By linear interpolation between the two nearest of values that are already in order."""
    place = share * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (place - below) * (high - low)


def cvar(values: ArrayLike, alpha: float = 0.05) -> float:
    """Conditional value at risk: the mean of the worst (lowest) share alpha of the values.

    The value at the edge of the share counts in part, so it is smooth in alpha; alpha = 1 is the mean.

    >>> cvar([0.0, 0.2, 0.9, 1.0], alpha=0.5)
    0.1
    """
    scores = np.sort(np.asarray(values, dtype=np.float64))
    if not 0.0 < alpha <= 1.0 or len(scores) == 0:
        raise ValueError("CVaR needs at least one value and 0 < alpha <= 1")
    share = alpha * len(scores)
    whole = int(share)
    tail = float(scores[:whole].sum())
    if share > whole:
        tail += (share - whole) * float(scores[whole])
    return tail / share


def macro(values: ArrayLike, groups: ArrayLike) -> float | None:
    """Mean of the group means: every group counts once. (The micro average is the plain mean.)

    >>> macro([1, 1, 1, 0], ["a", "a", "a", "b"])
    0.5
    """
    means = group_means(values, groups)
    return float(means.mean()) if len(means) else None


def group_means(values: ArrayLike, groups: ArrayLike) -> Floats:
    """One mean per distinct group, in the sorted order of the groups."""
    sums, sizes = group_sums(values, groups)
    return sums / sizes


def group_sums(values: ArrayLike, groups: ArrayLike) -> tuple[Floats, Floats]:
    """Sum and size per distinct group, in the sorted order of the groups."""
    codes = np.asarray(groups)
    if not _countable(codes):
        codes = np.unique(codes, return_inverse=True)[1]
    sums = np.bincount(codes, weights=np.asarray(values, dtype=np.float64)).astype(np.float64)
    sizes = np.bincount(codes).astype(np.float64)
    present = sizes > 0
    return sums[present], sizes[present]


def _countable(codes: NDArray[Any]) -> bool:
    """Whether these are small whole numbers, which can be counted without sorting them first."""
    if len(codes) == 0 or not np.issubdtype(codes.dtype, np.integer):
        return False
    return bool(codes.min() >= 0 and codes.max() < 10 * len(codes) + 10_000)
