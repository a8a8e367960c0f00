"""From results to the summary of a run: every planned case accounted for, every rate with its denominator."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from primum.campaign.model import OUTCOMES, CaseResult, EndpointRecord, Manifest
from primum.canonical import canonical_bytes
from primum.endpoints.spec import Price
from primum.errors import PrimumError
from primum.reporting.analysis.analyse import analyse
from primum.reporting.caveats import caveats, untested
from primum.reporting.columns import Gathered, Tally, gather
from primum.reporting.model import (
    SCHEMA,
    Macro,
    Spend,
    States,
    Summary,
    TargetSummary,
)
from primum.reporting.reviewed import Reviewed
from primum.reporting.sentences import JUDGED, REVIEWED, verdict
from primum.reporting.slices import ALL, dimension_of, mean_intervals_of, slice_of, slices_by
from primum.reporting.worst import failed_checks, worst_case, worst_exhibits
from primum.scenarios.model import DIMENSIONS, Scenario
from primum.stats.describe import macro
from primum.stats.resample import Resamples

FAILED_CHECKS_SHOWN = 100
_DECIMALS = 6
"""Figures are rounded so that summary.json has the same bytes on every machine."""


def summarise(
    manifest: Manifest,
    results: Iterable[CaseResult],
    worst: int = 20,
    *,
    scenarios: Mapping[str, Scenario] | None = None,
    prices: Mapping[str, Price] | None = None,
    not_tested: Sequence[str] = (),
    reviewed: Reviewed | None = None,
) -> Summary:
    """Summarise a run in one pass over its results.

    `worst` full cases are kept, shared evenly between the targets, at least three for each. `scenarios`
    (by id) adds the words of the checks; `prices` (by target name) adds costs; `not_tested` is what the protocol
    itself says it leaves out; `reviewed` is what clinicians said: their final labels decide whether a case failed.
    """
    known = scenarios or {}
    gathered = gather(manifest, results, worst, known, reviewed.labels if reviewed else None)
    planned = planned_by_target(manifest, gathered)
    resamples = Resamples(len(gathered.scenarios), manifest.seed)
    how = REVIEWED if reviewed and reviewed.figures.reviewed else JUDGED
    targets = [
        _target(manifest, record, gathered, planned[record.name], known, prices or {}, resamples, how)
        for record in manifest.targets
    ]
    targets.sort(key=_worst_first)
    outcomes: dict[str, int] = {name: sum(target.outcomes[name] for target in targets) for name in OUTCOMES}
    exhibits = worst_exhibits(gathered, [target.name for target in targets], known, reviewed)
    simulated = {record.name for record in manifest.targets if record.simulated}
    states = States(*(sum(getattr(t.states, name) for t in targets) for name in States.__struct_fields__))
    summary = Summary(
        schema=SCHEMA,
        run=manifest.run,
        label=manifest.label,
        protocol=manifest.protocol,
        created=_date(manifest.created),
        simulated=bool(simulated),
        planned=manifest.planned,
        reached=gathered.reached,
        not_reached=manifest.planned - gathered.reached,
        outcomes=outcomes,
        pool=manifest.pool,
        drawn=manifest.drawn,
        scenarios=len(gathered.scenarios),
        scenarios_reviewed=_reviewed(gathered.scenarios, scenarios),
        warnings=(),
        not_tested=(),
        targets=tuple(targets),
        worst=tuple(worst_case(exhibit, simulated) for exhibit in exhibits),
        manifest=manifest,
        states=states,
        reviewed_share=states.reviewed / outcomes["judged"] if outcomes["judged"] else None,
        findings=analyse(gathered, manifest, scenarios, manifest.seed, resamples=resamples),
        review=reviewed.figures if reviewed else None,
        exhibits=exhibits,
    )
    if sum(outcomes.values()) + summary.not_reached != summary.planned:
        raise AssertionError("the outcomes do not add up to the planned cases")
    left_out = (*not_tested, *untested(summary))
    return msgspec.structs.replace(summary, warnings=caveats(summary), not_tested=left_out)


def summary_bytes(summary: Summary) -> bytes:
    """summary.json: deterministic, without the texts of the exchanges."""
    fields = msgspec.to_builtins(msgspec.structs.replace(summary, exhibits=()))
    del fields["exhibits"]
    return msgspec.json.format(canonical_bytes(_rounded(fields)), indent=1) + b"\n"


def planned_by_target(manifest: Manifest, gathered: Gathered) -> dict[str, int]:
    """Every target plays the same cases; in a finished run what was reached is what was planned."""
    reached = {name: gathered.cases(name) for name in gathered.tallies}
    if sum(reached.values()) == manifest.planned:
        return reached
    share, odd = divmod(manifest.planned, len(reached))
    if odd or max(reached.values()) > share:
        raise PrimumError(
            f"{manifest.planned - sum(reached.values())} planned cases of run {manifest.run} have no result and "
            "cannot be told apart by target; run the same command again to finish it"
        )
    return dict.fromkeys(reached, share)


def _target(
    manifest: Manifest,
    record: EndpointRecord,
    gathered: Gathered,
    planned: int,
    known: Mapping[str, Scenario],
    prices: Mapping[str, Price],
    resamples: Resamples,
    how: str,
) -> TargetSummary:
    columns, tally = gathered.columns(record.name), gathered.tallies[record.name]
    label = f"{record.name} (simulated)" if record.simulated else record.name
    outcomes: dict[str, int] = {
        name: int(np.count_nonzero(columns.outcome == code)) for code, name in enumerate(OUTCOMES)
    }
    not_reached = planned - len(columns)
    means = mean_intervals_of(columns, resamples)
    overall = slice_of(ALL, columns, means, not_reached, manifest.drawn)
    judged = columns.where(columns.judged)
    dimensions = tuple(dimension_of(place, judged, means) for place in range(len(DIMENSIONS)))
    dimension_means = [d.scores.mean for d in dimensions if d.scores.mean is not None]
    checks = failed_checks(tally, known)
    return TargetSummary(
        name=record.name,
        label=label,
        simulated=record.simulated,
        verdict=verdict(label, planned, overall.critical, how),
        planned=planned,
        outcomes=outcomes,
        not_reached=not_reached,
        judged=len(judged),
        coverage=len(judged) / planned if planned else 0.0,
        overall=overall,
        mean_if_undecided_failed=float(judged.low.mean()) if len(judged) else None,
        mean_if_undecided_met=float(judged.high.mean()) if len(judged) else None,
        macro=Macro(
            scenarios=overall.scenario_mean,
            domains=macro(judged.score, judged.groups["domain"]),
            dimensions=float(np.mean(dimension_means)) if dimension_means else None,
        ),
        domains=slices_by("domain", columns, means),
        subdomains=slices_by("subdomain", columns, means),
        perspectives=slices_by("perspective", columns, means),
        settings=slices_by("setting", columns, means),
        risks=slices_by("risk", columns, means),
        dimensions=dimensions,
        states=States(**tally.states),
        disagreeing_cases=tally.disagreeing_cases,
        disagreeing_checks=tally.disagreeing_checks,
        failed_checks=checks[:FAILED_CHECKS_SHOWN],
        failed_checks_total=len(checks),
        failures=dict(sorted(tally.failures.items())),
        spend=_spend(tally, prices.get(record.name)),
        first_reply=_date(tally.first_reply) if tally.last_reply else "",
        last_reply=_date(tally.last_reply) if tally.last_reply else "",
        attacks=slices_by("attack", columns, means),
        transforms=slices_by("transforms", columns, means),
        for_review=tally.opinions.for_review,
        review=tally.opinions.reasons(),
        presets=tally.opinions.tables(),
    )


def _spend(tally: Tally, price: Price | None) -> Spend:
    spent = tally.spend
    cost = (
        None
        if price is None
        else (spent["target_input"] * price.input + spent["target_output"] * price.output) / 1e6
    )
    return Spend(
        calls=spent["calls"],
        input_tokens=spent["input"],
        output_tokens=spent["output"],
        target_input_tokens=spent["target_input"],
        target_output_tokens=spent["target_output"],
        target_cost_usd=cost,
    )


def _reviewed(used: tuple[str, ...], scenarios: Mapping[str, Scenario] | None) -> int | None:
    if scenarios is None:
        return None
    return sum(bool(scenarios[name].reviewed_by) for name in used if name in scenarios)


def _worst_first(target: TargetSummary) -> tuple[float, float, str]:
    """By the upper end of the critical failure rate; without an interval, by the worst case of what is missing."""
    cases, minimum = target.overall.critical.cases, target.overall.scores.min
    risk = cases.interval.high if cases.interval else cases.worst
    return (-1.0 if risk is None else -risk, 2.0 if minimum is None else minimum, target.name)


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
