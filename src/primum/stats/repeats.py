"""Trials of the same thing: how much of the spread is chance, and what k tries would show."""

from math import comb

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray


class Split(msgspec.Struct, frozen=True):
    """Variance of scores split into between and within items, by one-way random effects. `None`: too few to say."""

    items: int
    trials: int
    between: float | None
    """Variance of the items' true means; never below 0."""
    within: float | None
    """Variance of the trials of one item."""
    icc: float | None
    """between / (between + within); None when nothing varies."""
    effect: float | None
    """Design effect: 1 + (trials − 1) · ICC."""


def variance_split(scores: ArrayLike) -> Split:
    """Split a table of scores, one row an item, one column a trial.

    >>> split = variance_split([[0.0, 0.5], [0.5, 1.0]])
    >>> split.within, split.between
    (0.125, 0.0625)
    """
    table = np.asarray(scores, dtype=np.float64)
    m, k = table.shape
    if m < 2 or k < 2:
        return Split(m, k, None, None, None, None)
    shifts = (
        table - table[:, :1]
    )  # exactly 0 where the trials agree, so that equal trials have no variance at all
    means = table[:, 0] + shifts.mean(axis=1)
    within = float(((shifts - shifts.mean(axis=1, keepdims=True)) ** 2).sum() / (m * (k - 1)))
    between = max(0.0, float(means.var(ddof=1)) - within / k)
    total = between + within
    icc = between / total if total > 0.0 else None
    return Split(m, k, between, within, icc, None if icc is None else design_effect(k, icc))


def design_effect(size: float, icc: float) -> float:
    """By how much clusters of this size widen a variance: 1 + (size − 1) · ICC.

    >>> design_effect(3, 0.5)
    2.0
    """
    return 1.0 + (size - 1.0) * icc


def any_fail(n: int, failed: int, k: int) -> float:
    """Chance that at least one of k tries fails, drawn from n tries of which `failed` did: 1 − C(n−f, k)/C(n, k).

    >>> round(any_fail(3, 1, 2), 4)
    0.6667
    """
    _must_be_tries(n, failed, k)
    return (comb(n, k) - comb(n - failed, k)) / comb(n, k)


def all_pass(n: int, failed: int, k: int) -> float:
    """Chance that all k tries pass (pass^k): C(n−f, k)/C(n, k).

    >>> round(all_pass(3, 1, 2), 4)
    0.3333
    """
    _must_be_tries(n, failed, k)
    return comb(n - failed, k) / comb(n, k)


def any_fail_of(failures: NDArray[np.integer], n: int, k: int) -> NDArray[np.float64]:
    """`any_fail` for a column of failure counts, each out of n tries."""
    _must_be_tries(n, 0, k)
    counts, places = np.unique(failures, return_inverse=True)  # a table of all n counts would be n × k large
    passed, drawn = n - counts[:, None], np.arange(k)[None, :]
    chances = 1.0 - np.prod(np.maximum(passed - drawn, 0) / (n - drawn), axis=1)
    found: NDArray[np.float64] = chances[places]
    return found


def _must_be_tries(n: int, failed: int, k: int) -> None:
    if not (0 <= failed <= n and 1 <= k <= n):
        raise ValueError(f"k tries of n need 0 <= failed <= n and 1 <= k <= n, not n={n}, f={failed}, k={k}")
