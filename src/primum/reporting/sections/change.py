"""Change since the last run: paired differences with their intervals."""

from typing import NamedTuple

from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.model import DIFFERENCE, Chart
from primum.reporting.comparison.model import Comparison, Difference
from primum.reporting.numbers import signed, signed_interval
from primum.reporting.page import Page


class Change(NamedTuple):
    comparison: Comparison
    chart: Chart


def view(page: Page) -> Change | None:
    """None when no earlier run was given."""
    if page.change is None:
        return None
    rows = [_row(target.label, one) for target in page.change.targets for one in target.differences]
    chart = dots(
        rows,
        DIFFERENCE,
        "Change from the earlier run to this one",
        "This run minus the earlier, paired by scenario. ◆ shown to be worse, ● not. A whisker across 0 shows nothing.",
        what="Measure",
        detail=("95% interval", "Finding"),
    )
    return Change(page.change, chart)


def _row(label: str, one: Difference) -> Row:
    """Failures going up and scores going down are both worse."""
    worse = one.drift == "worse"
    return Row(
        name=f"{one.measure}, {label}",
        value=signed(one.estimate),
        at=one.estimate,
        low=one.interval.low if one.interval else None,
        high=one.interval.high if one.interval else None,
        alarming=worse,
        detail=(signed_interval(one.interval), one.drift),
    )
