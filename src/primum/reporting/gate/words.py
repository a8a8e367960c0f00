"""The decisions of a gate in words. Each sentence says what would change it."""

from primum.reporting.gate.model import Decision
from primum.reporting.gate.policy import Policy, Rule
from primum.reporting.numbers import count, percent, three
from primum.reporting.rows import Rows


def in_words(rule: Rule, decision: Decision, rows: Rows, scenarios: int, gap: str, needed: int | None) -> str:
    """Why an estimated rule was decided so, or what is lacking."""
    figure = three if rule.metric == "mean-score" else percent
    limit = f"{rule.direction} {figure(rule.threshold)}"
    if decision != "INCONCLUSIVE":
        side = "below" if (decision == "PASS") == (rule.direction == "at most") else "above"
        return f"shown to be {side} {figure(rule.threshold)}"
    if not scenarios:
        return "no case of it was decided" if len(rows) else "the run holds no case of it"
    if scenarios < rule.min_scenarios:
        return too_few(rule, scenarios)
    if gap:
        return gap
    if rows.missing:
        return f"not decided while {count(rows.missing, 'case')} may have failed; decide them first"
    if needed is None:
        return (
            f"the estimate lies too close to {figure(rule.threshold)} for any number of scenarios to decide"
        )
    return f"{count(scenarios, 'scenario')} cannot show it to be {limit}; about {needed:,} would decide"


def too_much_missing(rows: Rows, policy: Policy) -> str:
    """What stands in the way of any PASS; empty when nothing does."""
    if rows.not_reached:
        return f"{count(rows.not_reached, 'planned case')} had not been reached; run it again to finish it"
    if rows.missing > policy.missing * rows.planned:
        return (
            f"{rows.missing:,} of {count(rows.planned, 'planned case')} are undecided, "
            f"more than {percent(policy.missing)}"
        )
    return ""


def too_few(rule: Rule, scenarios: int) -> str:
    return f"{count(scenarios, 'decided scenario')}, fewer than the {rule.min_scenarios:,} that the policy asks for"
