"""Geometry of the charts; the template draws them. The scale is always the whole 0 to 1, never the observed range."""

from collections.abc import Sequence

import msgspec

from primum.reporting.model import Slice
from primum.reporting.numbers import interval, percent, share, two

WIDTH, LEFT, RIGHT = 440, 10, 430
ROW, TOP, BOTTOM = 40, 6, 26


class Row(msgspec.Struct, frozen=True):
    """One line of a chart. Positions are pixels; None means there is nothing to draw there."""

    name: str
    value: str
    y: int
    dot: float | None
    low: float | None = None
    high: float | None = None
    box_low: float | None = None
    box_high: float | None = None
    alarming: bool = False


class Chart(msgspec.Struct, frozen=True):
    """A dot-and-whisker chart."""

    title: str
    description: str
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    width: int = WIDTH


def rate_chart(slices: Sequence[Slice], title: str) -> Chart:
    """Critical failure rate (dot) with its interval (whisker) for each slice."""
    rows = []
    for place, part in enumerate(slices):
        rate = part.critical.cases
        said = f"{percent(rate.value)} ({share(rate)})" if rate.of else "nothing decided"
        rows.append(
            Row(
                name=part.name,
                value=said,
                y=TOP + place * ROW,
                dot=_x(rate.value),
                low=_x(rate.interval.low) if rate.interval else None,
                high=_x(rate.interval.high) if rate.interval else None,
                alarming=rate.count > 0,
            )
        )
    said = "; ".join(
        f"{part.name} {percent(part.critical.cases.value)}, {interval(part.critical.cases.interval)}"
        for part in slices
    )
    return _chart(title, said, rows, percent_ticks=True)


def score_chart(slices: Sequence[Slice], title: str) -> Chart:
    """Scores of each slice: whole range (line), middle half (bar), mean (dot); the minimum is printed."""
    rows = []
    for place, part in enumerate(slices):
        scores = part.scores
        rows.append(
            Row(
                name=part.name,
                value=f"min {two(scores.min)}, mean {two(scores.mean)}" if scores.n else "nothing judged",
                y=TOP + place * ROW,
                dot=_x(scores.mean),
                low=_x(scores.min),
                high=_x(scores.max),
                box_low=_x(scores.q1),
                box_high=_x(scores.q3),
                alarming=scores.zero_count > 0,
            )
        )
    said = "; ".join(
        f"{part.name} minimum {two(part.scores.min)}, mean {two(part.scores.mean)}" for part in slices
    )
    return _chart(title, said, rows, percent_ticks=False)


def _chart(title: str, description: str, rows: list[Row], percent_ticks: bool) -> Chart:
    marks = (0.0, 0.25, 0.5, 0.75, 1.0)
    ticks = tuple(((_x(mark) or 0.0), f"{mark:.0%}" if percent_ticks else f"{mark:g}") for mark in marks)
    return Chart(title, description, tuple(rows), ticks, TOP + len(rows) * ROW + BOTTOM)


def _x(value: float | None) -> float | None:
    return None if value is None else round(LEFT + value * (RIGHT - LEFT), 1)
