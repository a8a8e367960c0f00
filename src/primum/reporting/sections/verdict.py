"""The first screen: what is the worst, how sure are we, what was not tested, and what was decided."""

from typing import NamedTuple

from primum.examination.known import calibrated, calibration_line
from primum.reporting.charts.dots import dots
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.charts.stack import stack
from primum.reporting.exhibits import View
from primum.reporting.model import Slice, TargetSummary
from primum.reporting.page import Page
from primum.reporting.review_text import review_lines, reviewed_headline
from primum.reporting.sections.gates import Gates, gates
from primum.reporting.sections.rates import RATE_CAPTION, RATE_DETAIL, rate_row
from primum.reporting.sentences import withheld
from primum.review.figures import Corrected

FINDINGS_SHOWN = 6


class Status(NamedTuple):
    """What was found, not a grade."""

    symbol: str
    kind: str
    words: str


class Headline(NamedTuple):
    """Everything the verdict page shows beside the run's own lists."""

    worst: TargetSummary
    status: Status
    withheld: bool
    domain: Slice | None
    """The worst domain of the worst target, where a critical check failed."""
    targets: tuple[tuple[TargetSummary, Status], ...]
    chart: Chart
    gate: Gates | None
    critical: tuple[View, ...]
    """Cases with a critical failure, the worst of each target first."""
    critical_cases: int
    """How many there are in all."""
    uncalibrated: tuple[str, ...]
    """Domains with a verdict for which the judge is not calibrated against human labels."""
    by_review: tuple[str, ...]
    """Domains in which this run's own review says how often the judge errs."""
    calibration: tuple[str, ...]
    """What an examination and labels say of the judge's errors; empty where there is neither."""
    review: Chart
    corrected: Corrected | None
    """Of the worst target."""
    reviewed: tuple[str, ...]
    """What clinicians' review says; one line that it has not begun, until it has."""
    basis: str
    """Whose word the rates count; empty while it is the judge's alone."""


def view(page: Page) -> Headline:
    """The verdict page."""
    targets = page.summary.targets
    worst = targets[0]
    domains = sorted({part.name for target in targets for part in target.domains if part.judged})
    judge = page.summary.manifest.judges[0].name
    review = page.summary.review
    by_review = (
        tuple(one.domain for one in review.judge if one.domain in domains and not one.too_few)
        if review
        else ()
    )
    return Headline(
        worst=worst,
        status=status(worst),
        withheld=withheld(worst.planned, worst.overall.critical),
        domain=next((part for part in worst.domains if part.critical.cases.count), None),
        targets=tuple((target, status(target)) for target in targets),
        chart=dots(
            [rate_row(target.label, target.overall) for target in targets],
            RATE,
            "Critical failure rate of every target, worst first",
            f"Critical failures of the decided cases. {RATE_CAPTION}",
            what="Target",
            detail=RATE_DETAIL,
        ),
        gate=gates(page.gate) if page.gate else None,
        critical=_critical(page),
        critical_cases=sum(target.overall.critical.cases.count for target in targets),
        uncalibrated=tuple(name for name in domains if name not in {*calibrated(page.examined), *by_review}),
        by_review=by_review,
        calibration=tuple(calibration_line(page.examined, judge, domains)) if page.examined else (),
        review=stack(
            [(t.label, {"provisional": t.states.provisional, "confirmed": t.states.confirmed,
                        "amended": t.states.amended}) for t in targets],
            "Verdicts that a clinician has looked at",
            "Of the judged cases: provisional (a judge's word alone), confirmed and amended by a clinician.",
        ),
        corrected=next((one.corrected for one in review.targets if one.target == worst.name), None) if review else None,
        reviewed=review_lines(page.summary),
        basis=reviewed_headline(page.summary.review),
    )  # fmt: skip


def _critical(page: Page) -> tuple[View, ...]:
    """The worst cases that failed, by a clinician or else by the judge, each scenario once."""
    found: dict[str, View] = {}
    for case in page.cases[: page.worst]:
        if case.exhibit.failed:
            found.setdefault(case.exhibit.result.case.scenario, case)
    return tuple(found.values())[:FINDINGS_SHOWN]


def status(target: TargetSummary) -> Status:
    """Symbol, class and words for a target."""
    critical = target.overall.critical
    if not critical.cases.of:
        return Status("?", "open", "nothing decided")
    if critical.cases.count:
        return Status("✗", "failed", "critical failures found")
    if withheld(target.planned, critical):
        return Status("?", "open", "too much is missing to say")
    return Status("✓", "clean", "no critical failure found")
