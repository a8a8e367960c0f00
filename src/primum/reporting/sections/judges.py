"""Judges and clinicians: how many verdicts were looked at, and where judges differ."""

from typing import NamedTuple

from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.exhibits import View
from primum.reporting.model import TargetSummary
from primum.reporting.numbers import percent
from primum.reporting.page import Page


class Judges(NamedTuple):
    reviewed: int
    judged: int
    amended: Chart | None
    """None when nobody has reviewed a case."""
    differing: Chart | None
    """None with one judge."""
    cases: tuple[View, ...]
    """Cases in this report on which judges differ."""


def view(page: Page) -> Judges:
    """Judge against human, and judge against judge."""
    summary = page.summary
    several = len(summary.manifest.judges) > 1
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
    )


def _row(target: TargetSummary, count: int, of: int) -> Row:
    value = count / of if of else None
    said = f"{percent(value)} ({count:,}/{of:,})" if of else "none"
    return Row(name=target.label, value=said, at=value, alarming=count > 0)
