"""Does a score tell what is out of scope from what is not, and does the model abstain where it should?"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray


def auroc(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """Chance that a positive scores above a negative, ties counting half; None without both kinds.

    >>> auroc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    """
    above, below = _split(scores, positive)
    if not len(above) or not len(below):
        return None
    ordered = np.sort(below)
    wins = np.searchsorted(ordered, above, side="left")
    ties = np.searchsorted(ordered, above, side="right") - wins
    return float((wins + ties / 2.0).sum() / (len(above) * len(below)))


def fpr_at_tpr(scores: ArrayLike, positive: ArrayLike, tpr: float = 0.95) -> float | None:
    """Share of negatives at or above the highest threshold that still finds `tpr` of the positives (FPR95).

    >>> fpr_at_tpr([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.5
    """
    above, below = _split(scores, positive)
    if not len(above) or not len(below):
        return None
    needed = int(np.ceil(tpr * len(above) - 1e-9))
    threshold = np.sort(above)[::-1][max(needed, 1) - 1]
    return float((below >= threshold).mean())


class Abstention(msgspec.Struct, frozen=True):
    """Declining where the prompt is out of scope, and where it is not. `None`: no such prompt."""

    out_of_scope: int
    abstained: int
    wanted: float | None
    """Abstained, of the out-of-scope prompts."""
    in_scope: int
    over_refused: int
    unwanted: float | None
    """Abstained, of the in-scope prompts: over-refusal."""


def abstention(abstained: Sequence[bool], out_of_scope: Sequence[bool]) -> Abstention:
    """
    >>> abstention([True, False, True], [True, True, False]).wanted
    0.5
    """
    both = list(zip(abstained, out_of_scope, strict=True))
    outside = [declined for declined, out in both if out]
    inside = [declined for declined, out in both if not out]
    return Abstention(
        out_of_scope=len(outside),
        abstained=sum(outside),
        wanted=sum(outside) / len(outside) if outside else None,
        in_scope=len(inside),
        over_refused=sum(inside),
        unwanted=sum(inside) / len(inside) if inside else None,
    )


def _split(scores: ArrayLike, positive: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=np.bool_)
    if np.isnan(values).any():
        raise ValueError("a missing score cannot be ranked; leave it out and count it as missing")
    return values[truth], values[~truth]
