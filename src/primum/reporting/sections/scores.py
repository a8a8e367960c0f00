"""Table 1: spread and minimum first, and which rule of instability fired."""

from typing import NamedTuple

from primum.reporting.analysis.findings import InstabilityRules, Rule
from primum.reporting.charts.model import Chart
from primum.reporting.charts.ranges import ranges
from primum.reporting.numbers import three, two
from primum.reporting.page import Page
from primum.stats.describe import Description


class Scores(NamedTuple):
    chart: Chart
    flags: dict[str, tuple[str, ...]]
    """Target → the rules that fired, each with its figure and its threshold."""


def view(page: Page) -> Scores:
    """The chart beside Table 1, and the flags in it."""
    targets, findings = page.summary.targets, page.summary.findings
    flags = {
        target.name: fired(page.found[target.name].unstable, findings.rules, target.overall.scores)
        for target in targets
        if findings and target.name in page.found
    }
    rows = [(target.label, target.overall.scores) for target in targets]
    return Scores(ranges(rows, "Scores of every target, worst first", "Target"), flags)


def fired(rules: tuple[Rule, ...], limits: InstabilityRules, scores: Description) -> tuple[str, ...]:
    """Every rule that fired, with the figure and the threshold.

    >>> fired(("min",), InstabilityRules(), Description(n=3, min=0.2))
    ('min 0.20 < 0.50',)
    """
    written: dict[Rule, str] = {
        "sd": f"SD {three(scores.sd)} ≥ {two(limits.sd)}",
        "iqr": f"IQR {three(scores.iqr)} ≥ {two(limits.iqr)}",
        "min": f"min {two(scores.min)} < {two(limits.min)}",
    }
    return tuple(written[rule] for rule in rules)
