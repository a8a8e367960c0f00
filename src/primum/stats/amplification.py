"""How much more a model errs after an edit than before it: as a difference and as a ratio, for a ratio alone explodes.

Both come from the same draws of scenarios, so the two sides stay paired.
"""

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from primum.stats.differences import gap_interval
from primum.stats.intervals import Interval
from primum.stats.paired import FEW_PAIRS
from primum.stats.resample import Floats, Resamples


class Amplification(msgspec.Struct, frozen=True):
    """`None`: cannot be known — no scenario with both sides, or no error to divide by."""

    scenarios: int
    """Scenarios with both sides decided; only these count."""
    base: float | None
    edited: float | None
    difference: float | None
    difference_interval: Interval | None
    ratio: float | None
    ratio_interval: Interval | None
    """On the log scale. None also below FEW_PAIRS scenarios, or where a tail of the draws has a side without error."""


def amplification(
    base: tuple[ArrayLike, ArrayLike],
    edited: tuple[ArrayLike, ArrayLike],
    resamples: Resamples,
    level: float = 0.95,
) -> Amplification:
    """Each side as (errors, trials) by scenario, aligned, with one row of `resamples` a scenario.

    >>> base, edited = ([1, 1, 0, 0], [2, 2, 2, 2]), ([1, 2, 1, 0], [2, 2, 2, 2])
    >>> found = amplification(base, edited, Resamples(4, seed=1))
    >>> found.difference, found.ratio
    (0.25, 2.0)
    """
    errors, trials = (
        np.column_stack([np.asarray(side[at], dtype=np.float64) for side in (base, edited)]) for at in (0, 1)
    )
    both = np.asarray((trials > 0).all(axis=1))
    errors, trials = errors * both[:, None], trials * both[:, None]
    n = int(both.sum())
    if not n:
        return Amplification(0, None, None, None, None, None, None)
    before, after = (float(rate) for rate in errors.sum(axis=0) / trials.sum(axis=0))
    ratio_interval = None
    if n >= FEW_PAIRS and before > 0.0 and after > 0.0:
        drawn = resamples.ratios(errors, trials)
        ratio_interval = _ratio_interval(drawn[:, 0], drawn[:, 1], level)
    return Amplification(
        scenarios=n,
        base=before,
        edited=after,
        difference=after - before,
        difference_interval=gap_interval(errors[:, ::-1], trials[:, ::-1], resamples, level),
        ratio=after / before if before > 0.0 else None,
        ratio_interval=ratio_interval,
    )


def _ratio_interval(before: Floats, after: Floats, level: float) -> Interval | None:
    """Percentiles of the log ratio; a draw without an error counts as beyond either end."""
    known = ~(np.isnan(before) | np.isnan(after)) & ((before > 0.0) | (after > 0.0))
    with np.errstate(divide="ignore"):
        logs = np.sort(np.log(after[known]) - np.log(before[known]))
    tail = (1.0 - level) / 2.0
    low, high = (logs[round(share * (len(logs) - 1))] for share in (tail, 1.0 - tail))
    if not (np.isfinite(low) and np.isfinite(high)) or low == high:
        return None
    return Interval(float(np.exp(low)), float(np.exp(high)), "cluster bootstrap of the log ratio", level)
