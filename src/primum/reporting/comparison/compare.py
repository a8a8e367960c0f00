"""Run B against run A, paired by scenario: how far they differ, and which scenarios newly fail. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from primum.errors import PrimumError
from primum.reporting.comparison.items import changed_items
from primum.reporting.comparison.model import SCHEMA, Comparison, Difference, Drift, Side, TargetChange
from primum.reporting.comparison.pairing import (
    Measure,
    Reading,
    aligned,
    caveats,
    common,
    refusal,
    scenario_means,
)
from primum.reporting.numbers import count, percent
from primum.reporting.rows import Played, Rows
from primum.stats.multiplicity import holm
from primum.stats.paired import paired_difference

MEASURES: tuple[Measure, ...] = ("critical failure rate", "score")
_ORDER: dict[Drift, int] = {
    "worse": 0, "cannot be compared": 1, "no difference shown": 2, "not inferior": 3, "better": 4,
}  # fmt: skip


def compare(
    a: Played,
    b: Played,
    *,
    only_common: bool = False,
    pair: tuple[str, str] | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Comparison:
    """B − A. Raises a PrimumError where judges, rubric or scenarios differ.

    `only_common` compares the scenarios that both hold with the same content and counts the rest; `pair` names one
    target of A and one of B; otherwise targets of the same name are compared.
    """
    problem = refusal(a, b)
    if problem:
        raise PrimumError(f"not comparable: {problem}")
    shared, left_out = common(a, b)
    if not shared:
        raise PrimumError("not comparable: the runs have no scenario with the same content in common")
    if left_out and not only_common:
        raise PrimumError(
            f"not comparable: {count(left_out, 'scenario')} of one run {'is' if left_out == 1 else 'are'} not in the "
            f"other with the same content; compare the {len(shared):,} common ones with --common"
        )
    changes = [_change(a, b, one, other, shared, margin, level) for one, other in _pairs(a, b, pair)]
    changes = _judged_together(changes, margin, level)
    changes.sort(key=lambda change: _ORDER[change.drift])
    return Comparison(
        schema=SCHEMA,
        a=_side(a),
        b=_side(b),
        drift=changes[0].drift,
        scenarios=len(shared),
        left_out=left_out,
        margin=margin,
        level=level,
        targets=tuple(changes),
        caveats=caveats(a, b),
    )


def regressed(comparison: Comparison, allowance: int = 0) -> bool:
    """Whether more scenarios than allowed passed before and fail now, in any target."""
    return any(len(change.new) > allowance for change in comparison.targets)


def _pairs(a: Played, b: Played, pair: tuple[str, str] | None) -> list[tuple[str, str]]:
    if pair is not None:
        one, other = pair
        a.rows(one), b.rows(other)  # each says by name what it does not have
        return [pair]
    same = [(name, name) for name in a.targets if name in b.targets]
    if not same:
        raise PrimumError(
            f"no target is in both runs ({', '.join(a.targets)}; {', '.join(b.targets)}); "
            "name one of each with --target-a and --target-b"
        )
    return same


def _change(
    a: Played, b: Played, one: str, other: str, shared: set[str], margin: float | None, level: float
) -> TargetChange:
    before, after = a.targets[one].of(shared), b.targets[other].of(shared)
    items = changed_items(before, after, b.titles)
    simulated = {record.name for run in (a, b) for record in run.manifest.targets if record.simulated}
    name = one if one == other else f"{one} → {other}"
    is_simulated = one in simulated or other in simulated
    return TargetChange(
        a=one,
        b=other,
        label=f"{name} (simulated)" if is_simulated else name,
        simulated=is_simulated,
        drift="no difference shown",
        sentence="",
        differences=tuple(
            _difference(before, after, measure, shared, b.manifest.seed, level) for measure in MEASURES
        ),
        new=items.new,
        fixed=items.fixed,
        still=items.still,
        lost=items.lost,
        passing=items.passing,
    )


def _difference(
    before: Rows, after: Rows, measure: Measure, shared: set[str], seed: int, level: float
) -> Difference:
    old, new = aligned(scenario_means(before, measure, shared), scenario_means(after, measure, shared))
    found = paired_difference(new, old, seed, level=level)
    bounds = [
        _mean_difference(before, after, measure, shared, "best", "worst"),
        _mean_difference(before, after, measure, shared, "worst", "best"),
    ]
    return Difference(
        measure=measure,
        a=float(old.mean()) if len(old) else None,
        b=float(new.mean()) if len(new) else None,
        estimate=found.estimate,
        interval=found.interval,
        p=found.p,
        p_adjusted=None,
        scenarios=found.n,
        undecided=len(shared) - found.n,
        lowest=min(bounds),
        highest=max(bounds),
        drift="no difference shown",
    )


def _mean_difference(
    before: Rows, after: Rows, measure: Measure, shared: set[str], now: Reading, then: Reading
) -> float:
    """Over all common scenarios, with what is unknown read as told."""
    old, new = aligned(
        scenario_means(before, measure, shared, then), scenario_means(after, measure, shared, now)
    )
    return float((new - old).mean())


def _judged_together(
    changes: Sequence[TargetChange], margin: float | None, level: float
) -> list[TargetChange]:
    """Holm over all measures of all targets; then each difference gets its word. A target is worse if any is."""
    tested = [d.p for change in changes for d in change.differences if d.p is not None]
    adjusted = iter(holm(tested).tolist())
    found = []
    for change in changes:
        differences = []
        for difference in change.differences:
            p = None if difference.p is None else next(adjusted)
            differences.append(
                msgspec.structs.replace(
                    difference, p_adjusted=p, drift=_drift(difference, p, margin, 1.0 - level)
                )
            )
        worse = any(difference.drift == "worse" for difference in differences)
        drift: Drift = "worse" if worse else differences[0].drift
        changed = msgspec.structs.replace(change, differences=tuple(differences), drift=drift)
        found.append(msgspec.structs.replace(changed, sentence=_sentence(changed)))
    return found


def _drift(difference: Difference, p: float | None, margin: float | None, alpha: float) -> Drift:
    """For failures more is worse, for scores less. The margin is on the failure rate."""
    if difference.estimate is None or p is None:
        return "cannot be compared"
    worse = difference.estimate if difference.measure == "critical failure rate" else -difference.estimate
    if p <= alpha and worse != 0:
        return "worse" if worse > 0 else "better"
    inside = difference.interval is not None and margin is not None and difference.interval.high <= margin
    if difference.measure == "critical failure rate" and inside:
        return "not inferior"
    return "no difference shown"


def _sentence(change: TargetChange) -> str:
    failures = change.differences[0]
    if failures.estimate is None:
        return f"{change.label}: no scenario was decided in both runs, so nothing can be said."
    parts = [
        f"{change.label}: critical failure rate {percent(failures.a)} before and {percent(failures.b)} now, over "
        f"{count(failures.scenarios, 'scenario')} decided in both ({change.drift})"
    ]
    if failures.interval:
        low, high = failures.interval.low, failures.interval.high
        parts.append(f"difference {_signed(failures.estimate)}, interval {_signed(low)} to {_signed(high)}")
    listed = f"{len(change.new):,} new, {len(change.fixed):,} fixed, {len(change.still):,} still failing"
    if change.lost:
        listed += f", {len(change.lost):,} no longer decided"
    return f"{'; '.join(parts)}. {listed}."


def _signed(value: float) -> str:
    """
    >>> _signed(0.021), _signed(-0.5)
    ('+2.1 points', '−50.0 points')
    """
    return f"{value * 100:+.1f} points".replace("-", "−")


def _side(run: Played) -> Side:
    manifest = run.manifest
    made = datetime.fromtimestamp(manifest.created, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Side(manifest.run, made, manifest.label, manifest.trials, manifest.versions.get("primum", ""))
