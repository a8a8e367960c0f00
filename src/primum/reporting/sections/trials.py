"""What an examination and human labels say of each judge that took part: its errors, its biases, where nobody knows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from primum.examination.known import calibration_line, newest
from primum.examination.model import Figure, JudgeResult
from primum.reporting.charts.model import Table
from primum.reporting.numbers import NONE, percent, signed, words

FIGURES: Mapping[str, str] = {
    "sensitivity/critical": "Sensitivity, critical checks",
    "specificity/critical": "Specificity, critical checks",
    "gap/empathy": "Score gained by empathy",
    "lifted/injection": "Talked round by the reply",
    "flips/retest": "Answers changed when asked again",
}
"""What stands in the first table; all else is in exam.json."""
RATES = ("sensitivity", "specificity", "coverage")


class Trials(NamedTuple):
    """Every judge of the run that answers checks."""

    table: Table
    """One row a judge; a judge without an examination is in it."""
    sentences: tuple[tuple[str, tuple[str, ...]], ...]
    """Judge, and what is known of it in words."""
    details: tuple[tuple[str, Table], ...]
    """Caption and table: by dimension and domain, from the examination and from human labels."""


def trials(judges: Sequence[tuple[str, tuple[JudgeResult, ...]]], domains: Sequence[str]) -> Trials:
    """`judges` are those of the run with the results that speak for them, `domains` those with a verdict."""
    details = []
    for judge, results in judges:
        for kind, what in (("exam", "known answers"), ("calibration", "labels")):
            found = newest(results, kind)
            if found:
                rater = f"{found.rater} " if found.rater else ""
                details.append((f"{judge} against {rater}{what}", _details(found)))
    return Trials(
        table=Table(
            ("Judge", "Examination", *FIGURES.values()),
            tuple((judge, _result(results), *_figures(results)) for judge, results in judges),
        ),
        sentences=tuple(
            (judge, tuple(calibration_line(results, judge, domains))) for judge, results in judges
        ),
        details=tuple(details),
    )


def _result(results: Sequence[JudgeResult]) -> str:
    exam = newest(results, "exam")
    if exam is None:
        return "none"
    return {"passed": "✓ passed", "failed": "✗ failed"}.get(exam.result or "", "? undecided")


def _figures(results: Sequence[JudgeResult]) -> tuple[str, ...]:
    exam = newest(results, "exam")
    return tuple(figure_in_words(name, exam.figures.get(name)) if exam else NONE for name in FIGURES)


def figure_in_words(name: str, figure: Figure | None) -> str:
    """The figure with its interval and what it rests on.

    >>> figure_in_words("flips/retest", Figure(0.05, 40, 2, low=0.01, high=0.2))
    '5.0% (1.0%–20.0%), 2/40'
    """
    if figure is None or figure.value is None:
        return NONE
    shown, joint = (signed, " to ") if name.startswith("gap/") else (percent, "–")
    text = shown(figure.value)
    if figure.low is not None and figure.high is not None:
        text += f" ({shown(figure.low)}{joint}{shown(figure.high)})"
    return f"{text}, {figure.n:,} pairs" if figure.k is None else f"{text}, {figure.k:,}/{figure.n:,}"


def _details(found: JudgeResult) -> Table:
    """Rates by group; the human ceiling beside them where two raters labelled the same replies."""
    groups = [name.partition("/")[2] for name in found.figures if name.startswith("accuracy/")]
    ceiling = bool(found.ceiling)
    head = (
        "Checks",
        "Accuracy",
        *(rate.capitalize() for rate in RATES),
        *(("Rater with rater",) if ceiling else ()),
    )
    rows = []
    for group in groups:
        shown = (
            figure_in_words(f"{rate}/{group}", found.figures.get(f"{rate}/{group}"))
            for rate in ("accuracy", *RATES)
        )
        name = group.removeprefix("domain:")
        agreed = found.ceiling.get(name)
        between = (
            (NONE if agreed is None else f"{percent(agreed.agreement)}, {agreed.n:,} pairs",)
            if ceiling
            else ()
        )
        rows.append((words(name), *shown, *between))
    return Table(head, tuple(rows))
