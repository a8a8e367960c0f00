"""What an estimate from reviewed cases is worth: simulated runs with a known truth, every estimator on the same runs.

`python -m benchmarks.reviewing` takes some minutes and writes the table into docs/statistics.md. All of it is
*simulated*: failures, the judge and the reviewers are random numbers with the errors that a setting states.
"""

import argparse
from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import save
from primum.stats.bank import Bank, rogan_gladen
from primum.stats.intervals import Estimate, Interval, clopper_pearson
from primum.stats.resample import Resamples
from primum.stats.reviewed import FLAGGED, UNFLAGGED, Draws, Run, make_run, missed

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

SEED = 7
OURS = "stratified Beta–Jeffreys"
DOMAINS = (300, 200, 150, 120, 90, 60, 40, 25, 15)
"""Cases in each of nine unequal domains, where a setting has domains."""
HARDER = (0.5, 0.5, 1.0, 1.0, 1.5, 2.0, 2.0, 3.0, 4.0)
"""How much more often a case fails there: the small domains are the bad ones."""


class Setting(msgspec.Struct, frozen=True):
    """One kind of run. The review rule: all that the judge flags (with `certain`), of the others the share `pi`."""

    name: str
    cases: int
    prevalence: float
    sensitivity: float
    specificity: float
    pi: float
    trials: int = 1
    """Cases of one scenario."""
    alike: float = 0.0
    """Intraclass correlation of the trials of a scenario."""
    certain: float = 1.0
    """Below 1: over budget, so that flagged cases are drawn too."""
    done: float = 1.0
    """The share of the drawn cases that has been reviewed."""
    least: int = 0
    """Above 0: nine unequal domains, and `pi` is raised until this many routine cases of each are expected."""


SETTINGS = (
    Setting("rare, thin", 1000, 0.03, 0.80, 0.95, 0.10),
    Setting("rare, half the size", 500, 0.03, 0.80, 0.95, 0.20),
    Setting("rarest, thinnest", 2000, 0.01, 0.70, 0.97, 0.05),
    Setting("frequent", 1000, 0.10, 0.85, 0.90, 0.10),
    Setting("5 trials, alike 0.3", 1000, 0.03, 0.80, 0.95, 0.10, trials=5, alike=0.3),
    Setting("5 trials, alike 0.7", 1000, 0.10, 0.85, 0.90, 0.10, trials=5, alike=0.7),
    Setting("3 trials, alike 0.5", 600, 0.05, 0.80, 0.95, 0.20, trials=3, alike=0.5),
    Setting("5 trials, alike 0.7, half read", 1000, 0.05, 0.80, 0.95, 0.50, trials=5, alike=0.7),
    Setting("nine domains, own pi", 1000, 0.04, 0.80, 0.95, 0.05, least=15),
    Setting("nine domains, over budget", 1000, 0.06, 0.80, 0.93, 0.10, certain=0.6, least=10),
    Setting("unfinished", 1000, 0.05, 0.80, 0.95, 0.15, done=0.7),
)


class Play(NamedTuple):
    """One simulated run."""

    failed: Flags
    """The truth, which only the labelled cases show."""
    flagged: Flags
    labelled: Flags
    pi: Floats
    stratum: Codes
    kind: Codes
    scenario: Codes
    rate: float
    """The rate of the population that the run was drawn from: what an interval has to hold."""


class Score(msgspec.Struct):
    """How one estimator did over all replicates of a setting."""

    values: list[float] = []
    held: int = 0
    width: float = 0.0
    unknown: int = 0
    """Replicates in which it gave no value."""

    def take(self, found: Estimate, truth: float) -> None:
        if found.value is None or found.interval is None:
            self.unknown += 1
            return
        self.values.append(found.value - truth)
        self.held += found.interval.low <= truth <= found.interval.high
        self.width += found.interval.high - found.interval.low

    @property
    def bias(self) -> float:
        return float(np.mean(self.values))

    @property
    def error(self) -> float:
        """Monte-Carlo error of the bias."""
        return float(np.std(self.values)) / sqrt(len(self.values))

    @property
    def coverage(self) -> float:
        return self.held / len(self.values)


def play(setting: Setting, generator: np.random.Generator) -> Play:
    """Draw one run: scenarios, failures, what the judge says, what is drawn for review and done."""
    scenarios = setting.cases // setting.trials
    scenario = np.repeat(np.arange(scenarios), setting.trials)
    domain, harder = np.zeros(scenarios, dtype=np.int64), np.ones(1)
    if setting.least:
        domain, harder = np.repeat(np.arange(len(DOMAINS)), DOMAINS), np.array(HARDER)
    own = setting.prevalence * harder[domain] / float(harder[domain].mean())
    if setting.alike:
        more = (1.0 - setting.alike) / setting.alike
        chance = generator.beta(own * more, (1.0 - own) * more)[scenario]
    else:
        chance = own[scenario]
    n = len(scenario)
    failed = generator.random(n) < chance
    flagged = np.where(
        failed, generator.random(n) < setting.sensitivity, generator.random(n) > setting.specificity
    )
    routine = np.full(len(harder), setting.pi)
    if setting.least:
        waiting = np.maximum(np.bincount(domain[scenario][~flagged], minlength=len(DOMAINS)), 1)
        routine = np.minimum(1.0, np.maximum(setting.pi, setting.least / waiting))
    pi = np.where(flagged, setting.certain, routine[domain[scenario]])
    labelled = (generator.random(n) < pi) & (generator.random(n) < setting.done)
    kind = (~flagged).astype(np.int64)
    return Play(
        failed,
        flagged,
        labelled,
        pi,
        kind * len(DOMAINS) + domain[scenario],
        kind,
        scenario,
        float(own.mean()),
    )


def estimates(run: Play, generator: np.random.Generator, draws: int) -> Iterator[tuple[str, Estimate]]:
    """Every estimator on the same labels. All but the first and the last are textbook, and wrong here."""
    yield OURS, draws_of(run, draws).rate()
    y, j, has = run.failed, run.flagged, run.labelled
    n, k, of = int(has.sum()), int((y & has).sum()), len(y)
    yield "judge alone", Estimate(float(j.mean()), clopper_pearson(int(j.sum()), of))
    yield "reviewed cases alone", Estimate(k / n, clopper_pearson(k, n))
    own = Bank(k, int((y & j & has).sum()), n - k, int((~y & ~j & has).sum()), of_this_run=0)
    yield "Rogan–Gladen, errors from the queue", _told_as_zero(rogan_gladen(int(j.sum()), of, own, SEED))
    gap = y[has].astype(float) - j[has]
    value = float(j.mean() + gap.mean())
    yield "prediction-powered, queue as random", _normal(value, float(j.var() / of + gap.var() / n))
    yield "stratified, normal interval", _stratified(run)
    yield "stratified, bootstrap of scenarios", _bootstrap(run, draws)
    drawn = generator.permutation(of)[:n]
    uniform = int(y[drawn].sum())
    yield "the same number of labels, drawn uniformly", Estimate(uniform / n, clopper_pearson(uniform, n))


def draws_of(run: Play, draws: int) -> Draws:
    """What the report does with these labels."""
    return Draws(_as_run(run), SEED, draws)


def _as_run(run: Play) -> Run:
    labels = np.where(run.labelled, run.failed, np.nan)
    return make_run(
        labels, run.pi, run.stratum, run.kind, np.where(run.flagged, FLAGGED, UNFLAGGED), run.scenario
    )


def _told_as_zero(found: Estimate) -> Estimate:
    """The textbook clips: where the judge seems to tell nothing, it says 0."""
    return Estimate(0.0, Interval(0.0, 0.0, "clipped")) if found.value is None else found


def _normal(value: float, variance: float) -> Estimate:
    half = NormalDist().inv_cdf(0.975) * sqrt(variance)
    return Estimate(value, Interval(value - half, value + half, "normal"))


def _parts(run: Play) -> list[tuple[float, float, int]]:
    """Share of the run, rate among its labels, and number of labels, of each kind of stratum."""
    found = []
    for kind in (0, 1):
        inside = run.kind == kind
        labels = run.failed[inside & run.labelled]
        found.append(
            (float(inside.mean()), float(labels.mean()) if len(labels) else 0.0, max(len(labels), 1))
        )
    return found


def _stratified(run: Play) -> Estimate:
    parts = _parts(run)
    value = sum(w * p for w, p, _ in parts)
    within = sum(w * w * p * (1 - p) / n for w, p, n in parts)
    between = parts[0][0] * parts[1][0] / len(run.failed) * (parts[0][1] - parts[1][1]) ** 2
    return _normal(value, within + between)


def _bootstrap(run: Play, draws: int) -> Estimate:
    """Percentiles of the stratified estimate when whole scenarios are drawn with replacement."""
    scenarios = int(run.scenario.max()) + 1
    counts = Resamples(scenarios, SEED, draws).counts.astype(np.float64)

    def sums(values: Flags) -> Floats:
        found: Floats = counts @ np.bincount(run.scenario, values, minlength=scenarios)
        return found

    top = np.zeros(draws)
    for kind in (0, 1):
        inside = run.kind == kind
        labels = sums(inside & run.labelled)
        rate = np.divide(
            sums(inside & run.labelled & run.failed), labels, out=np.zeros(draws), where=labels > 0
        )
        top += sums(inside) * rate
    low, high = np.quantile(top / sums(np.ones(len(run.failed), dtype=np.bool_)), [0.025, 0.975])
    return Estimate(sum(w * p for w, p, _ in _parts(run)), Interval(float(low), float(high), "bootstrap"))


class Found(msgspec.Struct):
    """What a setting showed."""

    rates: dict[str, Score]
    sensitivity: Score
    labels: float
    """Mean number of labels."""
    bound_held: float
    """Share of runs in which the bound held the failures that nobody read."""
    bound: float
    """Mean bound."""
    missed: float
    """Mean number of failures that nobody read."""


def simulate(
    setting: Setting, replicates: int, seed: int = SEED, draws: int = 1000, textbook: bool = True
) -> Found:
    """Play a setting many times. Without `textbook` only what the report prints is computed."""
    generator = np.random.default_rng(seed)
    rates: dict[str, Score] = {}
    sensitivity, labels, held, bound, unread = Score(), 0, 0, 0, 0
    for _ in range(replicates):
        run = play(setting, generator)
        every = estimates(run, generator, draws) if textbook else [(OURS, draws_of(run, draws).rate())]
        for name, found in every:
            rates.setdefault(name, Score()).take(found, run.rate)
        sensitivity.take(draws_of(run, draws).sensitivity(), setting.sensitivity)
        limit = missed(_as_run(run), SEED, draws).at_most
        really = int((run.failed & ~run.labelled).sum())
        labels, held, bound, unread = (
            labels + int(run.labelled.sum()),
            held + (really <= limit),
            bound + limit,
            unread + really,
        )
    return Found(
        rates, sensitivity, labels / replicates, held / replicates, bound / replicates, unread / replicates
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Plays all settings, saves the figures and writes them into the page."""
    from benchmarks.reviewing_docs import write_docs

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1500)
    wanted = parser.parse_args(arguments)
    rows = []
    for setting in SETTINGS:
        found = simulate(setting, wanted.replicates)
        rows.append(
            {
                "setting": msgspec.to_builtins(setting),
                "labels": found.labels,
                "rates": {name: _row(score) for name, score in found.rates.items()},
                "sensitivity": _row(found.sensitivity),
                "bound": {"held": found.bound_held, "mean": found.bound, "missed": found.missed},
            }
        )
        print(setting.name, rows[-1]["rates"][OURS], flush=True)  # type: ignore[index]
    figures = {"replicates": wanted.replicates, "seed": SEED, "rows": rows}
    save("reviewing", figures)
    write_docs(figures)


def _row(score: Score) -> dict[str, float]:
    return {
        "bias": score.bias,
        "error": score.error,
        "coverage": score.coverage,
        "width": score.width / len(score.values),
        "unknown": score.unknown,
    }


if __name__ == "__main__":
    main()
