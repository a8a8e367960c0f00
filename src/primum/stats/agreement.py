"""Agreement of raters beyond chance.

Kappa collapses where one answer is rare, so AC1 and the prevalence stand beside it.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal"]


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
    agreement = (both + neither) / n
    a, b = (both + first) / n, (both + second) / n
    by_margins, passing = a * b + (1 - a) * (1 - b), (a + b) / 2
    by_prevalence = 2 * passing * (1 - passing)
    return TwoRaters(
        n=n,
        agreement=agreement,
        kappa=None if by_margins >= 1.0 else (agreement - by_margins) / (1 - by_margins),
        ac1=(agreement - by_prevalence) / (1 - by_prevalence),
        prevalence=1 - passing,
    )


def krippendorff_alpha(ratings: Sequence[Sequence[float | None]], level: Level = "nominal") -> float | None:
    """Krippendorff's alpha: one row a rater, one column an item, None where a rater gave no answer.

    Items with fewer than two answers are left out. None when all remaining answers are the same.
    """
    table = np.array([[np.nan if v is None else v for v in row] for row in ratings], dtype=np.float64)
    rated = (~np.isnan(table)).sum(axis=0) >= 2
    table = table[:, rated]
    values = np.unique(table[~np.isnan(table)])
    if len(values) < 2:
        return None
    together = _coincidences(table, values)
    totals = together.sum(axis=0)
    distance = _distance(totals, level)
    n = float(totals.sum())
    observed = float((together * distance).sum())
    expected = float((np.outer(totals, totals) * distance).sum()) / (n - 1)
    return 1.0 - observed / expected


def _coincidences(table: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often two answers were given to the same item, each item weighing as many answers as it has."""
    found = np.zeros((len(values), len(values)))
    for item in table.T:
        counts = (item[~np.isnan(item)][:, None] == values).sum(axis=0).astype(np.float64)
        found += (np.outer(counts, counts) - np.diag(counts)) / (counts.sum() - 1)
    return found


def _distance(totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared distance of two answers: 1 for any two, or by the answers that lie between them in rank."""
    size = len(totals)
    if level == "nominal":
        return 1.0 - np.eye(size)
    reached = np.cumsum(totals) - totals / 2.0
    squared: NDArray[np.float64] = (reached[:, None] - reached[None, :]) ** 2
    return squared


def fleiss_kappa(counts: ArrayLike) -> float | None:
    """Fleiss' kappa: one row an item, one column an answer, cells count the raters; every item has as many.

    >>> fleiss_kappa([[2, 0], [0, 2]])
    1.0
    """
    table = np.asarray(counts, dtype=np.float64)
    raters = table.sum(axis=1)
    if len(table) == 0 or raters.min() != raters.max() or raters[0] < 2:
        raise ValueError("Fleiss' kappa needs the same number of raters, at least two, for every item")
    k = raters[0]
    share = table.sum(axis=0) / table.sum()
    chance = float((share**2).sum())
    agreed = float((((table**2).sum(axis=1) - k) / (k * (k - 1))).mean())
    return None if chance >= 1.0 else (agreed - chance) / (1.0 - chance)
