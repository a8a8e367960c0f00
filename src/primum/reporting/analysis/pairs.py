"""Targets against each other on the same scenarios: every pair, the widest gap of each domain, decoupled dimensions."""

from itertools import combinations

import msgspec
import numpy as np

from primum.reporting.analysis.findings import Decoupling, Gap, Pair
from primum.reporting.analysis.tables import Tables
from primum.scenarios.model import DIMENSIONS, Dimension
from primum.stats.correlate import correlation
from primum.stats.differences import gap_interval, mean_difference_intervals
from primum.stats.intervals import Interval
from primum.stats.multiplicity import benjamini_hochberg
from primum.stats.paired import sign_flip_p
from primum.stats.resample import Floats, Resamples

FEWEST_PAIRS = 2
"""Scenarios that both targets have a verdict on; with fewer a pair is not compared."""
DECOUPLED: tuple[tuple[Dimension, Dimension], ...] = (("robustness", "equity"), ("robustness", "accuracy"))
"""Robust and fair; robust and factual."""
METHOD = (
    "mean of the differences between scenario means; interval by cluster bootstrap, Student's t below 30 scenarios, "
    "exact where fewer than 10 scenarios differ; p by sign flips; q by Benjamini–Hochberg over all tests shown"
)


def pairs_of(tables: Tables, resamples: Resamples) -> tuple[tuple[Pair, ...], int]:
    """Every pair of targets, and over how many tests the q values are adjusted."""
    places = list(combinations(range(len(tables.targets)), 2))
    scores = _compare(tables.score_means, places, resamples)
    failures = _compare(tables.failure_rates, places, resamples)
    tested = [p for one in (scores, failures) for p in one.p if p is not None]
    adjusted = iter(benjamini_hochberg(tested).tolist() if tested else [])
    score_q = [None if p is None else next(adjusted) for p in scores.p]
    failure_q = [None if p is None else next(adjusted) for p in failures.p]
    found = []
    for at, (a, b) in enumerate(places):
        difference = scores.mean[at]
        if difference is None:
            continue
        found.append(
            Pair(
                first=tables.targets[a],
                second=tables.targets[b],
                scenarios=scores.n[at],
                score_difference=difference,
                score_interval=scores.interval[at],
                score_p=scores.p[at],
                score_q=score_q[at],
                failure_difference=failures.mean[at],
                failure_interval=failures.interval[at],
                failure_p=failures.p[at],
                failure_q=failure_q[at],
                method=METHOD,
            )
        )
    return tuple(found), len(tested)


class _Compared(msgspec.Struct, frozen=True):
    """One figure compared in every pair: one entry a pair."""

    n: list[int]
    mean: list[float | None]
    interval: list[Interval | None]
    p: list[float | None]


def _compare(means: Floats, places: list[tuple[int, int]], resamples: Resamples) -> _Compared:
    """From one column of scenario means a target to the differences first − second of all pairs."""
    if not places:
        return _Compared([], [], [], [])
    differences = np.column_stack([means[:, a] - means[:, b] for a, b in places])
    n: list[int] = (~np.isnan(differences)).sum(axis=0).tolist()
    enough = [count >= FEWEST_PAIRS for count in n]
    sums = np.nansum(differences, axis=0).tolist()
    p = sign_flip_p(np.nan_to_num(differences), resamples.seed, resamples.replicates).tolist()
    intervals = mean_difference_intervals(differences, resamples)
    return _Compared(
        n=n,
        mean=[total / count if ok else None for total, count, ok in zip(sums, n, enough, strict=True)],
        interval=[one if ok else None for one, ok in zip(intervals, enough, strict=True)],
        p=[one if ok else None for one, ok in zip(p, enough, strict=True)],
    )


def gaps_of(tables: Tables, resamples: Resamples) -> tuple[Gap, ...]:
    """Best against worst mean score in each domain, the widest gap first."""
    found = []
    for code, domain in enumerate(tables.domains):
        inside = tables.domain_of == code
        sums, sizes = tables.scores * inside[:, None], tables.judged * inside[:, None]
        means = {
            name: float(sums[:, at].sum() / sizes[:, at].sum())
            for at, name in enumerate(tables.targets)
            if sizes[:, at].any()
        }
        if len(means) < 2:
            continue
        best, worst = max(means, key=lambda n: (means[n], n)), min(means, key=lambda n: (means[n], n))
        both = [tables.targets.index(best), tables.targets.index(worst)]
        found.append(
            Gap(
                domain=domain,
                best=best,
                best_mean=means[best],
                worst=worst,
                worst_mean=means[worst],
                delta=means[best] - means[worst],
                interval=None if best == worst else gap_interval(sums[:, both], sizes[:, both], resamples),
            )
        )
    return tuple(sorted(found, key=lambda gap: (-gap.delta, gap.domain)))


def decoupling_of(tables: Tables) -> tuple[Decoupling, ...]:
    """Whether targets that do well on one dimension do well on another; the target is the unit."""
    found = []
    for x, y in DECOUPLED:
        points = []
        for name, columns in zip(tables.targets, tables.columns, strict=True):
            on_x, on_y = (columns.dimensions[:, DIMENSIONS.index(dimension)] for dimension in (x, y))
            if not (np.isnan(on_x).all() or np.isnan(on_y).all()):
                points.append((name, float(np.nanmean(on_x)), float(np.nanmean(on_y))))
        r = correlation([point[1] for point in points], [point[2] for point in points])
        found.append(Decoupling(x=x, y=y, n=r.n, r=r.r, interval=r.interval, points=tuple(points)))
    return tuple(found)
