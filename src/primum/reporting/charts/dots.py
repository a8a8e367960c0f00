"""Dot and whisker: one figure a row with its interval, and a threshold where there is one."""

from collections.abc import Sequence

import msgspec

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

ROW, TOP, FOOT = 40, 6, 24


class Row(msgspec.Struct, frozen=True):
    """One line of the chart; `None` means there is nothing to draw there."""

    name: str
    value: str
    """Written beside the name: the figure, with its denominator."""
    at: float | None
    low: float | None = None
    high: float | None = None
    alarming: bool = False
    threshold: float | None = None
    detail: tuple[str, ...] = ()
    """Further cells of the table."""


def dots(
    rows: Sequence[Row], axis: Axis, title: str, caption: str, *, what: str = "", detail: tuple[str, ...] = ()
) -> Chart:
    """Rows from top to bottom as they come. `what` heads the first column of the table, `detail` the further ones."""
    bottom = TOP + len(rows) * ROW
    marks = grid(axis, bottom)
    for place, row in enumerate(rows):
        marks += _row(row, axis, TOP + place * ROW)
    said = [f"{row.name} {row.value}" for row in rows]
    return Chart(
        title=title,
        description=sentence(said),
        caption=caption,
        height=bottom + FOOT,
        marks=tuple(marks),
        table=Table((what, "Figure", *detail), tuple((row.name, row.value, *row.detail) for row in rows)),
    )


def _row(row: Row, axis: Axis, top: float) -> list[Mark]:
    y = top + 26
    bad = " bad" if row.alarming else ""
    marks: list[Mark] = [
        Label(LEFT, top + 13, short(row.name, max(16, 54 - len(row.value))), "name"),
        Label(RIGHT, top + 13, row.value, f"value{bad}", "end"),
    ]
    if row.threshold is not None:
        x = axis.x(row.threshold)
        marks += [Line(x, y - 9, x, y + 9, "threshold")]
    if row.low is not None and row.high is not None:
        low, high = axis.x(row.low), axis.x(row.high)
        marks += [
            Line(low, y, high, y, "whisker"),
            Line(low, y - 4, low, y + 4, "whisker"),
            Line(high, y - 4, high, y + 4, "whisker"),
        ]
    if row.at is not None:
        hollow = "" if row.low is not None else " hollow"
        shape = diamond if row.alarming else dot
        marks.append(shape(axis.x(row.at), y, f"point{bad}{hollow}"))
    return marks
