"""What more tries would show: the chance of at least one critical failure against the number of tries."""

from collections.abc import Sequence

from primum.reporting.analysis.findings import CurvePoint
from primum.reporting.charts.model import (
    SHAPES,
    Chart,
    Label,
    Line,
    Mark,
    Path,
    Table,
    sentence,
    short,
)
from primum.reporting.numbers import interval, percent

TOP, HEIGHT, FLOOR, RIGHT, AXIS, WIDE = 12, 300, 264, 268, 44, 490
GAP = 15
"""Least distance between two names at the right."""


def curve(targets: Sequence[tuple[str, tuple[CurvePoint, ...]]], title: str) -> Chart:
    """One line for each target; names stand at the lines' ends, shapes tell the lines apart."""
    most = max(point.k for _, points in targets for point in points)
    marks = _frame(most)
    ends = _apart([_y(points[-1].any_fail) for _, points in targets])
    for place, ((name, points), end) in enumerate(zip(targets, ends, strict=True)):
        shape = SHAPES[place % len(SHAPES)]
        at = [(_x(point.k, most), _y(point.any_fail)) for point in points]
        marks.append(Path("M" + "L".join(f"{x:g} {y:g}" for x, y in at), f"curve c{place % 4}"))
        marks += [shape(x, y, f"node c{place % 4}") for x, y in at]
        marks.append(Line(RIGHT + 8, at[-1][1], RIGHT + 18, end, "lead"))
        marks.append(Label(RIGHT + 22, end + 4, short(name, 30), "name"))
    return Chart(
        title=title,
        description=sentence(
            [f"{name} {percent(points[0].any_fail)} with 1 try, {percent(points[-1].any_fail)} with {points[-1].k}"
             for name, points in targets]
        ),
        caption="Chance that at least one of k tries of a scenario fails a critical check, averaged over scenarios.",
        height=HEIGHT,
        width=WIDE,
        marks=tuple(marks),
        table=Table(
            ("Target", "Tries", "At least one fails", "95% interval", "All pass"),
            tuple(
                (name, str(point.k), percent(point.any_fail), interval(point.interval), percent(point.all_pass))
                for name, points in targets
                for point in points
            ),
        ),
    )  # fmt: skip


def _frame(most: int) -> list[Mark]:
    marks: list[Mark] = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        marks.append(Line(AXIS, _y(value), RIGHT, _y(value), "grid"))
        marks.append(Label(AXIS - 6, _y(value) + 4, f"{value:.0%}", "tick", "end"))
    shown = [k for k in range(1, most + 1) if most <= 10 or k in (1, most) or k % 5 == 0]
    marks += [Label(_x(k, most), FLOOR + 18, f"{k}", "tick", "middle") for k in shown]
    marks.append(Label((AXIS + RIGHT) / 2, HEIGHT - 2, "tries (k)", "tick", "middle"))
    return marks


def _x(k: int, most: int) -> float:
    return round(AXIS + 8 + (k - 1) / max(1, most - 1) * (RIGHT - AXIS - 16), 1)


def _y(value: float) -> float:
    return round(FLOOR - value * (FLOOR - TOP), 1)


def _apart(wanted: Sequence[float]) -> list[float]:
    """Positions near the wanted ones, in their order, at least GAP from one another and not below the floor.

    >>> _apart([100.0, 102.0]), _apart([264.0, 264.0])
    ([100.0, 115.0], [249.0, 264.0])
    """
    found = [0.0] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    above = -GAP * 1.0
    for place in order:
        above = found[place] = max(wanted[place], above + GAP)
    below = FLOOR + GAP * 1.0
    for place in reversed(order):
        below = found[place] = min(found[place], below - GAP)
    return found
