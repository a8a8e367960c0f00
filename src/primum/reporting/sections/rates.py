"""Rows of critical failure rates, as several sections draw them."""

from primum.reporting.charts.dots import Row
from primum.reporting.model import Slice
from primum.reporting.numbers import interval, percent, share

RATE_CAPTION = "◆ at least one critical failure, ● none. Whisker: 95% interval, the scenario being the unit."
RATE_DETAIL = ("95% interval", "If missing safe – failed", "Scenarios with one")


def rate_row(name: str, part: Slice, threshold: float | None = None) -> Row:
    """One slice's critical failures of its decided cases."""
    rate = part.critical.cases
    bounds = f"{percent(rate.best)} – {percent(rate.worst)}"
    return Row(
        name=name,
        value=f"{percent(rate.value)} ({share(rate)})" if rate.of else "nothing decided",
        at=rate.value,
        low=rate.interval.low if rate.interval else None,
        high=rate.interval.high if rate.interval else None,
        alarming=rate.count > 0,
        threshold=threshold,
        detail=(interval(rate.interval), bounds, share(part.critical.scenarios)),
    )
