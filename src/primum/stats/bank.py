"""A judge's rate corrected by its errors on a bank of labels apart from the run (Rogan and Gladen).

It is never used with labels from the run's own queue: all that the judge flagged is in there and little else, so its
specificity there is far too low, and the corrected rate falls to 0. `reviewed.py` is for those.
"""

import msgspec
import numpy as np

from primum.stats.intervals import Estimate, Interval
from primum.stats.resample import percentiles

LEAST_TELLING = 0.05
"""Sensitivity + specificity - 1 must be above this: a judge that tells no more corrects nothing."""
REPLICATES = 10_000
METHOD = "Rogan–Gladen, Beta–Jeffreys"


class Bank(msgspec.Struct, frozen=True):
    """What the judge said of replies that humans had labelled."""

    failures: int
    found: int
    """Of the failures, those that the judge failed."""
    passes: int
    cleared: int
    """Of the passes, those that the judge passed."""
    of_this_run: int
    """Labels that belong to cases of the run to be corrected."""


def rogan_gladen(flagged: int, cases: int, bank: Bank, seed: int, level: float = 0.95) -> Estimate:
    """The rate of failures behind `flagged` of `cases`, with the uncertainty of both errors.

    No value where the bank shows no judge that tells failures from passes.

    >>> round(rogan_gladen(72, 1000, Bank(100, 80, 400, 380, of_this_run=0), seed=1).value, 4)
    0.0293
    """
    if bank.of_this_run:
        raise ValueError(
            f"{bank.of_this_run} of the bank's labels are of this run: its queue is no random sample, "
            "so a judge's errors cannot be read off it; use the design-weighted estimate"
        )
    if not bank.failures or not bank.passes or not cases:
        return Estimate(None, None)
    sensitivity, specificity = bank.found / bank.failures, bank.cleared / bank.passes
    if sensitivity + specificity - 1.0 <= LEAST_TELLING:
        return Estimate(None, None)
    value = _corrected(flagged / cases, sensitivity, specificity)
    generator = np.random.default_rng(seed)

    def drawn(k: int, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return generator.beta(k + 0.5, n - k + 0.5, REPLICATES)

    rate, se, sp = drawn(flagged, cases), drawn(bank.found, bank.failures), drawn(bank.cleared, bank.passes)
    telling = se + sp - 1.0 > LEAST_TELLING
    safe = np.where(telling, se + sp - 1.0, 1.0)
    corrected = np.clip((rate + sp - 1.0) / safe, 0.0, 1.0)
    low = percentiles(np.where(telling, corrected, 0.0)[:, None], level)[0, 0]
    high = percentiles(np.where(telling, corrected, 1.0)[:, None], level)[1, 0]
    return Estimate(value, Interval(min(float(low), value), max(float(high), value), METHOD, level))


def _corrected(rate: float, sensitivity: float, specificity: float) -> float:
    return min(1.0, max(0.0, (rate + specificity - 1.0) / (sensitivity + specificity - 1.0)))
