"""Rates of a whole run from the part of it that humans labelled, every case drawn with a known probability.

A queue of doubtful cases is no random sample: the mean of its labels, or a judge's specificity measured in it, says
nothing about the run. Here every label stands for the cases of its stratum that nobody read, and one set of draws
gives all figures and their intervals:

* each scenario has a random weight, drawn from an exponential: the bootstrap of Rubin, in which no draw can lose a
  scenario. Trials of a scenario share their weight, so the scenario is the cluster;
* each cell (a part of the run with a failure rate of its own) begins with half a scenario that failed and half one
  that passed: the prior of Jeffreys.

Where every scenario has one case, the rate of a cell is exactly Beta(k + 1/2, n - k + 1/2) and the shares of the cells
are Dirichlet. Where a scenario repeats, it is the same with whole scenarios.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from primum.stats.intervals import Estimate, Interval
from primum.stats.resample import percentiles

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
REPLICATES = 10_000
METHOD = "stratified Beta–Jeffreys, by scenario"
UNFLAGGED, FLAGGED, UNJUDGED = 0, 1, 2
"""What the judge said of a case: nothing failed, something failed, no decision."""
_JEFFREYS = (0.5, 0.5)
_CAUTIOUS = (1.0, 0.0)
"""One failure more than was seen: the upper end of Clopper and Pearson."""


class Missed(msgspec.Struct, frozen=True):
    """Failures among the cases that no human has decided."""

    cases: int
    """Without a human decision."""
    expected: float | None
    at_most: int
    """With the confidence of `level`. Cases that no label stands for count in full."""
    unknown: int
    """Of the cases, those that no label stands for."""
    level: float = 0.95


@dataclass(frozen=True)
class Run:
    """All cases of a run (or of a part of it), one row a case; see `make_run`."""

    failed: Floats
    """The human label; NaN without one."""
    weight: Floats
    """How many cases a label stands for, itself included; 0 without a label."""
    block: Codes
    """Kind of stratum and the judge's answer, counted from 0 without a gap."""
    flag: Codes
    """The judge's answer in each block."""
    cell: Codes
    """The cell whose failure rate each block has; -1 where no label stands for it."""
    cluster: Codes
    stratum: Codes
    borrowed: int
    """Cases in blocks without a label of their own, which have the rate of their kind."""

    @property
    def labelled(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = ~np.isnan(self.failed)
        return found

    @property
    def sizes(self) -> Floats:
        """Cases in each block."""
        return np.bincount(self.block, minlength=len(self.flag)).astype(np.float64)


def make_run(
    failed: ArrayLike,
    pi: ArrayLike,
    stratum: ArrayLike,
    kind: ArrayLike,
    flag: ArrayLike,
    clusters: ArrayLike,
) -> Run:
    """One row a case: human label (1, 0, NaN), probability of being drawn, stratum, the kind of stratum (strata of a
    kind share a failure rate in the prior, as 'routine' of all domains), the judge's answer, the scenario.

    A label stands for 1/pi cases, brought to the size of its stratum; a stratum without a label is stood for by the
    labels of its kind.

    >>> run = make_run([1, 0, np.nan, np.nan], [1, .3, .3, .3], [0, 1, 1, 1], [0, 1, 1, 1], [1, 0, 0, 0], range(4))
    >>> run.weight.tolist()
    [1.0, 3.0, 0.0, 0.0]
    """
    labels = np.asarray(failed, dtype=np.float64)
    chance = np.asarray(pi, dtype=np.float64)
    if len(chance) and not (chance.min() > 0.0 and chance.max() <= 1.0):
        raise ValueError(
            "a case that could not be drawn (pi = 0) is in no estimate; leave it out and count it as missing"
        )
    strata, kinds = _codes(stratum), _codes(kind)
    pairs, block = np.unique(np.stack([kinds, np.asarray(flag, dtype=np.int64)]), axis=1, return_inverse=True)
    block = block.ravel()
    has = ~np.isnan(labels)
    cell, borrowed = _cells(pairs[0], np.bincount(block[has], minlength=pairs.shape[1]), np.bincount(block))
    return Run(
        failed=labels,
        weight=_weights(has, chance, strata, kinds),
        block=block,
        flag=pairs[1],
        cell=cell,
        cluster=_codes(clusters),
        stratum=strata,
        borrowed=borrowed,
    )


def _codes(values: ArrayLike) -> Codes:
    found: Codes = np.unique(np.asarray(values), return_inverse=True)[1].ravel().astype(np.int64)
    return found


def _cells(kind: Codes, labels: Codes, sizes: Codes) -> tuple[Codes, int]:
    """A block with labels is a cell. One without takes that of its kind with the most; without any it has none."""
    cell, borrowed = np.arange(len(kind)), 0
    for at in np.flatnonzero(labels == 0):
        own = np.flatnonzero((kind == kind[at]) & (labels > 0))
        cell[at] = own[np.argmax(labels[own])] if len(own) else -1
        borrowed += int(sizes[at]) if len(own) else 0
    return cell, borrowed


def _weights(has: NDArray[np.bool_], pi: Floats, stratum: Codes, kind: Codes) -> Floats:
    weight = np.where(has, 1.0 / pi, 0.0)
    drawn = np.bincount(stratum, weight)
    size = np.bincount(stratum).astype(np.float64)
    weight *= np.divide(size, drawn, out=np.zeros_like(size), where=drawn > 0)[stratum]
    stood_for = np.bincount(kind, weight)
    of_kind = np.bincount(kind).astype(np.float64)
    weight *= np.divide(of_kind, stood_for, out=np.zeros_like(of_kind), where=stood_for > 0)[kind]
    return weight


class Draws:
    """Draws of the size and of the failure rate of every block, from which every figure is made.

    >>> run = make_run([1, 0, 0, 0] * 25, [1] * 100, [0] * 100, [0] * 100, [1, 0, 0, 0] * 25, range(100))
    >>> draws = Draws(run, seed=1)
    >>> draws.rate().value, draws.sensitivity().value
    (0.25, 1.0)
    """

    def __init__(self, run: Run, seed: int, replicates: int = REPLICATES) -> None:
        self.run, self.seed, self.replicates = run, seed, replicates
        self.sizes = run.sizes
        top, bottom = _sums(run, run.failed, run.weight)
        with np.errstate(invalid="ignore"):
            self.rates = _of_blocks(top / bottom, run.cell)
        generator = np.random.default_rng(seed)
        self.drawn_sizes, self.drawn_rates = _draw(run, run.weight, _JEFFREYS, generator, replicates)

    def rate(self, level: float = 0.95) -> Estimate:
        """The share of all cases that a human would call failed."""
        return self._ratio(lambda n, p: (n * p, n), (UNFLAGGED, FLAGGED, UNJUDGED), level)

    def sensitivity(self, level: float = 0.95) -> Estimate:
        """Of the failures that the judge decided on, those it found."""
        return self._ratio(lambda n, p: (n * p * self._is(FLAGGED), n * p), (UNFLAGGED, FLAGGED), level)

    def specificity(self, level: float = 0.95) -> Estimate:
        """Of the passes that the judge decided on, those it passed."""
        return self._ratio(
            lambda n, p: (n * (1 - p) * self._is(UNFLAGGED), n * (1 - p)), (UNFLAGGED, FLAGGED), level
        )

    def ppv(self, level: float = 0.95) -> Estimate:
        """Of the cases that the judge failed, those that a human would fail."""
        return self._ratio(lambda n, p: (n * p, n), (FLAGGED,), level)

    def npv(self, level: float = 0.95) -> Estimate:
        """Of the cases that the judge passed, those that a human would pass."""
        return self._ratio(lambda n, p: (n * (1 - p), n), (UNFLAGGED,), level)

    def _is(self, flag: int) -> Floats:
        found: Floats = (self.run.flag == flag).astype(np.float64)
        return found

    def _ratio(
        self, figure: Callable[[Floats, Floats], tuple[Floats, Floats]], flags: tuple[int, ...], level: float
    ) -> Estimate:
        """A ratio of sums over the blocks with these answers of the judge."""
        inside = np.isin(self.run.flag, flags) & (self.sizes > 0)
        if not inside.any() or (self.run.cell[inside] < 0).any():
            return Estimate(None, None)
        top, bottom = (part[inside].sum() for part in figure(self.sizes, self.rates))
        if bottom <= 0.0:
            return Estimate(None, None)
        tops, bottoms = (part[:, inside].sum(axis=1) for part in figure(self.drawn_sizes, self.drawn_rates))
        low, high = percentiles((tops / bottoms)[:, None], level)[:, 0]
        value = float(top / bottom)
        return Estimate(value, Interval(min(float(low), value), max(float(high), value), METHOD, level))


def missed(run: Run, seed: int, replicates: int = REPLICATES, level: float = 0.95) -> Missed:
    """An upper bound on the failures among the cases without a label.

    The rate of each cell is drawn with one failure more than was seen, then the failures among its unlabelled cases.

    >>> run = make_run([0.0] * 57 + [np.nan] * 513, [.1] * 570, [0] * 570, [0] * 570, [0] * 570, range(570))
    >>> missed(run, seed=1).at_most < 0.07 * 513
    True
    """
    has = run.labelled
    open_in = np.bincount(run.stratum, ~has)
    labels_in = np.bincount(run.stratum, has)
    share = np.divide(open_in, labels_in, out=np.zeros(len(open_in)), where=labels_in > 0)
    weight = np.where(has, share[run.stratum], 0.0)
    top, bottom = _sums(run, run.failed, weight)
    none = (bottom <= 0.0)[np.maximum(run.cell[run.block], 0)]
    weight = np.where(none & has, run.weight, weight)
    top, bottom = _sums(run, run.failed, weight)
    unlabelled = np.bincount(run.block, ~has, minlength=len(run.flag)).astype(np.int64)
    known = run.cell >= 0
    generator = np.random.default_rng(seed)
    _, rates = _draw(run, weight, _CAUTIOUS, generator, replicates)
    drawn = generator.binomial(unlabelled[known], rates[:, known]).sum(axis=1)
    unknown = int(unlabelled[~known].sum())
    with np.errstate(invalid="ignore"):
        expected = (
            float((unlabelled * _of_blocks(top / bottom, run.cell))[known].sum()) if known.any() else None
        )
    return Missed(
        cases=int(unlabelled.sum()),
        expected=expected if not unknown else None,
        at_most=unknown + int(np.quantile(drawn, level, method="inverted_cdf")),
        unknown=unknown,
        level=level,
    )


def _sums(run: Run, failed: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Of each cell: the weight of its failures, and of its labels."""
    blocks = len(run.flag)
    return (
        np.bincount(run.block, weight * np.nan_to_num(failed), minlength=blocks).astype(np.float64),
        np.bincount(run.block, weight, minlength=blocks).astype(np.float64),
    )


def _of_blocks(rates: Floats, cell: Codes) -> Floats:
    return np.where(cell >= 0, rates[..., np.maximum(cell, 0)], np.nan)


def _draw(
    run: Run, weight: Floats, prior: tuple[float, float], generator: np.random.Generator, replicates: int
) -> tuple[Floats, Floats]:
    """Size and rate of every block in every draw; NaN for the rate of a block that no label stands for."""
    blocks, scenarios = len(run.flag), int(run.cluster.max(initial=-1)) + 1
    place = run.cluster * blocks + run.block

    def by_scenario(values: Floats) -> Floats:
        found = np.bincount(place, values, minlength=scenarios * blocks)
        return found.reshape(scenarios, blocks).astype(np.float64)

    counted = weight > 0
    table = np.concatenate(
        [
            by_scenario(weight * np.nan_to_num(run.failed)),
            by_scenario(weight),
            by_scenario(np.ones(len(place))),
        ],
        axis=1,
    )
    alike, times = np.unique(np.round(table, 9), axis=0, return_counts=True)
    sums = generator.standard_gamma(times, size=(replicates, len(times))) @ alike
    in_cell, rows = by_scenario(counted.astype(np.float64)), np.bincount(run.block, counted, minlength=blocks)
    labelled_scenarios = np.maximum((in_cell > 0).sum(axis=0), 1)
    mass = np.bincount(run.block, weight, minlength=blocks) / labelled_scenarios
    failed, passed = (
        generator.standard_gamma(share, size=(replicates, blocks)) * mass if share else 0.0 for share in prior
    )
    tops, bottoms = sums[:, :blocks] + failed, sums[:, blocks : 2 * blocks] + failed + passed
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(rows > 0, tops / bottoms, np.nan)
    mean = len(place) / max(scenarios, 1)
    sizes = sums[:, 2 * blocks :] + generator.standard_gamma(0.5, size=(replicates, blocks)) * mean
    return sizes, _of_blocks(rates, run.cell)
