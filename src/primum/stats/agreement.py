"""Agreement of raters beyond chance.

Kappa collapses where one answer is rare, so AC1 and the prevalence stand beside it. The formulas work on whole arrays
of bootstrap replicates (`raters.py`): `times` says how often each row of `counts` occurs, one row a replicate.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal"]
Floats = NDArray[np.float64]


class TwoRaters(msgspec.Struct, frozen=True):
    """`None`: nothing but one answer, so chance explains everything."""

    n: int
    agreement: float
    kappa: float | None
    ac1: float | None
    prevalence: float
    """Mean share of the second answer (a failure) over both raters."""


def two_raters(both: int, first: int, second: int, neither: int) -> TwoRaters:
    """Two raters and two answers: both pass, only the first passes, only the second passes, both fail.

    >>> found = two_raters(118, 5, 2, 0)
    >>> round(found.agreement, 3), round(found.kappa, 6), round(found.ac1, 6)
    (0.944, -0.023392, 0.940776)
    """
    n = both + first + second + neither
    if n == 0:
        raise ValueError("agreement needs at least one item that both raters answered")
    times = np.array([[both, first + second, neither]], dtype=np.float64)
    counts = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    return TwoRaters(
        n=n,
        agreement=(both + neither) / n,
        kappa=_known(cohen(np.array([[[both, first], [second, neither]]], dtype=np.float64))),
        ac1=_known(gwet(times, counts)),
        prevalence=(first + second + 2 * neither) / (2 * n),
    )


def krippendorff_alpha(ratings: Sequence[Sequence[float | None]], level: Level = "nominal") -> float | None:
    """Krippendorff's alpha: one row a rater, one column an item, None where a rater gave no answer.

    Items with fewer than two answers are left out. None when all remaining answers are the same.
    """
    counts = answer_counts(list(zip(*ratings, strict=True)))[1]
    return _known(krippendorff(np.ones((1, len(counts))), counts, level)) if len(counts) else None


def fleiss_kappa(counts: ArrayLike) -> float | None:
    """Fleiss' kappa: one row an item, one column an answer, cells count the raters; every item has as many.

    >>> fleiss_kappa([[2, 0], [0, 2]])
    1.0
    """
    table = np.asarray(counts, dtype=np.float64)
    raters = table.sum(axis=1)
    if len(table) == 0 or raters.min() != raters.max() or raters[0] < 2:
        raise ValueError("Fleiss' kappa needs the same number of raters, at least two, for every item")
    return _known(fleiss(np.ones((1, len(table))), table))


def answer_counts(items: Sequence[Sequence[float | None]]) -> tuple[tuple[float, ...], Floats, list[int]]:
    """The answers that occur, how often each item got each of them, and which items these are.

    One row an item; items with fewer than two answers are left out.

    >>> answer_counts([(1, 1), (0, 1), (1, None)])[1].tolist()
    [[0.0, 2.0], [1.0, 1.0]]
    """
    given = [[answer for answer in item if answer is not None] for item in items]
    kept = [place for place, answers in enumerate(given) if len(answers) >= 2]
    values = sorted({answer for place in kept for answer in given[place]})
    counts = [[float(given[place].count(value)) for value in values] for place in kept]
    return tuple(values), np.array(counts, dtype=np.float64).reshape(len(kept), len(values)), kept


def percent(times: Floats, counts: Floats) -> Floats:
    """The chance that two raters of an item, drawn at random, gave the same answer."""
    raters = counts.sum(axis=1)
    agreed = (counts * (counts - 1.0)).sum(axis=1) / (raters * (raters - 1.0))
    found: Floats = times @ agreed / times.sum(axis=1)
    return found


def shares(times: Floats, counts: Floats) -> Floats:
    """The mean share of each answer over the items."""
    found: Floats = times @ (counts / counts.sum(axis=1, keepdims=True)) / times.sum(axis=1, keepdims=True)
    return found


def cohen(tables: Floats) -> Floats:
    """Cohen's kappa of each square table: rows the first rater's answers, columns the second's."""
    part = tables / tables.sum(axis=(1, 2), keepdims=True)
    chance = (part.sum(axis=2) * part.sum(axis=1)).sum(axis=1)
    return _beyond(np.trace(part, axis1=1, axis2=2), chance)


def gwet(times: Floats, counts: Floats) -> Floats:
    """Gwet's AC1 of any number of raters; 1 where there is one answer only and all agree."""
    share, answers = shares(times, counts), counts.shape[1]
    chance = (share * (1.0 - share)).sum(axis=1) / max(answers - 1, 1)
    return _beyond(percent(times, counts), chance)


def fleiss(times: Floats, counts: Floats) -> Floats:
    """Fleiss' kappa, every item having as many raters."""
    return _beyond(percent(times, counts), (shares(times, counts) ** 2).sum(axis=1))


def krippendorff(times: Floats, counts: Floats, level: Level = "nominal") -> Floats:
    """Krippendorff's alpha; the columns of `counts` are in the order of the answers."""
    size = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(size)
    pairs /= (counts.sum(axis=1) - 1.0)[:, None, None]
    together = (times @ pairs.reshape(len(counts), -1)).reshape(-1, size, size)
    totals = together.sum(axis=1)
    distance = _distance(totals, level)
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    observed = (together * distance).sum(axis=(1, 2)) * (totals.sum(axis=1) - 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(expected > 0.0, 1.0 - observed / expected, np.nan)
    return found


def _distance(totals: Floats, level: Level) -> Floats:
    """Squared distance of two answers: 1 for any two, or by the answers that lie between them in rank."""
    if level == "nominal":
        return np.broadcast_to(1.0 - np.eye(totals.shape[1]), (*totals.shape, totals.shape[1]))
    reached = np.cumsum(totals, axis=1) - totals / 2.0
    squared: Floats = (reached[:, :, None] - reached[:, None, :]) ** 2
    return squared


def _beyond(agreed: Floats, chance: Floats) -> Floats:
    """What of the agreement possible beyond chance was reached; NaN where chance explains everything."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(chance < 1.0 - 1e-12, (agreed - chance) / (1.0 - chance), np.nan)
    return found


def _known(found: Floats) -> float | None:
    return None if np.isnan(found[0]) else float(found[0])
