"""Two figures a row and the way between them: ● one, ◆ the other."""

from collections.abc import Sequence

import msgspec

from primum.reporting.charts.dots import FOOT, ROW, TOP
from primum.reporting.charts.model import (
    LEFT,
    RIGHT,
    Axis,
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


class Pair(msgspec.Struct, frozen=True):
    """One row; `None` where a side has no figure."""

    name: str
    value: str
    round: float | None
    pointed: float | None
    detail: tuple[str, ...] = ()


def dumbbell(rows: Sequence[Pair], axis: Axis, title: str, caption: str, head: tuple[str, ...]) -> Chart:
    """`head` names the table's columns: the row, the figure, then the details."""
    bottom = TOP + len(rows) * ROW
    marks = grid(axis, bottom)
    for place, row in enumerate(rows):
        marks += _row(row, axis, TOP + place * ROW)
    return Chart(
        title=title,
        description=sentence([f"{row.name} {row.value}" for row in rows]),
        caption=caption,
        height=bottom + FOOT,
        marks=tuple(marks),
        table=Table(head, tuple((row.name, row.value, *row.detail) for row in rows)),
    )


def _row(row: Pair, axis: Axis, top: float) -> list[Mark]:
    y = top + 26
    marks: list[Mark] = [
        Label(LEFT, top + 13, short(row.name, 34), "name"),
        Label(RIGHT, top + 13, row.value, "value", "end"),
    ]
    if row.round is not None and row.pointed is not None:
        marks.append(Line(axis.x(row.round), y, axis.x(row.pointed), y, "bar"))
    if row.round is not None:
        marks.append(dot(axis.x(row.round), y, "point"))
    if row.pointed is not None:
        marks.append(diamond(axis.x(row.pointed), y, "point bad"))
    return marks
