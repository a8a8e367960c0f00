"""Dated runs of one protocol on one target: the trend, and an alarm that keeps its promise over any number of runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
import numpy as np

from primum.errors import PrimumError, did_you_mean
from primum.reporting.comparison.pairing import caveats, refusal, scenario_means
from primum.reporting.numbers import count, percent
from primum.reporting.rows import Played
from primum.stats.cluster import rate_interval
from primum.stats.intervals import Interval
from primum.stats.means import mean_interval
from primum.stats.sequential import Step, drift

SCHEMA: Literal["primum-history/1"] = "primum-history/1"


class Point(msgspec.Struct, frozen=True):
    """One dated run."""

    run: str
    created: str
    label: str
    scenarios: int
    """Decided."""
    failed: int
    """With a critical failure in any trial."""
    rate: float | None
    interval: Interval | None
    mean: float | None
    mean_interval: Interval | None
    undecided: int
    """Scenarios without a decision."""
    step: Step
    """What this run adds to the evidence that the target got worse."""


class LeftOut(msgspec.Struct, frozen=True):
    """A run of the target that cannot be set beside the newest one."""

    run: str
    reason: str


class History(msgspec.Struct, frozen=True):
    """A target over time."""

    schema: str
    target: str
    label: str
    """As it must be shown: carries the word 'simulated' where that is so."""
    protocol: str
    points: tuple[Point, ...]
    """Oldest first."""
    left_out: tuple[LeftOut, ...]
    alpha: float
    """Chance of any alarm, ever, while nothing changes."""
    alarm: bool
    sentence: str
    caveats: tuple[str, ...]


def history(runs: Sequence[Played], target: str, alpha: float = 0.05) -> History:
    """The runs of the target that were played and judged as the newest was; the others are named with the reason."""
    holding = sorted((run for run in runs if target in run.targets), key=lambda run: run.manifest.created)
    if not holding:
        known = {name for run in runs for name in run.targets}
        raise PrimumError(f"no run holds the target '{target}'.{did_you_mean(target, known)}")
    newest = holding[-1]
    kept, left_out = [], []
    for run in holding:
        reason = _unlike(run, newest)
        if reason:
            left_out.append(LeftOut(run.manifest.run, reason))
        else:
            kept.append(run)
    steps = drift(_failures(kept, target), alpha)
    points = tuple(_point(run, target, step) for run, step in zip(kept, steps, strict=True))
    simulated = any(r.simulated for run in kept for r in run.manifest.targets if r.name == target)
    label = f"{target} (simulated)" if simulated else target
    return History(
        schema=SCHEMA,
        target=target,
        label=label,
        protocol=newest.manifest.protocol,
        points=points,
        left_out=tuple(left_out),
        alpha=alpha,
        alarm=points[-1].step.alarm,
        sentence=_sentence(label, points, alpha),
        caveats=tuple(dict.fromkeys(note for run in kept[:-1] for note in caveats(run, newest))),
    )


def _unlike(run: Played, newest: Played) -> str:
    one, other = run.manifest, newest.manifest
    if one.protocol != other.protocol:
        return f"of another protocol ({one.protocol})"
    if one.trials != other.trials:
        return f"{count(one.trials, 'trial')} instead of {other.trials}: more tries find more failures"
    return refusal(run, newest)


def _failures(runs: Sequence[Played], target: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Runs × scenarios (by content): 1 failed in any trial, 0 passed, NaN unknown or not played."""
    contents = sorted({content for run in runs for content in run.contents.values()})
    place = {content: n for n, content in enumerate(contents)}
    table = np.full((len(runs), len(contents)), np.nan)
    for row, run in enumerate(runs):
        rates = scenario_means(run.targets[target], "critical failure rate", run.contents)
        for scenario, rate in rates.items():
            table[row, place[run.contents[scenario]]] = float(rate > 0)
    return table


def _point(run: Played, target: str, step: Step) -> Point:
    rows, manifest = run.targets[target], run.manifest
    rates = scenario_means(rows, "critical failure rate", run.contents)
    failed = np.array([rate > 0 for rate in rates.values()])
    n, k = len(failed), int(failed.sum())
    judged = rows.judged
    scores, scenario = rows.score[judged], rows.cluster[judged]
    means = list(scenario_means(rows, "score", run.contents).values())
    made = datetime.fromtimestamp(manifest.created, UTC).isoformat(timespec="minutes")
    return Point(
        run=manifest.run,
        created=made.replace("+00:00", "Z"),
        label=manifest.label,
        scenarios=n,
        failed=k,
        rate=k / n if n else None,
        interval=rate_interval(failed, np.arange(n)) if n else None,
        mean=float(np.mean(means)) if means else None,
        mean_interval=mean_interval(scores, scenario, manifest.seed) if len(scores) else None,
        undecided=manifest.drawn - n,
        step=step,
    )


def _sentence(label: str, points: Sequence[Point], alpha: float) -> str:
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"{label}: one run, {percent(last.rate)} of scenarios failed critically; a trend needs more."
    trend = f"{percent(first.rate)} in the first and {percent(last.rate)} in the last of {len(points)} runs"
    promise = f"with at most {percent(alpha)} chance of ever raising a false alarm"
    if last.step.alarm:
        since = next(point for point in points if point.step.alarm)
        return f"{label}: ALARM since {since.created}: it has got worse ({trend}), {promise}."
    return f"{label}: no alarm; scenarios with a critical failure: {trend}, {promise}."


def evidence(value: float) -> str:
    """Two digits where they matter; beyond a thousand only that it is beyond.

    >>> evidence(0.4321), evidence(21.7), evidence(1e9)
    ('0.43', '22', '>1,000')
    """
    if value > 1000:
        return ">1,000"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
