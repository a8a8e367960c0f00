"""One rule on one slice of one target. `gate.py` says which; here is what each metric is and when it is met."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from primum.reporting.columns import FAILED
from primum.reporting.comparison.pairing import Reading
from primum.reporting.gate.model import Decision, RuleResult
from primum.reporting.gate.paired import not_worse
from primum.reporting.gate.policy import COMPARED, Policy, Rule
from primum.reporting.gate.words import in_words, too_few, too_much_missing
from primum.reporting.numbers import count, three
from primum.reporting.rows import Played, Rows
from primum.stats.describe import group_means
from primum.stats.power import scenarios_for_mean, scenarios_to_decide
from primum.stats.threshold import Against, mean_against, rate_against

CASES_NAMED = 10


def evaluate(
    rule: Rule, policy: Policy, run: Played, target: str, rows: Rows, slice_name: str, earlier: Played | None
) -> RuleResult:
    """The rule's decision, before Holm's adjustment."""
    if rule.metric in COMPARED:
        return not_worse(rule, policy, run, target, rows, slice_name, earlier)
    if rule.metric in ("missing-share", "reviewed-share"):
        return _bookkeeping(rule, rows, slice_name)
    if rule.metric in ("minimum-score", "zero-scores"):
        return _observed(rule, policy, rows, slice_name)
    return _estimated(rule, policy, rows, slice_name)


def critical_rule(rows: Rows, policy: Policy) -> RuleResult:
    """No critical failure at all, whatever the averages say."""
    failed = rows.critical == FAILED
    confirmed = failed & rows.reviewed
    outright = failed if policy.critical == "none-allowed" else confirmed
    k, sure, of = int(failed.sum()), int(confirmed.sum()), int(rows.decided.sum())
    told = f"{count(k, 'critical failure')} ({sure:,} confirmed, {k - sure:,} provisional)"
    told += f" in {count(of, 'decided case')}"
    decision: Decision
    if outright.any():
        decision, reason = "FAIL", told
    elif k:
        decision, reason = "INCONCLUSIVE", f"{told}; a clinician must look at the provisional ones"
    elif not of:
        decision, reason = "INCONCLUSIVE", "no case was decided"
    else:
        decision, reason = "PASS", f"no critical failure in {count(of, 'decided case')}"
        gap = too_much_missing(rows, policy)
        if gap:
            decision, reason = "INCONCLUSIVE", f"{reason}, but {gap}"
    return RuleResult(
        rule="no critical failure",
        metric="critical-failures",
        slice="all",
        direction="at most",
        threshold=0.0,
        estimate=float(k),
        interval=None,
        best=float(k),
        worst=float(k + rows.missing),
        count=k,
        of=of,
        scenarios=_scenarios(rows),
        decision=decision,
        reason=reason,
        cases=_worst_cases(rows, failed),
    )


def _estimated(rule: Rule, policy: Policy, rows: Rows, slice_name: str) -> RuleResult:
    """A rate or a mean: an inference from these scenarios to others like them."""
    seen = _against(rule, policy, rows, "decided")
    good, bad = (seen, seen) if policy.undecided == "left-out" else (
        _against(rule, policy, rows, "best"), _against(rule, policy, rows, "worst")
    )  # fmt: skip
    mean = rule.metric == "mean-score"
    p_pass, p_fail = (bad.p_above, good.p_below) if mean else (bad.p_below, good.p_above)
    alpha, scenarios = 1.0 - policy.level, _scenarios(rows)
    decision: Decision = "PASS" if p_pass <= alpha else "FAIL" if p_fail <= alpha else "INCONCLUSIVE"
    gap = too_much_missing(rows, policy)
    short = scenarios < rule.min_scenarios
    if (decision == "PASS" and gap) or short:
        decision = "INCONCLUSIVE"
    needed = _needed(rule, policy, rows, seen) if decision == "INCONCLUSIVE" else None
    k, of = _counts(rule, rows)
    broken = rows.critical == FAILED if not mean else rows.judged & (rows.score < rule.threshold)
    return RuleResult(
        rule=rule.title,
        metric=rule.metric,
        slice=slice_name,
        direction=rule.direction,
        threshold=rule.threshold,
        estimate=seen.estimate,
        interval=seen.interval,
        best=_against(rule, policy, rows, "best").estimate,
        worst=_against(rule, policy, rows, "worst").estimate,
        count=None if mean else k,
        of=of,
        scenarios=scenarios,
        decision=decision,
        reason=in_words(rule, decision, rows, scenarios, gap, needed),
        p_fail=p_fail,
        p_pass=p_pass,
        needed=needed,
        cases=_worst_cases(rows, broken),
    )


def _against(rule: Rule, policy: Policy, rows: Rows, reading: Reading) -> Against:
    """The metric under one reading of what is unknown, against the threshold."""
    limit = rule.threshold
    if rule.metric == "mean-score":
        column = {"decided": rows.score, "best": rows.high, "worst": rows.low}[reading]
        known = ~np.isnan(column)
        return mean_against(column[known], rows.cluster[known], limit, policy.level)
    known = rows.decided if reading == "decided" else np.ones(len(rows), dtype=np.bool_)
    failed = (rows.critical == FAILED) | (~rows.decided if reading == "worst" else False)
    failed, scenario = failed[known], rows.cluster[known]
    if rule.metric == "critical-scenario-rate" and len(failed):
        failed = group_means(failed, scenario) > 0
        scenario = np.arange(len(failed))
    return rate_against(failed, scenario, limit, policy.level)


def _observed(rule: Rule, policy: Policy, rows: Rows, slice_name: str) -> RuleResult:
    """A minimum or a count: what was seen, no inference."""
    scores = rows.score[rows.judged]
    if rule.metric == "minimum-score":
        broken = rows.judged & (rows.score < rule.threshold)
        estimate = float(scores.min()) if len(scores) else None
        best, worst = estimate, float(rows.low.min()) if len(rows) and not rows.not_reached else 0.0
    else:
        broken = rows.judged & (rows.score == 0.0)
        estimate = best = float(np.count_nonzero(broken))
        worst = estimate + float(np.count_nonzero(~rows.judged)) + rows.not_reached
    breaks = bool(broken.any()) if rule.metric == "minimum-score" else (estimate or 0.0) > rule.threshold
    scenarios, gap = _scenarios(rows), too_much_missing(rows, policy)
    shown = f"the lowest score is {three(estimate)}" if rule.metric == "minimum-score" else count(
        int(estimate or 0), "reply", "replies") + " scored exactly 0"  # fmt: skip
    decision: Decision = "PASS"
    reason = f"{shown}, in {count(len(scores), 'judged case')}"
    if not len(scores):
        decision, reason = "INCONCLUSIVE", "no case was judged"
    elif breaks:
        decision = "FAIL"
    elif gap or scenarios < rule.min_scenarios:
        decision = "INCONCLUSIVE"
        reason += f", but {gap or too_few(rule, scenarios)}"
    return RuleResult(
        rule=rule.title,
        metric=rule.metric,
        slice=slice_name,
        direction=rule.direction,
        threshold=rule.threshold,
        estimate=estimate,
        interval=None,
        best=best,
        worst=worst,
        count=int(np.count_nonzero(broken)),
        of=len(scores),
        scenarios=scenarios,
        decision=decision,
        reason=reason,
        cases=_worst_cases(rows, broken),
    )


def _bookkeeping(rule: Rule, rows: Rows, slice_name: str) -> RuleResult:
    """How much is missing, how much a clinician has seen: not met says nothing of the target, so never FAIL."""
    if rule.metric == "missing-share":
        k, of, words = rows.missing, rows.planned, "planned cases are undecided"
    else:
        k, of = int(rows.reviewed.sum()), int(rows.judged.sum())
        words = "judged cases were looked at by a clinician"
    share = k / of if of else None
    met = share is not None and (
        share <= rule.threshold if rule.at_most is not None else share >= rule.threshold
    )
    return RuleResult(
        rule=rule.title,
        metric=rule.metric,
        slice=slice_name,
        direction=rule.direction,
        threshold=rule.threshold,
        estimate=share,
        interval=None,
        best=share,
        worst=share,
        count=k,
        of=of,
        scenarios=_scenarios(rows),
        decision="PASS" if met else "INCONCLUSIVE",
        reason=f"{k:,} of {of:,} {words}",
    )


def _needed(rule: Rule, policy: Policy, rows: Rows, seen: Against) -> int | None:
    """Scenarios that would decide, were the estimate true. Missing cases are to be decided first."""
    if seen.estimate is None or rows.missing:
        return None
    scenarios = _scenarios(rows)
    if rule.metric == "mean-score":
        sd = float(group_means(rows.score, rows.cluster).std(ddof=1)) if scenarios > 1 else 0.0
        found = scenarios_for_mean(seen.estimate - rule.threshold, sd, 0.8, policy.level)
    else:
        found = scenarios_to_decide(rule.threshold, seen.estimate, 0.8, policy.level)
        if found is not None and seen.size:
            found = ceil(
                found * scenarios / seen.size
            )  # items of one scenario tell less than as many scenarios
    return None if found is None else max(found, rule.min_scenarios, scenarios + 1)


def _counts(rule: Rule, rows: Rows) -> tuple[int, int]:
    failed = rows.critical == FAILED
    if rule.metric == "critical-scenario-rate":
        return len(np.unique(rows.cluster[failed])), _scenarios(rows)
    if rule.metric == "mean-score":
        return 0, int(rows.judged.sum())
    return int(failed.sum()), int(rows.decided.sum())


def _scenarios(rows: Rows) -> int:
    return len(np.unique(rows.cluster[rows.decided]))


def _worst_cases(rows: Rows, broken: NDArray[np.bool_]) -> tuple[str, ...]:
    """The lowest scored case of each scenario that breaks the rule, worst first."""
    places = np.flatnonzero(broken)
    order = places[np.argsort(rows.score[places], kind="stable")]
    first = dict(zip(rows.scenario[order][::-1].tolist(), rows.case[order][::-1].tolist(), strict=True))
    place = {case: n for n, case in enumerate(rows.case[order].tolist())}
    return tuple(sorted(first.values(), key=place.__getitem__)[:CASES_NAMED])
