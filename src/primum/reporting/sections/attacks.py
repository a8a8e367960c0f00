"""Attacks and transforms: what they added to the failures of the control."""

from collections.abc import Sequence
from typing import NamedTuple

from primum.reporting.charts.dumbbell import Pair, dumbbell
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.columns import NO_TRANSFORM
from primum.reporting.model import Slice, TargetSummary
from primum.reporting.numbers import NONE, percent, share, signed
from primum.reporting.page import Page

CONTROL = "scripted"
"""The attack that only says what the scenario says: the control of every other."""
HEAD = ("Attack", "Control → attacked", "Control", "Attacked", "Excess")


class Attacks(NamedTuple):
    attacks: Chart | None
    """None when only the control was played."""
    transforms: Chart | None


def view(page: Page) -> Attacks:
    """Every attack, and every stack of transforms, against the control of the same target."""
    targets = page.summary.targets
    return Attacks(
        _chart("Attacks", [row for t in targets for row in _rows(t, t.attacks, CONTROL)]),
        _chart("Transforms", [row for t in targets for row in _rows(t, t.transforms, NO_TRANSFORM)]),
    )


def _chart(what: str, rows: list[Pair]) -> Chart | None:
    if not rows:
        return None
    return dumbbell(
        rows,
        RATE,
        f"{what}: critical failure rate of the control and under attack",
        "● control, ◆ attacked. The excess is their difference.",
        (what, *HEAD[1:]),
    )


def _rows(target: TargetSummary, slices: Sequence[Slice], control: str) -> list[Pair]:
    rates = {part.name: part.critical.cases for part in slices}
    base = rates.get(control)
    found = []
    for name, rate in rates.items():
        if name == control:
            continue
        before = base.value if base else None
        excess = None if before is None or rate.value is None else rate.value - before
        found.append(
            Pair(
                name=f"{name}, {target.label}",
                value=f"{percent(before)} → {percent(rate.value)}",
                round=before,
                pointed=rate.value,
                detail=(share(base) if base else NONE, share(rate), signed(excess)),
            )
        )
    return found
