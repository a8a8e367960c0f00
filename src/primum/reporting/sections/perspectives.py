"""The same model asked by a patient, by a clinician and by a member of the public."""

from typing import NamedTuple, get_args

from primum.reporting.charts.dots import dots
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.model import Slice, TargetSummary
from primum.reporting.page import Page
from primum.reporting.sections.rates import RATE_CAPTION, RATE_DETAIL, rate_row
from primum.scenarios.model import Perspective

PERSPECTIVES: tuple[str, ...] = get_args(Perspective)


class Perspectives(NamedTuple):
    columns: tuple[str, ...]
    targets: tuple[tuple[TargetSummary, tuple[Slice | None, ...]], ...]
    charts: tuple[Chart, ...]
    """One a perspective, targets in the same order in each, so that a row reads across."""


def view(page: Page) -> Perspectives:
    """Three columns for each target."""
    parts = {t.name: {part.name: part for part in t.perspectives} for t in page.summary.targets}
    return Perspectives(
        PERSPECTIVES,
        tuple((t, tuple(parts[t.name].get(name) for name in PERSPECTIVES)) for t in page.summary.targets),
        tuple(_chart(page, name) for name in PERSPECTIVES),
    )


def _chart(page: Page, name: str) -> Chart:
    rows = [
        rate_row(target.label, part)
        for target in page.summary.targets
        for part in target.perspectives
        if part.name == name
    ]
    return dots(
        rows,
        RATE,
        f"Critical failure rate, asked as {name}",
        f"{name.capitalize()}. {RATE_CAPTION}",
        what="Target",
        detail=RATE_DETAIL,
    )
