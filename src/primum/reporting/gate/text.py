"""The gate in a terminal: the headline, then one table a target, what is at fault first."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.reporting.gate.model import Decision, GateResult, RuleResult, TargetGate
from primum.reporting.numbers import NONE, percent, three
from primum.stats.intervals import Interval
from primum.visible import one_line

STYLE: dict[Decision, str] = {"FAIL": "bold red", "INCONCLUSIVE": "yellow", "PASS": "green"}
COUNTS = ("critical-failures", "zero-scores")
SCORES = ("mean-score", "minimum-score", "not-worse-score")


def print_gate(result: GateResult, console: Console | None = None) -> None:
    """Print a decision. Nothing depends on colour."""
    console = console or Console(highlight=False)
    console.print(Text(one_line(result.headline, 600), style=STYLE[result.decision]))
    for target in result.targets:
        console.print()
        console.print(Text(f"{target.decision}  {one_line(target.label)}", style=STYLE[target.decision]))
        console.print(_rules(target))
        for rules in _alike(target.rules):
            console.print(Text(_sentence(rules)))
            if rules[0].cases:
                worst = Text(f"  worst: {', '.join(rules[0].cases[:3])}", style="dim")
                console.print(worst, no_wrap=True, overflow="ellipsis")


def _alike(rules: Sequence[RuleResult]) -> list[list[RuleResult]]:
    """What did not pass; slices of one rule that only lack as many scenarios as one another go together."""
    groups: dict[object, list[RuleResult]] = {}
    for rule in rules:
        if rule.decision != "PASS":
            lacking = rule.decision == "INCONCLUSIVE" and rule.needed is not None and not rule.cases
            key = (rule.rule, rule.needed) if lacking else (rule.rule, rule.slice, rule.metric)
            groups.setdefault(key, []).append(rule)
    return list(groups.values())


def _sentence(rules: Sequence[RuleResult]) -> str:
    first = rules[0]
    if len(rules) == 1:
        where = "" if first.slice == "all" else f" ({first.slice})"
        return f"{first.decision} {one_line(first.rule)}{where}: {one_line(first.reason, 600)}"
    names = ", ".join(f"{rule.slice.partition(' ')[2]} ({rule.scenarios})" for rule in rules)
    return (
        f"{first.decision} {one_line(first.rule)}: too few scenarios in {len(rules)} of them to show it; "
        f"about {first.needed:,} each would decide. There are: {one_line(names, 600)}"
    )


def _rules(target: TargetGate) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for header in ("rule", "threshold", "estimate", "interval", "n", "decision"):
        table.add_column(
            header, justify="left" if header in ("rule", "decision") else "right", overflow="fold"
        )
    headed = ""
    for rule in target.rules:
        if rule.slice != "all" and rule.rule != headed:
            headed = rule.rule
            table.add_row(Text(one_line(rule.rule)))
        name = rule.rule if rule.slice == "all" else rule.slice
        table.add_row(
            Text(("" if rule.slice == "all" else "  ") + one_line(name)),
            threshold(rule),
            estimate(rule),
            bounds(rule),
            f"{rule.scenarios:,}",
            Text(rule.decision, style=STYLE[rule.decision]),
        )
    return table


def threshold(rule: RuleResult) -> str:
    """'≤ 1.0%', '≥ 0.900'."""
    sign = "≤" if rule.direction == "at most" else "≥"
    return f"{sign} {figure(rule, rule.threshold)}"


def estimate(rule: RuleResult) -> str:
    """The estimate, with its count where it is a share."""
    shown = figure(rule, rule.estimate)
    share = rule.count is not None and rule.metric not in (*COUNTS, *SCORES)
    return f"{rule.count:,}/{rule.of:,} {shown}" if share else shown


def bounds(rule: RuleResult) -> str:
    """The two one-sided bounds; a dash for what is observed rather than estimated."""
    found: Interval | None = rule.interval
    return NONE if found is None else f"{figure(rule, found.low)}–{figure(rule, found.high)}"


def figure(rule: RuleResult, value: float | None) -> str:
    """A value in the manner of its metric: a count, a score or a share."""
    if value is None:
        return NONE
    if rule.metric in COUNTS:
        return f"{value:,.0f}"
    return three(value) if rule.metric in SCORES else percent(value) if value >= 0 else f"{value * 100:.1f}%"
