"""Ways of failing: which kinds of check fail, and in which domains."""

from typing import NamedTuple

from primum.reporting.matrix import Matrix, pattern_heat
from primum.reporting.model import TargetSummary
from primum.reporting.page import Page

PATTERNS_SHOWN = 10


class Patterns(NamedTuple):
    targets: tuple[tuple[TargetSummary, Matrix | None], ...]


def view(page: Page) -> Patterns:
    """Each target with its matrix, where an analysis found any."""
    return Patterns(
        tuple(
            (target, pattern_heat(found, target.label, PATTERNS_SHOWN) if found and found.patterns else None)
            for target in page.summary.targets
            for found in [page.found.get(target.name)]
        )
    )
