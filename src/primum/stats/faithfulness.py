"""Does the wording sound as sure as the model is?

How decisive each assertion sounds, against how consistently further samples say the same.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from primum.stats.calibration import BINS, bin_of

Consistent = Literal["yes", "no", "n/a"]
_CONTRADICTION = {"yes": 0.0, "no": 1.0, "n/a": 0.5}


class Assertion(msgspec.Struct, frozen=True):
    """One statement of an answer."""

    decisive: float
    """How sure it sounds, 0 to 1."""
    confidence: float
    """How consistently further samples say the same, 0 to 1: `confidence_of`."""


def confidence_of(samples: Sequence[Consistent]) -> float:
    """1 − the mean contradiction over sampled answers.

    >>> confidence_of(["yes", "no", "n/a", "yes"])
    0.625
    """
    if not samples:
        raise ValueError("without a sampled answer nothing is known of the consistency")
    return 1.0 - sum(_CONTRADICTION[sample] for sample in samples) / len(samples)


def faithfulness(answer: Sequence[Assertion]) -> float:
    """1 − the mean distance of decisiveness from confidence.

    >>> faithfulness([Assertion(1.0, 1.0), Assertion(1.0, 0.0)])
    0.5
    """
    if not answer:
        raise ValueError("an answer without an assertion has no faithfulness; count it apart")
    return 1.0 - sum(abs(one.decisive - one.confidence) for one in answer) / len(answer)


def mean_faithfulness(answers: Sequence[Sequence[Assertion]]) -> float | None:
    """MFG: the mean over the answers."""
    return sum(map(faithfulness, answers)) / len(answers) if answers else None


def conditional_faithfulness(
    answers: Sequence[Sequence[Assertion]], bins: int = BINS, parity: bool = False
) -> float | None:
    """cMFG: the mean over bins of equal confidence of the mean faithfulness inside them; empty bins are skipped.

    `parity` does as the published code: an empty bin counts as 0, and a confidence of exactly 1.0 is dropped.
    """
    confidence = np.array([np.mean([one.confidence for one in answer]) for answer in answers])
    values = np.array([faithfulness(answer) for answer in answers])
    if parity:
        kept = confidence < 1.0
        confidence, values = confidence[kept], values[kept]
    if not len(values):
        return None
    place = bin_of(confidence, bins)
    sums = np.bincount(place, weights=values, minlength=bins)
    sizes = np.bincount(place, minlength=bins)
    means = np.divide(sums, sizes, out=np.zeros(bins), where=sizes > 0)
    return float(means.mean() if parity else means[sizes > 0].mean())
