"""Stability: for each target the spread of its scores, over all cases and inside every domain."""

from collections.abc import Sequence

import msgspec

from primum.reporting.charts.dots import FOOT, ROW, TOP
from primum.reporting.charts.model import (
    LEFT,
    RIGHT,
    SPREAD,
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
from primum.reporting.numbers import three


class Spread(msgspec.Struct, frozen=True):
    """One target: the SD of all its scores, and of those of every domain."""

    name: str
    sd: float | None
    domains: tuple[tuple[str, float | None], ...]


def spread(rows: Sequence[Spread], limit: float, title: str) -> Chart:
    """`limit` is the standard deviation from which a target is called unstable."""
    bottom = TOP + len(rows) * ROW
    x = SPREAD.x(limit)
    marks = [*grid(SPREAD, bottom), Line(x, 4, x, bottom, "threshold")]
    for place, row in enumerate(rows):
        marks += _row(row, limit, TOP + place * ROW)
    names = tuple(dict.fromkeys(name for row in rows for name, _ in row.domains))
    return Chart(
        title=title,
        description=sentence([f"{row.name} {_words(row)}" for row in rows]),
        caption=f"Standard deviation of the scores. ◆ all cases, ○ one domain each, dashed line: {limit:g}, from where "
        "it counts as unstable. The scale ends at 0.5, beyond which scores from 0 to 1 cannot spread by much.",
        height=bottom + FOOT,
        marks=tuple(marks),
        table=Table(
            ("Target", "All cases", *names),
            tuple((row.name, three(row.sd), *(three(dict(row.domains).get(name)) for name in names)) for row in rows),
        ),
    )  # fmt: skip


def _row(row: Spread, limit: float, top: float) -> list[Mark]:
    y = top + 26
    bad = " bad" if row.sd is not None and row.sd >= limit else ""
    marks: list[Mark] = [
        Label(LEFT, top + 13, short(row.name, 34), "name"),
        Label(RIGHT, top + 13, _words(row), f"value{bad}", "end"),
    ]
    marks += [dot(SPREAD.x(sd), y, "domain", 4) for _, sd in row.domains if sd is not None]
    if row.sd is not None:
        marks.append(diamond(SPREAD.x(row.sd), y, f"point{bad}"))
    return marks


def _words(row: Spread) -> str:
    return f"SD {three(row.sd)}"
