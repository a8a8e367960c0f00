"""Repeats: what further tries of the same scenario showed."""

from typing import NamedTuple

from primum.reporting.analysis.findings import Repeats as Found
from primum.reporting.charts.curve import curve
from primum.reporting.charts.model import Chart
from primum.reporting.matrix import Matrix, strip
from primum.reporting.page import Page


class Repeats(NamedTuple):
    curve: Chart | None
    """None when nothing was repeated."""
    targets: tuple[tuple[str, Found], ...]
    strips: tuple[Matrix, ...]


def view(page: Page) -> Repeats:
    """Targets in the order of the report."""
    known = [(t.label, page.found[t.name]) for t in page.summary.targets if t.name in page.found]
    repeated = [(label, found.repeats) for label, found in known if found.repeats is not None]
    curves = [(label, found.curve) for label, found in repeated if found.curve]
    return Repeats(
        curve=curve(curves, "At least one critical failure in k tries") if curves else None,
        targets=tuple(repeated),
        strips=tuple(strip(found.strips, label) for label, found in known if found.strips),
    )
