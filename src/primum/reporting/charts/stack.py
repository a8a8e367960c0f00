"""Parts of a whole, one bar a row, with the figure of every part written out."""

from collections.abc import Sequence

from primum.reporting.charts.dots import FOOT, ROW, TOP
from primum.reporting.charts.model import (
    LEFT,
    RATE,
    RIGHT,
    Box,
    Chart,
    Label,
    Mark,
    Table,
    grid,
    sentence,
    short,
)

STATES, SCALE = "p", "q"
"""Colours: of four states, or of a scale, which has no good and no bad end here; its last part is what is missing."""
SHADES = 6


def stack(
    rows: Sequence[tuple[str, dict[str, int]]],
    title: str,
    caption: str,
    what: str = "Target",
    colours: str = STATES,
) -> Chart:
    """`rows` name the parts and their counts, the same parts in every row, worst or least certain first."""
    bottom = TOP + len(rows) * ROW
    marks = grid(RATE, bottom)
    for place, (name, parts) in enumerate(rows):
        marks += _row(name, parts, TOP + place * ROW, colours)
    names = tuple(rows[0][1]) if rows else ()
    return Chart(
        title=title,
        description=sentence([f"{name}: {_words(parts)}" for name, parts in rows]),
        caption=caption,
        height=bottom + FOOT,
        marks=tuple(marks),
        table=Table((what, *names), tuple((name, *(f"{n:,}" for n in parts.values())) for name, parts in rows)),
    )  # fmt: skip


def _row(name: str, parts: dict[str, int], top: float, colours: str) -> list[Mark]:
    marks: list[Mark] = [
        Label(LEFT, top + 13, short(name, 34), "name"),
        Label(RIGHT, top + 13, _words(parts), "value", "end"),
    ]
    whole, x = sum(parts.values()), float(LEFT)
    last = len(parts) - 1
    for place, number in enumerate(parts.values()):
        width = number / whole * (RIGHT - LEFT) if whole else 0.0
        if width:
            marks.append(Box(round(x, 1), top + 20, round(width, 1), 11, _kind(colours, place, last)))
        x += width
    return marks


def _kind(colours: str, place: int, last: int) -> str:
    if colours == STATES:
        return f"part p{place % 4}"
    return "part missing" if place == last else f"part q{place % SHADES}"


def _words(parts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in parts.items() if number) or "none"
