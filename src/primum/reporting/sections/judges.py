"""Judges and clinicians: what needs a human and why, what is known of each judge, and where judges differ."""

from typing import NamedTuple

from primum.judging.queue import KINDS
from primum.reporting.beside import REASONS
from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.exhibits import View
from primum.reporting.model import TargetSummary
from primum.reporting.numbers import percent
from primum.reporting.page import Page
from primum.reporting.sections.trials import Trials, trials


class Reason(NamedTuple):
    """One reason for review over all targets."""

    words: str
    cases: tuple[int, ...]
    """By target, worst first."""
    examples: tuple[str, ...]
    """Ids of the first cases."""


class Judges(NamedTuple):
    reviewed: int
    judged: int
    amended: Chart | None
    """None when nobody has reviewed a case."""
    differing: Chart | None
    """None with one judge."""
    cases: tuple[View, ...]
    """Cases in this report on which judges differ."""
    reasons: tuple[Reason, ...]
    for_review: tuple[tuple[str, int, int], ...]
    """Target, cases with any reason, and cases with a verdict or a failed judge."""
    spoken: tuple[View, ...]
    """Cases in this report whose reply speaks to its judge."""
    spoken_cases: int
    """How many there are in all."""
    trials: Trials


def view(page: Page) -> Judges:
    """Judge against human, and judge against judge."""
    summary = page.summary
    several = len(summary.manifest.judges) > 1
    domains = sorted({part.name for target in summary.targets for part in target.domains if part.judged})
    return Judges(
        reviewed=summary.states.reviewed,
        judged=summary.outcomes["judged"],
        amended=dots(
            [_row(t, t.states.amended, t.states.reviewed) for t in summary.targets],
            RATE,
            "Verdicts that the clinician changed",
            "Of the cases a clinician has looked at, those whose verdict was amended.",
            what="Target",
        )
        if summary.states.reviewed
        else None,
        differing=dots(
            [_row(t, t.disagreeing_cases, t.judged) for t in summary.targets],
            RATE,
            "Cases on which two judges differ",
            "Of the judged cases, those with at least one check that two judges answer differently.",
            what="Target",
        )
        if several
        else None,
        cases=tuple(case for case in page.cases if case.dissents),
        reasons=tuple(_reason(kind, REASONS[kind], summary.targets) for kind in KINDS),
        for_review=tuple(
            (t.label, t.for_review, t.judged + t.outcomes["judge_failed"]) for t in summary.targets
        ),
        spoken=tuple(case for case in page.cases if case.beside.injection),
        spoken_cases=sum(_cases_of(t, "injection") for t in summary.targets),
        trials=trials(page.trials, domains),
    )


def _reason(kind: str, words: str, targets: tuple[TargetSummary, ...]) -> Reason:
    own = [one for target in targets for one in target.review if one.kind == kind]
    return Reason(
        words,
        tuple(_cases_of(target, kind) for target in targets),
        tuple(case for one in own for case in one.examples),
    )


def _cases_of(target: TargetSummary, kind: str) -> int:
    return sum(one.cases for one in target.review if one.kind == kind)


def _row(target: TargetSummary, count: int, of: int) -> Row:
    value = count / of if of else None
    said = f"{percent(value)} ({count:,}/{of:,})" if of else "none"
    return Row(name=target.label, value=said, at=value, alarming=count > 0)
