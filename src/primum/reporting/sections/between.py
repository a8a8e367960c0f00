"""Between systems: gaps, pairs, decoupled abilities, and the scenarios that tell little."""

from typing import NamedTuple

from primum.reporting.analysis.findings import Decoupling, Findings, Gap, Pair
from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.dumbbell import Pair as Bar
from primum.reporting.charts.dumbbell import dumbbell
from primum.reporting.charts.model import DIFFERENCE, SCORE, Chart
from primum.reporting.charts.scatter import scatter
from primum.reporting.numbers import probability, signed, signed_interval, three, two, words
from primum.reporting.page import Page

PAIRS_DRAWN = 15


class Between(NamedTuple):
    findings: Findings
    gaps: Chart | None
    pairs: Chart | None
    scatters: tuple[tuple[Decoupling, Chart], ...]


def view(page: Page) -> Between | None:
    """None when no analysis was run."""
    findings = page.summary.findings
    if findings is None:
        return None
    return Between(
        findings=findings,
        gaps=_gaps(page, findings.gaps) if findings.gaps else None,
        pairs=_pairs(page, findings.pairs) if findings.pairs else None,
        scatters=tuple(
            (found, scatter(found, page.labels)) for found in findings.decoupling if len(found.points) > 1
        ),
    )


def _gaps(page: Page, gaps: tuple[Gap, ...]) -> Chart:
    rows = [
        Bar(
            name=words(gap.domain),
            value=f"gap {three(gap.delta)}",
            round=gap.best_mean,
            pointed=gap.worst_mean,
            detail=(
                f"{page.label(gap.best)} {two(gap.best_mean)}",
                f"{page.label(gap.worst)} {two(gap.worst_mean)}",
                signed_interval(gap.interval),
            ),
        )
        for gap in gaps
    ]
    head = ("Domain", "Gap", "Best", "Worst", "95% interval")
    return dumbbell(
        rows, SCORE, "Gap between the best and the worst system", "Mean score. ● best, ◆ worst.", head
    )


def _pairs(page: Page, pairs: tuple[Pair, ...]) -> Chart:
    largest = sorted(pairs, key=lambda pair: -abs(pair.score_difference))[:PAIRS_DRAWN]
    rows = [
        Row(
            name=f"{page.label(pair.first)} − {page.label(pair.second)}",
            value=signed(pair.score_difference),
            at=pair.score_difference,
            low=pair.score_interval.low if pair.score_interval else None,
            high=pair.score_interval.high if pair.score_interval else None,
            detail=(signed_interval(pair.score_interval), probability(pair.score_q)),
        )
        for pair in largest
    ]
    drawn = f"The {len(rows)} largest of {len(pairs)} differences. " if len(rows) < len(pairs) else ""
    return dots(
        rows,
        DIFFERENCE,
        "Differences between systems in mean score",
        f"{drawn}Difference of mean scores, paired by scenario. A whisker across 0: no difference shown.",
        what="Pair",
        detail=("95% interval", "q"),
    )
