"""Stability: how far scores scatter, over all cases and inside each domain."""

from typing import NamedTuple

from primum.reporting.analysis.findings import InstabilityRules
from primum.reporting.charts.model import Chart
from primum.reporting.charts.spread import Spread, spread
from primum.reporting.model import TargetSummary
from primum.reporting.numbers import words
from primum.reporting.page import Page


class Stability(NamedTuple):
    chart: Chart
    rules: InstabilityRules
    targets: tuple[tuple[TargetSummary, tuple[str, ...]], ...]
    """Each target with the domains in which a rule fired."""


def view(page: Page) -> Stability:
    """The chart; its threshold is the one of the findings, or the default when no analysis was run."""
    rules = page.summary.findings.rules if page.summary.findings else InstabilityRules()
    rows = [
        Spread(t.label, t.overall.scores.sd, tuple((words(d.name), d.scores.sd) for d in t.domains))
        for t in page.summary.targets
    ]
    unstable = tuple(
        (t, tuple(words(d) for d, fired in page.found[t.name].domains_unstable.items() if fired))
        for t in page.summary.targets
        if t.name in page.found
    )
    return Stability(spread(rows, rules.sd, "Spread of the scores, by target and domain"), rules, unstable)
