"""Which controls of which frameworks a run gives evidence for, and which it does not touch."""

from typing import Literal

import msgspec

from primum.governance.catalogue import load_catalogue
from primum.reporting.model import Summary


class ControlEvidence(msgspec.Struct, frozen=True):
    """What one target showed in one domain."""

    target: str
    """As it must be shown: carries the word 'simulated' where that is so."""
    domain: str
    cases: int
    decided: int
    critical: int
    """Decided cases with a critical failure."""
    worst_case: str
    """Id of the worst case in that domain; empty when no case lost anything or it is not among the exhibits."""


class ControlRow(msgspec.Struct, frozen=True):
    """One control. Without evidence it is shown as 'not evaluated', never left out."""

    id: str
    """Versioned: 'nist-ai-600-1:2024:MS-2.7-007'."""
    framework: str
    edition: str
    title: str
    """In our own words."""
    url: str
    relation: Literal["evidences", "partially", "informs"]
    evidence: tuple[ControlEvidence, ...]

    @property
    def evaluated(self) -> bool:
        return bool(self.evidence)


class Crosswalk(msgspec.Struct, frozen=True):
    """Evidence for controls; a person decides what it is worth."""

    run: str
    rows: tuple[ControlRow, ...]
    """Evaluated first, in the order of the catalogue."""
    evaluated: int
    not_evaluated: int
    note: str
    """What the table is and is not; printed above it."""


NOTE = (
    "Evidence for single controls, as far as this run tested them; never a statement that a product meets a framework. "
    "What a row is worth, a person decides."
)


def crosswalk(summary: Summary) -> Crosswalk:
    """One row for each control whose wording was checked; one that nothing in the run tested is 'not evaluated'."""
    catalogue = load_catalogue()
    rows = [
        ControlRow(
            id=framework.full(control),
            framework=framework.name,
            edition=framework.edition,
            title=control.title,
            url=framework.url,
            relation=control.relation,
            evidence=_evidence(summary, catalogue.tests_of(framework.full(control))),
        )
        for framework in catalogue.frameworks
        if framework.checked
        for control in framework.controls
    ]
    rows.sort(key=lambda row: not row.evaluated)
    waiting = sum(len(framework.controls) for framework in catalogue.frameworks if not framework.checked)
    evaluated = sum(row.evaluated for row in rows)
    note = (
        f"{NOTE} {waiting} further controls of other frameworks wait for a person's check and are not shown."
    )
    return Crosswalk(summary.run, tuple(rows), evaluated, len(rows) - evaluated, note)


def _evidence(summary: Summary, tests: tuple[str, ...]) -> tuple[ControlEvidence, ...]:
    """The slices of every target that the tests name, with a decided case in them."""
    found = []
    for target in summary.targets:
        parts = {part.name: part for part in (*target.domains, *target.subdomains)} | {"all": target.overall}
        found += [
            ControlEvidence(
                target=target.label,
                domain=test,
                cases=parts[test].cases,
                decided=parts[test].critical.cases.of,
                critical=parts[test].critical.cases.count,
                worst_case=_worst_case(summary, target.name, test),
            )
            for test in tests
            if test in parts and parts[test].critical.cases.of
        ]
    return tuple(found)


def _worst_case(summary: Summary, target: str, test: str) -> str:
    """The worst case of a target that the report shows from this domain, subdomain or the whole run."""
    for case in summary.worst:
        if case.target == target and test in ("all", case.domain, f"{case.domain}/{case.subdomain}"):
            return case.case
    return ""
