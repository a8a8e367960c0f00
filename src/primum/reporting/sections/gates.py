"""Gates: every rule on every target at a glance, and the overall ones with threshold and interval."""

from collections.abc import Mapping
from typing import NamedTuple

from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.model import SCORE, Chart
from primum.reporting.gate.model import Decision, GateResult, RuleResult
from primum.reporting.matrix import Cell, Matrix
from primum.reporting.numbers import NONE, interval, percent, signed, signed_interval, three, words

OVERALL = "all"
DRAWN = 24
MARKS: Mapping[Decision, tuple[str, str]] = {
    "PASS": ("✓", "pass"),
    "FAIL": ("✗", "fail"),
    "INCONCLUSIVE": ("?", "unknown"),
}


class Gates(NamedTuple):
    chart: Chart | None
    """None when no overall rule has a figure on the scale 0 to 1."""
    matrix: Matrix


def gates(found: GateResult) -> Gates:
    """What the verdict page draws of a gate."""
    rows = [
        _row(target.label, rule)
        for target in found.targets
        for rule in target.rules
        if rule.slice == OVERALL and unit(rule) in ("rate", "score")
    ]
    chart = dots(
        rows[:DRAWN],
        SCORE,
        "Overall gates: estimate, interval and threshold",
        "Dashed: the threshold. ◆ fails, ● does not. Whisker: the interval of the estimate.",
        what="Gate",
        detail=("Interval", "Decision"),
    )
    return Gates(chart if rows else None, _matrix(found))


def unit(rule: RuleResult) -> str:
    """What a rule's figures are: a count, a rate, a score, or a difference from an earlier run.

    The metric's name says it: 'critical-scenario-rate', 'mean-score', 'zero-scores' …
    """
    if rule.metric.startswith("not-worse"):
        return "difference"
    if rule.metric.endswith(("-rate", "-share")):
        return "rate"
    return "score" if rule.metric.endswith("-score") else "count"


def figure(rule: RuleResult, value: float | None) -> str:
    """A figure of a rule in its own unit."""
    if value is None:
        return NONE
    kind = unit(rule)
    if kind == "count":
        return f"{value:,.0f}"
    return percent(value) if kind == "rate" else signed(value) if kind == "difference" else three(value)


def bounds(rule: RuleResult) -> str:
    """A rule's interval in its own unit."""
    if rule.interval is None:
        return NONE
    if unit(rule) == "difference":
        return signed_interval(rule.interval)
    if unit(rule) == "rate":
        return interval(rule.interval)
    return f"{three(rule.interval.low)}–{three(rule.interval.high)}"


def wanted(rule: RuleResult) -> str:
    """The threshold with its side."""
    if rule.threshold is None:
        return NONE
    return f"{'≤' if rule.direction == 'at most' else '≥'} {figure(rule, rule.threshold)}"


def share_of(rule: RuleResult) -> str:
    """The count behind a rate, and what a count is of."""
    if rule.count is None:
        return f"{rule.of:,}"
    return f"{rule.count:,}/{rule.of:,}"


def _row(label: str, rule: RuleResult) -> Row:
    return Row(
        name=f"{label}: {rule.rule}",
        value=f"{MARKS[rule.decision][0]} {figure(rule, rule.estimate)} ({wanted(rule)})",
        at=rule.estimate,
        low=rule.interval.low if rule.interval else None,
        high=rule.interval.high if rule.interval else None,
        alarming=rule.decision == "FAIL",
        threshold=rule.threshold,
        detail=(bounds(rule), rule.decision),
    )


def _matrix(found: GateResult) -> Matrix:
    """Rules down, targets across, in the order of the policy."""
    names = list(dict.fromkeys((rule.rule, rule.slice) for target in found.targets for rule in target.rules))
    tables = [{(rule.rule, rule.slice): rule for rule in target.rules} for target in found.targets]
    rows = []
    for name, part in names:
        rules = [table.get((name, part)) for table in tables]
        limit = next((wanted(rule) for rule in rules if rule), NONE)
        where = "" if part == OVERALL else f", {words(part)}"
        rows.append((f"{name}{where} ({limit})", tuple(map(_cell, rules))))
    columns = tuple(target.label for target in found.targets)
    return Matrix("Every rule on every target", "Rule and threshold", columns, tuple(rows))


def _cell(rule: RuleResult | None) -> Cell:
    if rule is None:
        return Cell(NONE, "missing", "no such rule")
    mark, kind = MARKS[rule.decision]
    shown = share_of(rule) if rule.count is not None else figure(rule, rule.estimate)
    return Cell(f"{mark} {shown}", kind, rule.decision)
