"""Does stated confidence match how often the answer is right? A confidence of 1.0 belongs to the last bin."""

from math import log

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 10
SURE = 0.8
"""A wrong answer given with at least this confidence is overconfident."""


class Bin(msgspec.Struct, frozen=True):
    """Answers of about the same confidence."""

    n: int
    confidence: float
    accuracy: float


class Calibration(msgspec.Struct, frozen=True):
    """`None`: no answer with a confidence."""

    n: int
    missing: int
    """Answers without a readable confidence; in no figure."""
    accuracy: float | None
    confidence: float | None
    ece: float | None
    """Expected calibration error: mean over the answers of |confidence − accuracy| of their bin."""
    brier: float | None
    """Mean squared distance of the confidence from 1 (right) or 0 (wrong)."""
    wrong: int
    overconfident_wrong: int
    """Wrong answers with a confidence of at least SURE."""
    bins: tuple[Bin, ...]
    """From low to high; empty bins are left out."""


def calibration(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> Calibration:
    """Confidences in [0, 1], NaN where none was given, beside 1 for right and 0 for wrong.

    >>> calibration([1.0, 1.0], [1, 0]).ece
    0.5
    """
    stated, truth = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    given = ~np.isnan(stated)
    p, y = stated[given], truth[given]
    if len(p) and (p.min() < 0.0 or p.max() > 1.0):
        raise ValueError("a confidence lies between 0 and 1; divide percentages by 100")
    n = len(p)
    place = bin_of(p, bins)
    found = tuple(
        Bin(int(inside.sum()), float(p[inside].mean()), float(y[inside].mean()))
        for inside in (place == at for at in range(bins))
        if inside.any()
    )
    return Calibration(
        n=n,
        missing=len(stated) - n,
        accuracy=float(y.mean()) if n else None,
        confidence=float(p.mean()) if n else None,
        ece=sum(b.n * abs(b.confidence - b.accuracy) for b in found) / n if n else None,
        brier=float(((p - y) ** 2).mean()) if n else None,
        wrong=int((y == 0.0).sum()),
        overconfident_wrong=int(((y == 0.0) & (p >= SURE)).sum()),
        bins=found,
    )


def bin_of(confidence: NDArray[np.float64], bins: int = BINS) -> NDArray[np.int64]:
    """The bin of each confidence; 1.0 is in the last, not in one more.

    >>> bin_of(np.array([0.0, 0.1, 0.95, 1.0])).tolist()
    [0, 1, 9, 9]
    """
    return np.minimum((confidence * bins + 1e-9).astype(np.int64), bins - 1)


def trust_reward(confidence: float | None, right: bool, penalty: float = 0.01) -> float:
    """Log p for a right answer, log(1 − p) − 1 for a wrong one, log of the penalty for an unreadable confidence.

    >>> round(trust_reward(0.5, True), 3), round(trust_reward(0.5, False), 3)
    (-0.693, -1.693)
    """
    if confidence is None:
        return log(penalty)
    chance = confidence if right else 1.0 - confidence
    return log(max(chance, 1e-12)) - (0.0 if right else 1.0)
