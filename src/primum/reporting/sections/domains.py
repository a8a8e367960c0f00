"""Domains: the heat map of all targets, an excerpt of the worst, and two charts for each target."""

from typing import NamedTuple

from primum.reporting.charts.dots import dots
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.charts.ranges import ranges
from primum.reporting.matrix import Matrix, failure_heat, score_heat
from primum.reporting.model import TargetSummary
from primum.reporting.numbers import words
from primum.reporting.page import Page
from primum.reporting.sections.rates import RATE_CAPTION, RATE_DETAIL, rate_row

EXCERPT = 4
"""Targets and domains in the excerpt; it is drawn when there are more targets than this."""


class DomainCharts(NamedTuple):
    target: TargetSummary
    failures: Chart
    scores: Chart


class Domains(NamedTuple):
    excerpt: Matrix | None
    failures: Matrix
    scores: Matrix
    targets: tuple[DomainCharts, ...]


def view(page: Page) -> Domains:
    """Heat maps with the domains in one order: the one in which most failed first."""
    targets = page.summary.targets
    names = _worst_domains(targets)
    excerpt = None
    if len(targets) > EXCERPT:
        caption = f"The {EXCERPT} worst targets in the {EXCERPT} worst domains: critical failures of the decided cases"
        excerpt = failure_heat(targets[:EXCERPT], names[:EXCERPT], caption)
    return Domains(
        excerpt=excerpt,
        failures=failure_heat(targets, names, "Critical failures of the decided cases, by target and domain"),
        scores=score_heat(targets, names, "Mean score, by target and domain"),
        targets=tuple(_charts(target) for target in targets),
    )


def _worst_domains(targets: tuple[TargetSummary, ...]) -> list[str]:
    """By the highest rate that any target has there."""
    highest: dict[str, float] = {}
    for target in targets:
        for part in target.domains:
            rate = part.critical.cases.value
            highest[part.name] = max(highest.get(part.name, -1.0), -1.0 if rate is None else rate)
    return sorted(highest, key=lambda name: (-highest[name], name))


def _charts(target: TargetSummary) -> DomainCharts:
    return DomainCharts(
        target,
        dots(
            [rate_row(words(part.name), part) for part in target.domains],
            RATE,
            f"Critical failure rate by domain, {target.label}",
            f"{target.label}: critical failures of the decided cases. {RATE_CAPTION}",
            what="Domain",
            detail=RATE_DETAIL,
        ),
        ranges(
            [(words(part.name), part.scores) for part in target.domains],
            f"Scores by domain, {target.label}",
            "Domain",
        ),
    )
