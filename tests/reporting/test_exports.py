"""What other programs read: nothing missing turns green, nothing shareable holds a text, a run has one form."""

import csv
import io
import json
from hashlib import sha256
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

import primum
from primum.archive import find_run
from primum.reporting.crosswalk import crosswalk
from primum.reporting.exports.csv import COLUMNS, csv_lines
from primum.reporting.exports.evidence import write_evidence
from primum.reporting.exports.junit import junit_of_run
from primum.reporting.exports.markdown import markdown_of
from primum.reporting.gate.decide import gate_of
from primum.reporting.gate.policy import read_policy
from primum.reporting.outputs import summary_of
from primum.reporting.rows import load
from primum.reporting.summary import summarise
from primum.store.rows import CaseRow
from tests.campaign.build import protocol
from tests.reporting.build import SCENARIOS, manifest, realistic
from tests.reporting.played import played


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A real run of the standardised models, with a frozen policy."""
    folder = tmp_path_factory.mktemp("run")
    primum.run(
        protocol(folder, 12),
        targets=["sim:random", "sim:sound"],
        out=folder / "out",
        policy="default",
        trials=2,
    )
    return find_run(str(folder / "out"))


# JUnit


def test_a_critical_failure_is_a_failure_and_what_is_unknown_an_error():
    root = ET.fromstring(junit_of_run(played({"a": "p", "b": "f", "c": "?", "d": "x"})))
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "4", "failures": "1", "errors": "2",
    }  # fmt: skip
    assert not root.findall(".//skipped")
    assert root.find(".//failure").get("message") == "critical failure (provisional), score 0.200: Title of b"


def test_cases_that_were_not_reached_are_an_error():
    root = ET.fromstring(junit_of_run(played({"a": "p"}, planned=5)))
    assert root.find(".//error").get("message") == "4 planned cases not reached"


def test_inconclusive_rules_are_errors_and_failed_ones_failures():
    run = played({"a": "p", "b": "f"})
    root = ET.fromstring(junit_of_run(run, gate_of(run, read_policy("default"))))
    gate = root[0]
    assert gate.get("name") == "gate: example/alpha"
    assert [type_.tag for test in gate for type_ in test][:2] == ["failure", "error"]
    assert gate.get("failures") == "1"


def test_hostile_titles_leave_the_xml_whole():
    run = played({"a": "f"})
    run.titles["a"] = "]]> <b>\x00\x07 & \ud800"
    assert "<b>" in ET.fromstring(junit_of_run(run)).find(".//failure").get("message")


# CSV


def test_csv_has_a_line_a_case_and_empty_where_nothing_is_known(found):
    lines = list(csv.reader(io.StringIO(b"".join(csv_lines(found.store.cases(found.row.run))).decode())))
    assert tuple(lines[0]) == COLUMNS
    assert "record" not in COLUMNS
    assert len(lines) - 1 == found.manifest.planned
    by_name = [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]]
    assert {row["score"] == "" for row in by_name if row["outcome"] != "judged"} <= {True}


def test_a_formula_in_a_name_is_text():
    row = CaseRow("r", 0, "c", "=1+1", "d", "s", "p", "s", "r", "@t", "a", "", 0, "empty", "provisional",
                  None, None, None, 0, 0, 0, 0, -0.5, b"{}")  # fmt: skip
    line = dict(zip(COLUMNS, next(csv.reader([list(csv_lines([row]))[1].decode()])), strict=True))
    assert (line["scenario"], line["target"], line["score"], line["usd"]) == ("'=1+1", "'@t", "", "-0.5")


# Markdown


def test_markdown_is_short_worst_first_and_says_simulated(found):
    summary = summary_of(found.store, found.manifest)
    text = markdown_of(summary, gate_of(load(found.store, found.manifest), found.manifest.policy)).decode()
    assert len(text.splitlines()) < 60
    assert text.splitlines()[2].startswith("**FAIL")
    assert "thresholds were set before the run" in text
    rows = [line for line in text.splitlines() if line.startswith("| sim:")]
    assert "sim:random (simulated)" in rows[-2]
    assert "sim:sound (simulated)" in rows[-1]


def test_names_make_no_markdown():
    name = "evil|x <img src=x> @everyone [a](http://b) `c`"
    results = list(realistic(20, (name,)))
    text = markdown_of(summarise(manifest(20, (name,)), results, scenarios=SCENARIOS)).decode()
    assert "<img" not in text
    assert "@everyone" not in text
    (row,) = [line for line in text.splitlines() if "evil" in line and line.startswith("| ")]
    assert row.replace("\\|", "").count("|") == 9


# the evidence bundle


def packed(found, level="internal", gate=None) -> bytes:
    file = io.BytesIO()
    summary = summary_of(found.store, found.manifest)
    write_evidence(file, found.store, summary, level, gate, crosswalk(summary))
    return file.getvalue()


def entries(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_run_makes_the_same_bytes(found):
    assert packed(found) == packed(found)


def test_every_file_is_in_the_list_of_hashes(found):
    gate = gate_of(load(found.store, found.manifest), found.manifest.policy)
    files = entries(packed(found, gate=gate))
    listed = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: sha256(content).hexdigest() for name, content in files.items()}
    assert set(files) == {
        "README.txt", "manifest.json", "policy.toml", "gate.json", "summary.json", "report.html", "scenarios.jsonl",
        "cases.jsonl", "journal.jsonl",
    }  # fmt: skip


def test_the_bundle_holds_the_frozen_thresholds_and_every_call(found):
    files = entries(packed(found))
    kept = json.loads(files["manifest.json"])["policy"]
    assert sha256(files["policy.toml"]).hexdigest() == kept["sha256"]
    calls = [json.loads(line) for line in files["journal.jsonl"].splitlines()]
    assert {bytes.fromhex(call["key"]) for call in calls} == found.store.journal_keys(found.row.run)
    assert [call["key"] for call in calls] == sorted(call["key"] for call in calls)
    assert len(files["cases.jsonl"].splitlines()) == found.manifest.planned


def test_a_shareable_bundle_holds_no_text(found):
    files = entries(packed(found, "shareable"))
    replies = {
        reply["text"]
        for line in entries(packed(found))["cases.jsonl"].splitlines()
        for reply in json.loads(line)["exchange"]["replies"]
    }
    prompts = {f"my chest hurts since {n} minutes" for n in range(1, 13)}
    texts = [text for text in (*replies, *prompts) if len(text) > 12]
    assert len(texts) > 12
    for name, content in files.items():
        shown = content.decode()
        assert not [text for text in texts if text in shown], name


def test_the_hashes_of_a_shareable_bundle_are_those_of_the_internal_one(found):
    inner, outer = entries(packed(found)), entries(packed(found, "shareable"))
    for full, bare in zip(
        inner["journal.jsonl"].splitlines(), outer["journal.jsonl"].splitlines(), strict=True
    ):
        kept = {name: value for name, value in json.loads(full).items() if name not in ("request", "reply")}
        assert kept == json.loads(bare)
