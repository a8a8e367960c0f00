"""Two means of every target against each other: does a system that is good at one thing do the other well?"""

from primum.reporting.analysis.findings import Decoupling
from primum.reporting.charts.model import Chart, Label, Line, Mark, Table, dot, sentence
from primum.reporting.numbers import three, two

SIDE, LEFT, TOP = 300, 44, 34
BOTTOM = TOP + SIDE


def scatter(found: Decoupling, labels: dict[str, str]) -> Chart:
    """Numbered points on the whole 0–1 square; the numbers are named in the table."""
    marks: list[Mark] = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(value, value)
        marks += [
            Line(x, TOP, x, BOTTOM, "grid"),
            Line(LEFT, y, LEFT + SIDE, y, "grid"),
            Label(x, BOTTOM + 16, f"{value:g}", "tick", "middle"),
            Label(LEFT - 7, y + 4, f"{value:g}", "tick", "end"),
        ]
    marks.append(Line(*_place(0, 0), *_place(1, 1), "lead"))
    for number, (_, across, up) in enumerate(found.points, 1):
        x, y = _place(across, up)
        marks += [dot(x, y, "point"), Label(x + 8, y + 4 - 12 * (number % 2), f"{number}", "name")]
    marks += [
        Label(LEFT + SIDE / 2, BOTTOM + 34, f"{found.x} (mean score)", "tick", "middle"),
        Label(2, 12, f"{found.y} (mean score)", "tick"),
    ]
    return Chart(
        title=f"{found.x} against {found.y}",
        description=sentence([f"{labels.get(n, n)} {two(x)} and {two(y)}" for n, x, y in found.points]),
        caption=f"One point a target: mean score on {found.x} (across) and on {found.y} (up). Dashed: equal.",
        height=BOTTOM + 40,
        marks=tuple(marks),
        table=Table(
            ("No.", "Target", found.x, found.y),
            tuple(
                (str(number), labels.get(name, name), three(x), three(y))
                for number, (name, x, y) in enumerate(found.points, 1)
            ),
        ),
    )


def _place(x: float, y: float) -> tuple[float, float]:
    return round(LEFT + x * SIDE, 1), round(BOTTOM - y * SIDE, 1)
