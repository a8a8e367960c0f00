"""The report's sections, in order. Each has a template of its name; those with figures to arrange have a module too."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from primum.reporting.page import Page
from primum.reporting.sections import (
    attacks,
    between,
    change,
    domains,
    equity,
    judges,
    patterns,
    perspectives,
    presets,
    repeats,
    review,
    scores,
    stability,
    verdict,
)


class Section(NamedTuple):
    """Its id is that of its template and of its place in the page."""

    id: str
    title: str
    view: Callable[[Page], Any] | None = None


SECTIONS = (
    Section("verdict", "Verdict", verdict.view),
    Section("scores", "Scores, worst first", scores.view),
    Section("domains", "Domains", domains.view),
    Section("stability", "Stability", stability.view),
    Section("repeats", "Repeats", repeats.view),
    Section("worst", "Worst cases"),
    Section("patterns", "Ways of failing", patterns.view),
    Section("attacks", "Attacks", attacks.view),
    Section("equity", "Equity", equity.view),
    Section("perspectives", "Perspectives side by side", perspectives.view),
    Section("presets", "Other scales", presets.view),
    Section("review", "Clinician review", review.view),
    Section("judges", "Judges and clinicians", judges.view),
    Section("change", "Change since the last run", change.view),
    Section("crosswalk", "Evidence for governance"),
    Section("between", "Between systems", between.view),
    Section("method", "Method and limitations"),
    Section("manifest", "Manifest"),
)


def views(page: Page) -> Mapping[str, Any]:
    """What each section's template draws."""
    return {section.id: section.view(page) if section.view else None for section in SECTIONS}
