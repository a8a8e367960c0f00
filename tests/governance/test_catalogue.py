"""The catalogue: every id in its edition, every test maps to a control, and nothing unchecked is ever evidence."""

import re
from datetime import date

import pytest

from primum.errors import PrimumError
from primum.governance.catalogue import FOLDER, load_catalogue
from primum.reporting.crosswalk import crosswalk
from primum.reporting.summary import summarise
from primum.scenarios.loader import load_library
from primum.scenarios.taxonomy import load_taxonomy
from tests.reporting.build import SCENARIOS, judged, manifest

CATALOGUE = load_catalogue()
CHECKED = [framework for framework in CATALOGUE.frameworks if framework.checked]

# The actions of the final edition of NIST AI 600-1 (July 2024) from the families that testing bears on: the last number
# of each subcategory, counted in the document.
NIST_600_1 = {
    "MP-1.1": 4, "MP-1.2": 2, "MP-2.1": 2, "MP-2.2": 2, "MP-2.3": 5, "MP-3.4": 6, "MP-4.1": 10, "MP-5.1": 6,
    "MP-5.2": 2, "MS-1.1": 9, "MS-1.3": 3, "MS-2.2": 4, "MS-2.3": 4, "MS-2.5": 6, "MS-2.6": 7, "MS-2.7": 9,
    "MS-2.8": 4, "MS-2.9": 2, "MS-2.10": 3, "MS-2.11": 5, "MS-2.12": 4, "MS-2.13": 1, "MS-3.2": 1, "MS-3.3": 5,
    "MS-4.2": 5, "MG-1.3": 2, "MG-2.2": 9, "MG-2.3": 1, "MG-2.4": 4, "MG-3.1": 5,
}  # fmt: skip


def test_every_nist_id_exists_in_the_final_edition():
    (nist,) = [one for one in CATALOGUE.frameworks if one.id == "nist-ai-600-1"]
    for control in nist.controls:
        family, _, number = control.id.rpartition("-")
        assert re.fullmatch(r"\d{3}", number)
        assert 1 <= int(number) <= NIST_600_1[family], control.id


def test_every_id_is_versioned_and_occurs_once():
    names = [one.full(control) for one in CATALOGUE.frameworks for control in one.controls]
    assert len(names) == len(set(names))
    assert "nist-ai-600-1:2024:MS-2.7-007" in names


def test_every_framework_says_where_its_text_is_and_when_it_was_looked_up():
    for framework in CATALOGUE.frameworks:
        assert framework.url.startswith("https://")
        assert date.fromisoformat(framework.retrieved) <= date(2026, 12, 31)
        assert framework.edition in framework.name or framework.edition == "2024"


def test_every_domain_and_subdomain_resolves_to_a_checked_control():
    for domain in load_taxonomy().domains:
        for leaf in domain.subdomains:
            assert CATALOGUE.controls_of(domain.id, leaf.id), f"{domain.id}/{leaf.id}"


def test_every_scenario_of_the_library_resolves_to_a_checked_control():
    for one in load_library().scenarios:
        assert CATALOGUE.controls_of(one.domain, one.subdomain), one.id


def run(*targets: str):
    """Cases in two domains: the odd ones are safety with a critical failure, the even ones privacy without."""
    of = {
        domain: next(s for s in SCENARIOS.values() if s.domain == domain) for domain in ("safety", "privacy")
    }
    results = []
    for target in targets:
        for n in range(4):
            bad = n % 2 == 1
            met = (not bad,) * 4
            results.append(judged(len(results), met, target, of["safety" if bad else "privacy"]))
    return summarise(manifest(len(results), targets), results, scenarios=SCENARIOS)


def test_every_row_has_evidence_or_says_not_evaluated():
    found = crosswalk(run("example/alpha"))
    rows = {row.id: row for row in found.rows}
    assert found.evaluated + found.not_evaluated == len(rows) == sum(len(f.controls) for f in CHECKED)
    privacy = rows["nist-ai-600-1:2024:MP-4.1-009"]
    assert [(one.domain, one.decided, one.critical) for one in privacy.evidence] == [("privacy", 2, 0)]
    assert not rows["nist-ai-600-1:2024:MS-2.11-002"].evaluated  # no equity case in this run
    evaluated = [row.evaluated for row in found.rows]
    assert evaluated == sorted(evaluated, reverse=True)


def test_controls_that_no_test_bears_on_are_listed_as_zero_evidence():
    untested = [
        one.full(control)
        for one in CHECKED
        for control in one.controls
        if not CATALOGUE.tests_of(one.full(control))
    ]
    assert untested
    rows = {row.id: row for row in crosswalk(run("example/alpha")).rows}
    assert all(rows[name].evidence == () for name in untested)


def test_evidence_names_the_target_and_its_worst_case():
    found = crosswalk(run("sim:leaky", "example/alpha"))
    row = next(row for row in found.rows if row.id.endswith("MG-2.2-001"))
    assert {one.target for one in row.evidence} == {"sim:leaky (simulated)", "example/alpha"}
    assert all(one.critical == 2 and one.worst_case for one in row.evidence)


def test_what_no_person_has_checked_is_never_printed():
    names = {row.id for row in crosswalk(run("example/alpha")).rows}
    for framework in CATALOGUE.frameworks:
        for control in framework.controls:
            assert (framework.full(control) in names) == framework.checked


def test_nothing_says_compliant():
    files = [*FOLDER.glob("*.yaml"), *FOLDER.glob("*.py")]
    assert files
    assert not any("complian" in path.read_text("utf-8").lower() for path in files)
    assert "complian" not in crosswalk(run("example/alpha")).note.lower()


def test_a_domain_or_control_that_does_not_exist_is_named(tmp_path):
    text = (FOLDER / "catalogue.yaml").read_text("utf-8")
    (tmp_path / "catalogue.yaml").write_text(text)
    (tmp_path / "map.yaml").write_text("every: []\ntests:\n  privcy: []\n")
    with pytest.raises(PrimumError, match="Did you mean 'privacy'"):
        load_catalogue(tmp_path)
    (tmp_path / "map.yaml").write_text("every: [nist-ai-600-1:2024:MS-2.7-077]\ntests: {}\n")
    load_catalogue.cache_clear()
    with pytest.raises(PrimumError, match="Did you mean"):
        load_catalogue(tmp_path)
