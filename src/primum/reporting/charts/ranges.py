"""Scores: whole range (line), middle half (bar), mean (dot), lowest (diamond)."""

from collections.abc import Sequence

from primum.reporting.charts.dots import FOOT, ROW, TOP
from primum.reporting.charts.model import (
    LEFT,
    RIGHT,
    SCORE,
    Box,
    Chart,
    Label,
    Line,
    Mark,
    Table,
    diamond,
    dot,
    grid,
    sentence,
    short,
)
from primum.reporting.numbers import three, two
from primum.stats.describe import Description

CAPTION = (
    "Line: lowest to highest score. Bar: middle half. ◆ lowest, ● mean. The scale is always the whole 0 to 1."
)


def ranges(parts: Sequence[tuple[str, Description]], title: str, what: str = "") -> Chart:
    """One row for each named description of scores."""
    bottom = TOP + len(parts) * ROW
    marks = grid(SCORE, bottom)
    for place, (name, scores) in enumerate(parts):
        marks += _row(name, scores, TOP + place * ROW)
    return Chart(
        title=title,
        description=sentence([f"{name} minimum {two(s.min)}, mean {two(s.mean)}" for name, s in parts]),
        caption=CAPTION,
        height=bottom + FOOT,
        marks=tuple(marks),
        table=Table(
            (what, "Judged", "Min", "Quartile 1", "Median", "Quartile 3", "Max", "Mean"),
            tuple(
                (name, f"{s.n:,}", two(s.min), three(s.q1), three(s.median), three(s.q3), two(s.max), three(s.mean))
                for name, s in parts
            ),
        ),
    )  # fmt: skip


def _row(name: str, scores: Description, top: float) -> list[Mark]:
    y = top + 26
    value = f"min {two(scores.min)}, mean {two(scores.mean)}" if scores.n else "nothing judged"
    bad = " bad" if scores.zero_count else ""
    marks: list[Mark] = [
        Label(LEFT, top + 13, short(name, 34), "name"),
        Label(RIGHT, top + 13, value, f"value{bad}", "end"),
    ]
    if scores.min is None or scores.max is None or scores.q1 is None or scores.q3 is None:
        return marks
    left, right = SCORE.x(scores.q1), SCORE.x(scores.q3)
    marks += [
        Line(SCORE.x(scores.min), y, SCORE.x(scores.max), y, "whisker"),
        Box(left, y - 5, max(right - left, 2), 10, "box"),
        diamond(SCORE.x(scores.min), y, f"least{bad}", 5),
    ]
    if scores.mean is not None:
        marks.append(dot(SCORE.x(scores.mean), y, "point"))
    return marks
