"""Rules that hold a run against an earlier one: shown to be at most `margin` worse, paired by scenario."""

import numpy as np
from numpy.typing import NDArray

from primum.reporting.comparison.pairing import Measure, Reading, aligned, common, refusal, scenario_means
from primum.reporting.gate.model import Decision, RuleResult
from primum.reporting.gate.policy import Policy, Rule
from primum.reporting.gate.words import too_few, too_much_missing
from primum.reporting.numbers import count, three
from primum.reporting.rows import Played, Rows
from primum.stats.paired import Paired, paired_difference
from primum.stats.power import scenarios_for_mean


def not_worse(
    rule: Rule, policy: Policy, run: Played, target: str, rows: Rows, slice_name: str, earlier: Played | None
) -> RuleResult:
    """The decision; INCONCLUSIVE with the reason where the runs cannot be compared."""
    if earlier is None:
        return _cannot(rule, slice_name, f"the run {rule.than} is not at hand")
    match = target if len(earlier.targets) > 1 else next(iter(earlier.targets))
    problem = refusal(earlier, run)
    if not problem and match not in earlier.targets:
        problem = f"the run {rule.than} has no target '{target}'"
    if problem:
        return _cannot(rule, slice_name, problem)
    return _paired(rule, policy, run, rows, slice_name, earlier, earlier.targets[match])


def _paired(
    rule: Rule, policy: Policy, run: Played, rows: Rows, slice_name: str, earlier: Played, before: Rows
) -> RuleResult:
    measure: Measure = "score" if rule.metric == "not-worse-score" else "critical failure rate"
    shared = common(earlier, run)[0] & set(rows.scenario.tolist())

    def worse_by(now: Reading, then: Reading) -> NDArray[np.float64]:
        """By how much each scenario got worse; positive is worse, for scores too."""
        new, old = aligned(
            scenario_means(rows, measure, shared, now), scenario_means(before, measure, shared, then)
        )
        return old - new if measure == "score" else new - old

    def interval_of(worse: NDArray[np.float64]) -> Paired:
        level = 2 * policy.level - 1  # each bound at the policy's level
        return paired_difference(worse, np.zeros(len(worse)), run.manifest.seed, level=level)

    decided = worse_by("decided", "decided")
    seen = interval_of(decided)
    good, bad = seen, seen
    if policy.undecided == "as-failed":
        good, bad = interval_of(worse_by("best", "worst")), interval_of(worse_by("worst", "best"))
    margin, gap = rule.threshold, too_much_missing(rows, policy)
    if not gap and seen.n < rule.min_scenarios:
        gap = too_few(rule, seen.n)
    decision: Decision = "INCONCLUSIVE"
    if bad.interval and bad.interval.high <= margin and not gap:
        decision = "PASS"
    elif good.interval and good.interval.low > margin:
        decision = "FAIL"
    needed = None
    if decision == "INCONCLUSIVE" and seen.estimate is not None and seen.n > 1:
        needed = scenarios_for_mean(margin - seen.estimate, float(decided.std(ddof=1)), 0.8, policy.level)
    told = f"{measure} worse by {three(seen.estimate)} than in {earlier.manifest.run}, over {count(seen.n, 'scenario')}"
    return RuleResult(
        rule=rule.title,
        metric=rule.metric,
        slice=slice_name,
        direction="at most",
        threshold=margin,
        estimate=seen.estimate,
        interval=seen.interval,
        best=good.estimate,
        worst=bad.estimate,
        count=None,
        of=seen.n,
        scenarios=seen.n,
        decision=decision,
        reason=f"{told}; {gap}" if gap else told,
        needed=max(needed, seen.n + 1) if needed is not None and not gap else None,
    )


def _cannot(rule: Rule, slice_name: str, reason: str) -> RuleResult:
    return RuleResult(
        rule=rule.title,
        metric=rule.metric,
        slice=slice_name,
        direction="at most",
        threshold=rule.margin,
        estimate=None,
        interval=None,
        best=None,
        worst=None,
        count=None,
        of=0,
        scenarios=0,
        decision="INCONCLUSIVE",
        reason=reason,
    )
