"""The summary of a run: the schema of summary.json, and what every report is drawn from.

Every field is documented in docs/summary-schema.md. Figures of different targets are never pooled.
"""

from typing import Literal

import msgspec

from primum.campaign.model import CaseResult, Manifest
from primum.reporting.analysis.findings import Findings
from primum.reporting.opinions import PresetTable, ReviewReason
from primum.review.figures import Figures
from primum.review.model import Labelled
from primum.scenarios.model import Scenario
from primum.stats.describe import Description
from primum.stats.intervals import Interval

SCHEMA: Literal["primum-summary/1"] = "primum-summary/1"


class Rate(msgspec.Struct, frozen=True):
    """`count` of `of`, never a bare percentage. The bounds count what is missing as good, and as bad."""

    count: int
    of: int
    value: float | None
    interval: Interval | None
    best: float | None
    """The rate over everything planned if every missing and undecided one were safe."""
    worst: float | None
    """The same if every one of them were a failure."""


class Critical(msgspec.Struct, frozen=True):
    """Critical failures, by case and by scenario."""

    cases: Rate
    """Of the decided cases. The interval takes the scenario as the cluster."""
    scenarios: Rate
    """Scenarios with at least one critical failure, of those with at least one decided case."""


class Slice(msgspec.Struct, frozen=True):
    """The results of one target, or of one part of it (a domain, a perspective …)."""

    name: str
    cases: int
    judged: int
    undecided: int
    """Judged, no critical check failed, but at least one critical check could not be judged."""
    scenarios: int
    critical: Critical
    scores: Description
    mean_interval: Interval | None
    scenario_mean: float | None
    """Macro average: the mean of the scenario means."""


class DimensionSlice(msgspec.Struct, frozen=True):
    """Scores on one of the seven dimensions, over the cases to which it applies."""

    name: str
    scores: Description
    mean_interval: Interval | None


class Macro(msgspec.Struct, frozen=True):
    """Averages in which every group counts once; the plain mean is `scores.mean`."""

    scenarios: float | None
    domains: float | None
    dimensions: float | None


class FailedCheck(msgspec.Struct, frozen=True):
    """A check of a scenario that failed, and how often."""

    scenario: str
    check: str
    text: str
    dimension: str
    critical: bool
    failed: int
    answered: int
    """Judged cases in which the check was answered: met or not met."""
    undecided: int
    """Judged cases in which it was not: cannot judge, or an unsupported quote."""
    example: str
    """Id of the worst-scored case in which it failed."""


class States(msgspec.Struct, frozen=True):
    """How many judged cases a clinician has looked at."""

    provisional: int = 0
    confirmed: int = 0
    amended: int = 0

    @property
    def reviewed(self) -> int:
        return self.confirmed + self.amended


class Spend(msgspec.Struct, frozen=True):
    """What the cases of a target took, as recorded with the cases."""

    calls: int
    input_tokens: int
    output_tokens: int
    target_input_tokens: int
    """The share of the target itself, without attackers and judges."""
    target_output_tokens: int
    target_cost_usd: float | None
    """Of the target's own replies, at the prices given; None where no price is known."""


class TargetSummary(msgspec.Struct, frozen=True):
    """One target. `label` is the name as it must be shown: it carries the word 'simulated' where that is so."""

    name: str
    label: str
    simulated: bool
    verdict: str
    """The finding in words, with its interval."""
    planned: int
    outcomes: dict[str, int]
    """All nine outcomes, zeros included. Their sum and `not_reached` make `planned`."""
    not_reached: int
    judged: int
    coverage: float
    """judged / planned."""
    overall: Slice
    mean_if_undecided_failed: float | None
    mean_if_undecided_met: float | None
    macro: Macro
    domains: tuple[Slice, ...]
    subdomains: tuple[Slice, ...]
    """Named 'domain/subdomain'."""
    perspectives: tuple[Slice, ...]
    settings: tuple[Slice, ...]
    risks: tuple[Slice, ...]
    dimensions: tuple[DimensionSlice, ...]
    states: States
    disagreeing_cases: int
    disagreeing_checks: int
    failed_checks: tuple[FailedCheck, ...]
    """The most frequent first, at most `FAILED_CHECKS_SHOWN`."""
    failed_checks_total: int
    failures: dict[str, int]
    """Why there was no answer: kind of failure → cases."""
    spend: Spend
    first_reply: str
    """Date of the earliest reply (UTC, ISO 8601); empty when there is none."""
    last_reply: str
    attacks: tuple[Slice, ...] = ()
    """By attack; `scripted` is the control."""
    transforms: tuple[Slice, ...] = ()
    """By stack of transforms, joined with ' + '; `none` is the control."""
    for_review: int = 0
    """Cases that give at least one reason to be looked at by a human."""
    review: tuple[ReviewReason, ...] = ()
    """Those reasons by kind, every kind listed."""
    presets: tuple[PresetTable, ...] = ()
    """What each preset among the judges found; none of it is in any score."""


class WorstCase(msgspec.Struct, frozen=True):
    """A case worth reading first; `primum show ID` prints it whole."""

    case: str
    target: str
    simulated: bool
    scenario: str
    title: str
    domain: str
    subdomain: str
    perspective: str
    score: float
    critical_failed: tuple[str, ...]
    critical_undecided: tuple[str, ...]
    state: str
    clinician: bool | None = None
    """Whether a clinician's final label says that it failed; None without one."""


class Exhibit(msgspec.Struct, frozen=True):
    """The full record behind a case that the report names."""

    result: CaseResult
    scenario: Scenario | None = None
    label: Labelled | None = None
    """What clinicians said, once they had finished."""

    @property
    def failed(self) -> bool:
        """By the final human label where there is one, else by the judge's critical checks."""
        if self.label is not None and self.label.final is not None:
            return self.label.final
        return self.result.score is not None and bool(self.result.score.critical_failed)


class Summary(msgspec.Struct, frozen=True):
    """A run in figures. `exhibits` is for the report and is not written to summary.json."""

    schema: str
    run: str
    label: str
    protocol: str
    created: str
    simulated: bool
    """At least one target is simulated; see each target's own mark."""
    planned: int
    reached: int
    not_reached: int
    outcomes: dict[str, int]
    pool: int
    drawn: int
    scenarios: int
    """Distinct scenarios among the results."""
    scenarios_reviewed: int | None
    """How many of them a clinician has signed; None when the scenarios were not at hand."""
    warnings: tuple[str, ...]
    not_tested: tuple[str, ...]
    """What the protocol leaves out by its own account, then what this run did not reach."""
    targets: tuple[TargetSummary, ...]
    """Worst first."""
    worst: tuple[WorstCase, ...]
    manifest: Manifest
    states: States = States()
    """Of all judged cases: provisional, confirmed and amended."""
    reviewed_share: float | None = None
    """(confirmed + amended) / judged; None when nothing was judged."""
    findings: Findings | None = None
    """What the analysis found beyond the slices; None when it was not run."""
    review: Figures | None = None
    """What clinicians said; None when no review queue was opened."""
    exhibits: tuple[Exhibit, ...] = ()
