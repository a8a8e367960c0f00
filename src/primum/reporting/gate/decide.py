"""The gate: a run against a policy. PASS, FAIL, or INCONCLUSIVE with the sample size that would decide.

One idea: a claim must hold whatever the unknown turns out to be. A rule passes only if it would pass with every
undecided and missing case counted as failed, and fails only if it would fail with every one counted as passed.
Pure: rows, a manifest and a policy in, a decision out.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from primum.campaign.model import FrozenPolicy
from primum.reporting.columns import FAILED
from primum.reporting.gate.model import SCHEMA, Decision, GateResult, PolicyRecord, RuleResult, TargetGate
from primum.reporting.gate.policy import COMPARED, Policy, Rule, parse_policy
from primum.reporting.gate.rules import critical_rule, evaluate
from primum.reporting.numbers import count
from primum.reporting.rows import Played, Rows
from primum.stats.multiplicity import holm

_ORDER: dict[Decision, int] = {"FAIL": 0, "INCONCLUSIVE": 1, "PASS": 2}


def gate_of(run: Played, policy: FrozenPolicy, earlier: Mapping[str, Played] | None = None) -> GateResult:
    """Decides. `earlier` holds the runs that not-worse rules name, by that name.

    The thresholds count as set before the run only if the run's manifest holds exactly them.
    """
    rules = parse_policy(policy.text, f"policy {policy.name}")
    frozen = run.manifest.policy is not None and run.manifest.policy.sha256 == policy.sha256
    targets = sorted(
        (
            _target(run, record.name, record.simulated, rules, earlier or {})
            for record in run.manifest.targets
        ),
        key=lambda target: _ORDER[target.decision],
    )
    decision = _worst([target.decision for target in targets])
    return GateResult(
        schema=SCHEMA,
        run=run.manifest.run,
        protocol=run.manifest.protocol,
        decision=decision,
        headline=_headline(decision, targets, frozen, policy),
        level=rules.level,
        tests=max(sum(rule.p_fail is not None for rule in target.rules) for target in targets),
        policy=PolicyRecord(policy.name, policy.sha256, policy.text, frozen),
        targets=tuple(targets),
        results_sha256=run.digest,
    )


def named_runs(policy: FrozenPolicy) -> tuple[str, ...]:
    """The earlier runs that a policy's not-worse rules name."""
    rules = parse_policy(policy.text, f"policy {policy.name}").rules
    return tuple(dict.fromkeys(rule.than for rule in rules if rule.metric in COMPARED))


def _target(
    run: Played, name: str, simulated: bool, policy: Policy, earlier: Mapping[str, Played]
) -> TargetGate:
    rows = run.targets[name]
    found = [] if policy.critical == "by-threshold" else [critical_rule(rows, policy)]
    for rule in policy.rules:
        found += [
            evaluate(rule, policy, run, name, part, slice_name, earlier.get(rule.than))
            for slice_name, part in _slices(rows, rule)
        ]
    results = _adjusted(found, policy.level)
    decision = _worst([result.decision for result in results])
    critical = rows.critical == FAILED
    return TargetGate(
        name=name,
        label=f"{name} (simulated)" if simulated else name,
        simulated=simulated,
        decision=decision,
        reason=_reason(decision, results),
        rules=results,
        critical_confirmed=int(np.count_nonzero(critical & rows.reviewed)),
        critical_provisional=int(np.count_nonzero(critical & ~rows.reviewed)),
    )


def _slices(rows: Rows, rule: Rule) -> Iterator[tuple[str, Rows]]:
    """The parts a rule is about; one that it names and that the run does not hold is an empty part."""
    if rule.by is None:
        yield "all", rows
        return
    column = rows.groups[rule.by]
    for name in rule.only or sorted(set(column.tolist())):
        yield f"{rule.by} {name}", rows.where(column == name)


def _adjusted(results: Sequence[RuleResult], level: float) -> tuple[RuleResult, ...]:
    """Holm over the rules: with many rules, one of them seems broken by chance. To pass, all must pass, so the
    chance of a wrong PASS needs no adjustment: it is no larger than that of any one rule."""
    tested = [place for place, result in enumerate(results) if result.p_fail is not None]
    adjusted = dict(zip(tested, holm([results[place].p_fail or 0.0 for place in tested]), strict=True))
    found = []
    for place, result in enumerate(results):
        if place not in adjusted:
            found.append(result)
            continue
        p = float(adjusted[place])
        changed = msgspec.structs.replace(result, p_fail=p)
        if result.decision == "FAIL" and p > 1.0 - level:
            reason = "beyond the threshold on its own, but not once the number of rules is allowed for"
            changed = msgspec.structs.replace(changed, decision="INCONCLUSIVE", reason=reason)
        found.append(changed)
    return tuple(found)


def _worst(decisions: Sequence[Decision]) -> Decision:
    return min(decisions, key=_ORDER.__getitem__)


def _reason(decision: Decision, results: Sequence[RuleResult]) -> str:
    if decision == "PASS":
        return f"all {count(len(results), 'rule result')} passed"
    at_fault = [result for result in results if result.decision == decision]
    first = at_fault[0]
    where = "" if first.slice == "all" else f" ({first.slice})"
    more = f"; and {len(at_fault) - 1} more" if len(at_fault) > 1 else ""
    return f"{first.rule}{where}: {first.reason}{more}"


def _headline(decision: Decision, targets: Sequence[TargetGate], frozen: bool, policy: FrozenPolicy) -> str:
    counted = ", ".join(
        f"{sum(target.decision == name for target in targets)} {name}"
        for name in _ORDER
        if any(target.decision == name for target in targets)
    )
    when = "thresholds were set before the run" if frozen else "thresholds were set after the run"
    simulated = "; simulated" if all(target.simulated for target in targets) else ""
    of = count(len(targets), "target")
    return f"{decision} ({counted} of {of}{simulated}); {when} (policy {policy.name} {policy.sha256[:12]})"
