"""What a chart is: marks at positions, in words for those who do not see it, and the same figures as a table."""

from collections.abc import Sequence

import msgspec

WIDTH, LEFT, RIGHT = 440, 10, 430


class Line(msgspec.Struct, frozen=True, tag=True):
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


class Box(msgspec.Struct, frozen=True, tag=True):
    x: float
    y: float
    width: float
    height: float
    kind: str


class Path(msgspec.Struct, frozen=True, tag=True):
    d: str
    kind: str


class Label(msgspec.Struct, frozen=True, tag=True):
    x: float
    y: float
    text: str
    kind: str = ""
    anchor: str = "start"


Mark = Line | Box | Path | Label


class Table(msgspec.Struct, frozen=True):
    """The figures of a chart. The first column names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Chart(msgspec.Struct, frozen=True):
    """One picture. Meaning never rests on colour alone: shapes differ, and figures are written beside them."""

    title: str
    description: str
    caption: str
    height: float
    marks: tuple[Mark, ...]
    table: Table
    width: float = WIDTH


class Axis(msgspec.Struct, frozen=True):
    """A scale pinned to what can be, never to what was observed."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    zero: float | None = None
    """A line of reference, such as no difference."""

    def x(self, value: float) -> float:
        """Pixels for a value; a value beyond the scale stands at its end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(LEFT + share * (RIGHT - LEFT), 1)


RATE = Axis(0, 1, ((0, "0%"), (0.25, "25%"), (0.5, "50%"), (0.75, "75%"), (1, "100%")))
SCORE = Axis(0, 1, ((0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1, "1")))
DIFFERENCE = Axis(-1, 1, ((-1, "−1"), (-0.5, "−0.5"), (0, "0"), (0.5, "0.5"), (1, "1")), zero=0.0)
SPREAD = Axis(0, 0.5, ((0, "0"), (0.1, "0.1"), (0.2, "0.2"), (0.3, "0.3"), (0.4, "0.4"), (0.5, "0.5")))
"""The standard deviation of scores between 0 and 1 cannot exceed about one half."""


def grid(axis: Axis, bottom: float) -> list[Mark]:
    """Vertical lines at the ticks, and their names below."""
    marks: list[Mark] = []
    for place, (value, text) in enumerate(axis.ticks):
        x = axis.x(value)
        anchor = "start" if place == 0 else "end" if place == len(axis.ticks) - 1 else "middle"
        marks.append(Line(x, 4, x, bottom, "zero" if value == axis.zero else "grid"))
        marks.append(Label(x, bottom + 16, text, "tick", anchor))
    return marks


def dot(x: float, y: float, kind: str, size: float = 5) -> Path:
    """A round mark: nothing alarming, or the better one of two."""
    return Path(
        f"M{x - size:g} {y:g}a{size:g} {size:g} 0 1 0 {2 * size:g} 0a{size:g} {size:g} 0 1 0 {-2 * size:g} 0z",
        kind,
    )


def diamond(x: float, y: float, kind: str, size: float = 6) -> Path:
    """A pointed mark: at least one failure, or the worse one of two."""
    s = f"{size:g}"
    return Path(f"M{x:g} {y - size:g}l{s} {s}-{s} {s}-{s}-{s}z", kind)


def square(x: float, y: float, kind: str, size: float = 4.4) -> Path:
    return Path(f"M{x - size:g} {y - size:g}h{2 * size:g}v{2 * size:g}h{-2 * size:g}z", kind)


def triangle(x: float, y: float, kind: str, size: float = 5.4) -> Path:
    return Path(f"M{x:g} {y - size:g}l{size:g} {1.7 * size:g}h{-2 * size:g}z", kind)


SHAPES = (dot, square, triangle, diamond)


def sentence(parts: Sequence[str]) -> str:
    """The description of a chart; long ones end with a word on where the rest is."""
    shown = "; ".join(parts[:40])
    return f"{shown}; the others are in the table." if len(parts) > 40 else f"{shown}."


def short(label: str, room: int) -> str:
    """A label cut to fit; that it is simulated is never cut off.

    >>> short("sim:a-very-long-name (simulated)", 22)
    'sim:a-ver… (simulated)'
    """
    if len(label) <= room:
        return label
    mark = " (simulated)"
    if not label.endswith(mark):
        return label[: room - 1] + "…"
    return label[: max(4, room - len(mark) - 1)] + "…" + mark
