"""Pictures: nothing is drawn outside its frame, and every figure of a picture is in its table."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from primum.reporting.analysis.findings import CurvePoint, Decoupling
from primum.reporting.charts.curve import FLOOR, GAP, _apart, curve
from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.dumbbell import Pair, dumbbell
from primum.reporting.charts.model import DIFFERENCE, RATE, SCORE, Chart, short
from primum.reporting.charts.ranges import ranges
from primum.reporting.charts.scatter import scatter
from primum.reporting.charts.spread import Spread, spread
from primum.reporting.charts.stack import stack
from primum.reporting.charts.svg import svg
from primum.reporting.matrix import shade
from primum.stats.describe import describe

SHARES = st.floats(0, 1)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def inside(chart: Chart) -> bool:
    """Whether every position lies in the frame. Paths are read at their start."""
    source = str(svg(chart))
    across = re.findall(r' (?:x|x1|x2)="([-\d.e]+)"|d="M([-\d.e]+)', source)
    down = re.findall(r' (?:y|y1|y2)="([-\d.e]+)"|d="M[-\d.e]+ ([-\d.e]+)', source)
    xs, ys = ([float(a or b) for a, b in found] for found in (across, down))
    return all(-1 <= x <= chart.width for x in xs) and all(-1 <= y <= chart.height for y in ys)


@given(st.lists(st.tuples(NAMES, SHARES, SHARES, SHARES), min_size=1, max_size=12))
def test_dots_stay_in_their_frame_and_in_their_table(rows: list[tuple[str, float, float, float]]) -> None:
    made = [
        Row(name, f"{at:.3f}", at, min(low, high), max(low, high), at > 0.5) for name, at, low, high in rows
    ]
    for axis in (RATE, SCORE, DIFFERENCE):
        chart = dots(made, axis, "title", "caption")
        assert inside(chart)
        assert [row[1] for row in chart.table.rows] == [row.value for row in made]


def test_nothing_and_everything_are_drawn_whole() -> None:
    rows = [
        Row("none", "0%", 0.0, 0.0, 0.03),
        Row("all", "100%", 1.0, 0.97, 1.0, True),
        Row("unknown", "–", None),
    ]
    chart = dots(rows, RATE, "title", "caption")
    assert inside(chart)
    assert str(svg(chart)).count("whisker") == 6  # two whiskers of three lines; none for what is unknown


@given(st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=12))
def test_the_other_charts_stay_in_their_frame(pairs: list[tuple[float, float]]) -> None:
    names = [f"system {n}" for n in range(len(pairs))]
    points = tuple((name, *pair) for name, pair in zip(names, pairs, strict=True))
    assert inside(scatter(Decoupling("robustness", "equity", len(pairs), None, None, points), {}))
    assert inside(dumbbell([Pair(n, "", a, b) for n, a, b in points], SCORE, "t", "c", ("a", "b")))
    assert inside(spread([Spread(n, a / 2, (("safety", b / 2),)) for n, a, b in points], 0.1, "t"))
    assert inside(ranges([(n, describe([a, b])) for n, a, b in points], "t"))
    assert inside(
        stack([(n, {"provisional": round(a * 9), "confirmed": round(b * 9)}) for n, a, b in points], "t", "c")
    )
    lines = [
        (n, (CurvePoint(1, min(a, b), 1 - a, None), CurvePoint(2, max(a, b), 0, None))) for n, a, b in points
    ]
    assert inside(curve(lines, "t"))


@given(st.lists(st.floats(12, FLOOR), min_size=1, max_size=16))
def test_names_beside_the_curves_never_overlap(wanted: list[float]) -> None:
    placed = sorted(_apart(wanted))
    assert all(lower - upper >= GAP - 1e-6 for upper, lower in pairwise(placed))
    assert placed[-1] <= FLOOR


@given(SHARES)
def test_only_nothing_is_unshaded_and_only_everything_is_full(value: float) -> None:
    assert (shade(value) == "h0") == (value == 0)
    assert (shade(value) == "h10") == (value == 1)


@given(NAMES.filter(lambda name: "simulated" not in name), st.integers(20, 60))
def test_a_cut_name_still_says_that_it_is_simulated(name: str, room: int) -> None:
    assert short(f"{name} (simulated)", room).endswith("(simulated)")


def test_a_name_is_text_and_nothing_else() -> None:
    drawn = str(svg(dots([Row('</text><script>x</script>"\u202e', "1", 0.5)], RATE, "<b>", "c")))
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert "\u202e" not in drawn
