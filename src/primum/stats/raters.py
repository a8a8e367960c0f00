"""Agreement of any number of raters, every figure with an interval that resamples items.

Where items repeat a scenario, scenarios are resampled. Raters may miss items; a figure that needs all of them is None.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from primum.stats.agreement import Floats, answer_counts, cohen, fleiss, gwet, krippendorff, percent, shares
from primum.stats.intervals import Estimate, Interval
from primum.stats.resample import Resamples, percentiles

REPLICATES = 2000
METHOD = "bootstrap of items"
MOST_UNDEFINED = 0.05
"""With a larger share of replicates in which all raters gave one and the same answer, a kappa has no interval."""

NONE = Estimate(None, None)


class Agreement(msgspec.Struct, frozen=True):
    """Raters of the same items, by one yes/no answer. No figure without an item that two of them answered."""

    items: int
    """With at least two answers."""
    raters: int
    """The most that answered one item."""
    single: int
    """Items with fewer than two answers; in no figure."""
    prevalence: Estimate
    """Mean share of *failed* over the items."""
    percent: Estimate
    cohen: Estimate
    """None unless two raters answered every item."""
    fleiss: Estimate
    """None unless every item has as many answers."""
    alpha: Estimate
    """Krippendorff's, nominal."""
    ac1: Estimate


def agreement(
    items: Sequence[Sequence[bool | None]],
    seed: int,
    clusters: ArrayLike | None = None,
    replicates: int = REPLICATES,
) -> Agreement:
    """One row an item, one column a rater: failed or not, None where a rater gave no answer.

    >>> agreement([(False, False)] * 118 + [(False, True)] * 5 + [(True, False)] * 2, seed=1).percent.value
    0.944
    """
    _, _, kept = answer_counts(items)
    if not kept:
        return Agreement(0, 0, len(items), NONE, NONE, NONE, NONE, NONE, NONE)
    counts = np.array(
        [[_count(items[place], False), _count(items[place], True)] for place in kept], dtype=np.float64
    )
    raters = counts.sum(axis=1)
    once, drawn = _draws(kept, clusters, seed, replicates)

    def told(figure: Callable[[Floats], Floats], defined: bool = True) -> Estimate:
        return _estimate(figure(once), figure(drawn)) if defined else NONE

    pairs = [tuple(answer for answer in items[place]) for place in kept]
    two = all(len(pair) == 2 for pair in pairs) and bool((raters == 2).all())
    cells = np.array([[pair == both for both in _CELLS] for pair in pairs], dtype=np.float64)
    return Agreement(
        items=len(kept),
        raters=int(raters.max()),
        single=len(items) - len(kept),
        prevalence=told(lambda times: shares(times, counts)[:, 1]),
        percent=told(lambda times: percent(times, counts)),
        cohen=told(lambda times: cohen((times @ cells).reshape(-1, 2, 2)), two),
        fleiss=told(lambda times: fleiss(times, counts), bool((raters == raters[0]).all())),
        alpha=told(lambda times: krippendorff(times, counts)),
        ac1=told(lambda times: gwet(times, counts)),
    )


_CELLS = ((False, False), (False, True), (True, False), (True, True))


def ordinal_alpha(
    items: Sequence[Sequence[int | None]],
    seed: int,
    clusters: ArrayLike | None = None,
    replicates: int = REPLICATES,
) -> Estimate:
    """Krippendorff's alpha of grades whose order counts (severity 0 to 4), one row an item.

    >>> ordinal_alpha([(0, 0), (1, 1), (4, 4)] * 10, seed=1).value
    1.0
    """
    _, counts, kept = answer_counts(items)
    if not kept:
        return NONE
    once, drawn = _draws(kept, clusters, seed, replicates)
    return _estimate(krippendorff(once, counts, "ordinal"), krippendorff(drawn, counts, "ordinal"))


def _count(item: Sequence[bool | None], answer: bool) -> int:
    return sum(given is answer for given in item)


def _draws(
    kept: Sequence[int], clusters: ArrayLike | None, seed: int, replicates: int
) -> tuple[Floats, Floats]:
    """How often each item counts: once, and in each replicate as often as its cluster is drawn."""
    every = np.arange(len(kept)) if clusters is None else np.asarray(clusters)[list(kept)]
    own = np.unique(every, return_inverse=True)[1].ravel()
    counts = Resamples(int(own.max()) + 1, seed, replicates).counts
    return np.ones((1, len(kept))), counts[:, own].astype(np.float64)


def _estimate(once: Floats, drawn: Floats) -> Estimate:
    if np.isnan(once[0]):
        return NONE
    value, undefined = float(once[0]), float(np.isnan(drawn).mean())
    if undefined > MOST_UNDEFINED or np.nanmin(drawn) == np.nanmax(
        drawn
    ):  # alike throughout: no width to be had
        return Estimate(value, None)
    low, high = percentiles(drawn[:, None], 0.95)[:, 0]
    return Estimate(value, Interval(float(low), float(high), METHOD))
