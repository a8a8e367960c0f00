"""What every section of the report is drawn from."""

from collections.abc import Sequence
from typing import NamedTuple

from primum.examination.known import results_by_judge
from primum.examination.model import JudgeResult
from primum.reporting.analysis.findings import TargetFindings
from primum.reporting.comparison.model import Comparison
from primum.reporting.crosswalk import Crosswalk
from primum.reporting.exhibits import View, view
from primum.reporting.gate.model import GateResult
from primum.reporting.levels import Level, at_level
from primum.reporting.model import Exhibit, Summary
from primum.reporting.opinions import Tallies
from primum.visible import LIMIT

ROOM = 2_000_000
"""Characters of exchanges that the report shows; after that every message is cut to SHORT."""
SHORT = 1_000


class Page(NamedTuple):
    """The report's material, as its level may show it."""

    summary: Summary
    level: Level
    labels: dict[str, str]
    """Target → its name as it must be shown."""
    found: dict[str, TargetFindings]
    """Target → its findings; empty without an analysis."""
    cases: tuple[View, ...]
    """The worst cases first, then the further ones that a table names."""
    worst: int
    """How many of the cases are worst cases."""
    anchors: dict[str, str]
    """Case id → its place in this report."""
    gate: GateResult | None = None
    change: Comparison | None = None
    crosswalk: Crosswalk | None = None
    trials: tuple[tuple[str, tuple[JudgeResult, ...]], ...] = ()
    """Each judge that answers checks, and the examinations and calibrations that speak for it."""
    opinions: tuple[Tallies, ...] = ()
    """What `primum judge` has found about the run since."""

    @property
    def examined(self) -> tuple[JudgeResult, ...]:
        """What is known of the deciding judge's errors."""
        return self.trials[0][1] if self.trials else ()

    def label(self, target: str) -> str:
        """A target's name as it must be shown."""
        return self.labels.get(target, target)


def make_page(
    summary: Summary,
    level: Level,
    gate: GateResult | None,
    change: Comparison | None,
    crosswalk: Crosswalk | None,
    results: tuple[JudgeResult, ...] = (),
    opinions: tuple[Tallies, ...] = (),
) -> Page:
    """Withholds what the level withholds, then prepares the cases."""
    summary = at_level(summary, level)
    labels = {target.name: target.label for target in summary.targets}
    cases = _cases(summary.exhibits, labels)
    return Page(
        summary=summary,
        level=level,
        labels=labels,
        found={one.name: one for one in summary.findings.targets} if summary.findings else {},
        cases=cases,
        worst=len(summary.worst),
        anchors={case.exhibit.result.case.id: case.anchor for case in cases},
        gate=gate,
        change=change,
        crosswalk=crosswalk,
        trials=results_by_judge(results, summary.manifest.judges, summary.manifest.hashes),
        opinions=opinions,
    )


def _cases(exhibits: Sequence[Exhibit], labels: dict[str, str]) -> tuple[View, ...]:
    cases, used = [], 0
    for rank, exhibit in enumerate(exhibits, 1):
        case = view(exhibit, rank, labels[exhibit.result.case.target], LIMIT if used < ROOM else SHORT)
        used += case.size
        cases.append(case)
    return tuple(cases)
