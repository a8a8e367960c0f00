"""Judges and clinicians: what needs a human and why, what is known of each judge, and where judges differ."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
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

EXAMPLES = 5
"""Cases named for each kind of reason."""


class Reasons(NamedTuple):
    """Why the cases of one target need a human."""

    label: str
    cases: int
    """Cases with any reason."""
    of: int
    """Cases with a verdict or a failed judge."""
    kinds: tuple[int, ...]
    """Cases by kind of reason, in the order of KINDS."""


class Judges(NamedTuple):
    reviewed: int
    judged: int
    amended: Chart | None
    """None when nobody has reviewed a case."""
    differing: Chart | None
    """None with one judge."""
    cases: tuple[View, ...]
    """Cases in this report on which judges differ."""
    kinds: tuple[str, ...]
    """Of reasons for review, in words."""
    reasons: tuple[Reasons, ...]
    """By target, worst first."""
    to_read: tuple[tuple[str, tuple[str, ...]], ...]
    """Each kind of reason that was given, and the ids of the first cases."""
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
        kinds=tuple(REASONS[kind] for kind in KINDS),
        reasons=tuple(_reasons(target) for target in summary.targets),
        to_read=tuple(_to_read(summary.targets)),
        spoken=tuple(case for case in page.cases if case.beside.injection),
        spoken_cases=sum(_cases_of(t, "injection") for t in summary.targets),
        trials=trials(page.trials, domains),
    )


def _reasons(target: TargetSummary) -> Reasons:
    of = target.judged + target.outcomes["judge_failed"]
    return Reasons(target.label, target.for_review, of, tuple(_cases_of(target, kind) for kind in KINDS))


def _to_read(targets: Sequence[TargetSummary]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The first case of every target, then the second of each, so that none crowds out another's."""
    for kind in KINDS:
        columns = [one.examples for target in targets for one in target.review if one.kind == kind]
        turns = zip_longest(*columns, fillvalue="")
        examples = tuple(case for turn in turns for case in turn if case)
        if examples:
            yield REASONS[kind], examples[:EXAMPLES]


def _cases_of(target: TargetSummary, kind: str) -> int:
    return sum(one.cases for one in target.review if one.kind == kind)


def _row(target: TargetSummary, count: int, of: int) -> Row:
    value = count / of if of else None
    said = f"{percent(value)} ({count:,}/{of:,})" if of else "none"
    return Row(name=target.label, value=said, at=value, alarming=count > 0)
