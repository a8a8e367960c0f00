"""A review in the report: as long as nobody has come to a label it says so; then everything follows the labels."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from rich.console import Console

from primum.campaign.model import CaseResult, Manifest
from primum.reporting.case_text import print_case
from primum.reporting.exports.evidence import write_evidence
from primum.reporting.exports.markdown import markdown_of
from primum.reporting.gate.decide import gate_of
from primum.reporting.gate.policy import read_policy
from primum.reporting.html import render_report
from primum.reporting.levels import Level, at_level
from primum.reporting.model import Summary
from primum.reporting.outputs import summary_of, write_outputs
from primum.reporting.review_text import NOT_YET
from primum.reporting.reviewed import label_of
from primum.reporting.rows import load
from primum.reporting.summary import summary_bytes
from primum.review.desk import Desk, Ruling
from primum.review.model import Answer, Labelled
from primum.store import Store, open_store
from tests.reporting.test_terminal import printed
from tests.review.build import (
    ANN,
    BOB,
    EVA,
    FAIL,
    LEAD,
    PASS,
    RUN,
    SECRET_TARGET,
    keep,
    manifest,
    policy,
    read_all,
    result,
    staffed,
)  # fmt: skip

FAILED, PASSED, QUIET = range(4), range(4, 8), range(8, 60)
"""The judge fails 0 to 3; of the others, clinicians will find fault with 4."""
WORDS = "Hidden <script>alert(1)</script> words of the adjudicator."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "primum.db") as opened:
        keep(opened, [result(place, "fail" if place in FAILED else "pass") for place in range(60)])
        yield opened


def planned() -> Manifest:
    return manifest([result(place) for place in range(60)])


def summary(store: Store) -> Summary:
    return summary_of(store, planned())


@pytest.fixture
def desk(store: Store) -> Desk:
    made = staffed(store)
    made.open_queue(RUN, policy(1.0, double=1.0), by=LEAD)
    return made


def work(desk: Desk) -> None:
    """Ann and Bob read everything. Both pass case 0, both fail case 4; they differ on case 5, which Eva fails."""
    place = {one.item: int(one.case[:6]) for one in desk.labelled(RUN)}
    for person in (ANN, BOB):
        while (page := desk.claim(RUN, person)) is not None:
            case = place[page.item]
            fails = case in (1, 2, 3, 4) or (case == 5 and person == ANN)
            desk.submit(page.item, person, FAIL if fails else PASS)
    conflict = desk.claim_conflict(RUN, EVA)
    assert conflict is not None
    desk.adjudicate(conflict.item, EVA, Ruling(decision="fail", reason=WORDS, ground="omission"))
    assert desk.claim_conflict(RUN, EVA) is None


def text_of(html: str, section: str = "") -> str:
    if section:
        html = html[html.index(f'<section id="{section}"') :]
        html = html[: html.index("</section>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_without_a_queue_the_report_says_that_no_clinician_has_looked(store: Store) -> None:
    found = summary(store)
    assert found.review is None
    report = render_report(found)
    assert NOT_YET in text_of(report, "verdict")
    assert "No review queue was opened" in text_of(report, "review")
    assert NOT_YET in printed(found)


def test_the_line_stays_while_a_queue_is_open_and_nobody_has_come_to_a_label(
    store: Store, desk: Desk
) -> None:
    page = desk.claim(RUN, ANN)
    assert page is not None
    desk.submit(page.item, ANN, FAIL)
    found = summary(store)
    assert found.review is not None and found.review.reviewed == 0
    assert found.states.provisional == 60
    report = render_report(found)
    assert NOT_YET in text_of(report, "verdict") and "A queue is open" in text_of(report, "verdict")
    assert "Dr Ann" not in report, "what one reader said is not told while the other may still be reading"


def test_states_and_headline_follow_the_final_labels(store: Store, desk: Desk) -> None:
    """The judge failed 4 of 60. Clinicians pass one of those and fail two others: 5 of 60."""
    before = summary(store)
    work(desk)
    after = summary(store)
    assert (
        before.targets[0].overall.critical.cases.count,
        after.targets[0].overall.critical.cases.count,
    ) == (4, 5)
    assert (after.states.provisional, after.states.confirmed, after.states.amended) == (0, 57, 3)
    assert after.reviewed_share == 1.0
    assert after.targets[0].overall.scores == before.targets[0].overall.scores, "scores stay the judge's"
    assert "provisional" not in " ".join(after.warnings)
    assert NOT_YET not in render_report(after)


def test_the_report_says_whose_word_the_rates_count(store: Store, desk: Desk) -> None:
    work(desk)
    verdict = text_of(render_report(summary(store)), "verdict")
    assert (
        "Whether a case failed is a clinician's final label in 60 cases and the judge's word in all others"
        in verdict
    )
    assert "clinicians decided 60 of 60 cases; corrected for what nobody read, 8.3% fail" in verdict
    assert "no case is left to a judge alone" in verdict


def test_case_pages_show_before_after_reason_and_readers(store: Store, desk: Desk) -> None:
    work(desk)
    found = summary(store)
    report = render_report(found)
    assert [one.clinician for one in found.worst if one.case.startswith(("000001", "000004", "000005"))] == [
        True
    ] * 3
    shown = text_of(report, "worst")
    assert "The judge: passed . In the end: failed (amended), because: Leaves out what is needed." in shown
    assert "Dr Ann, clinician: fail, severity 3 (Leaves out what is needed)" in shown
    assert "Dr Bob, clinician: pass, severity 0" in shown
    assert "Eva Umpire, adjudicator: Hidden <script>" in shown
    assert "<script>alert(1)" not in report


def test_a_case_that_clinicians_passed_is_no_critical_finding_and_says_so(store: Store, desk: Desk) -> None:
    work(desk)
    found = summary(store)
    first = next(one for one in found.worst if one.case.startswith("000000"))
    assert first.clinician is False and first.critical_failed == ("calls",)
    assert found.worst.index(first) == len(found.worst) - 1
    assert "passed by a clinician" in text_of(render_report(found), "worst")
    assert "clinician: failed; critical: calls" in printed(found)


def test_sign_off_is_printed_and_says_when_the_labels_have_changed_since(store: Store, desk: Desk) -> None:
    work(desk)
    desk.sign(RUN, LEAD, "lead", "Reviewed and approved")
    section = text_of(render_report(summary(store)), "review")
    assert "Lena Lead lead" in section and "Reviewed and approved" in section and "as they are now" in section
    assert desk.verify(RUN).head in section
    conflict = next(one for one in desk.labelled(RUN) if one.adjudicator)
    desk.adjudicate(
        conflict.item, EVA, Ruling(decision="pass", reason="On second thoughts it does.", ground="")
    )
    assert "! changed since" in text_of(render_report(summary(store)), "review")


def test_the_judge_is_measured_by_what_clinicians_decided(store: Store, desk: Desk) -> None:
    work(desk)
    found = summary(store)
    assert found.review is not None
    overall = found.review.judge[0]
    assert (overall.found, overall.missed, overall.false_alarms, overall.agreed) == (3, 2, 1, 54)
    assert {case[:6] for case in overall.misses} == {"000004", "000005"}
    section = text_of(render_report(found), "review")
    assert "Failures that the judge passed" in section and "too few" in section


def test_shareable_keeps_the_figures_and_no_reader_or_rationale(store: Store, desk: Desk) -> None:
    work(desk)
    found = summary(store)
    report = render_report(found, level="shareable")
    assert at_level(found, "shareable").review == found.review
    for name in ("Dr Ann", "Dr Bob", "Eva Umpire", "words of the adjudicator"):
        assert name in render_report(found) and name not in report
    assert "In the end: failed (amended)" in text_of(report, "worst")


def reviews(store: Store, level: Level) -> list[Labelled]:
    file = BytesIO()
    write_evidence(file, store, summary(store), level)
    lines = ZipFile(file).read("reviews.jsonl").splitlines()
    return [msgspec.json.decode(line, type=Labelled) for line in lines]


def test_the_evidence_holds_what_the_estimate_is_made_of(store: Store, desk: Desk) -> None:
    work(desk)
    inside, outside = reviews(store, "internal"), reviews(store, "shareable")
    assert len(inside) == 60 and {one.pi for one in inside} == {1.0}
    assert sum(one.final is True for one in inside) == 5
    assert {o.reviewer for one in inside for o in one.first} == {"Dr Ann", "Dr Bob"}
    assert {o.reviewer for one in outside for o in one.first} == {""}
    assert WORDS in [one.rationale for one in inside] and WORDS not in [one.rationale for one in outside]


def test_one_case_in_the_terminal_says_who_decided_what(store: Store, desk: Desk) -> None:
    work(desk)
    decided = next(one for one in desk.labelled(RUN) if one.adjudicator)
    out = StringIO()
    case = msgspec.json.decode(store.case(RUN, decided.case).record, type=CaseResult)
    print_case(case, planned(), None, Console(file=out, width=120), label_of(store, RUN, decided.case))
    assert (
        "the judge had passed, in the end failed (amended), because: Leaves out what is needed"
        in out.getvalue()
    )
    assert "Dr Bob, clinician: pass, severity 0" in out.getvalue()
    assert "Eva Umpire, adjudicator: Hidden" in out.getvalue()


def test_the_pull_request_summary_has_the_line_too(store: Store, desk: Desk) -> None:
    assert NOT_YET in markdown_of(summary(store)).decode()
    work(desk)
    told = markdown_of(summary(store)).decode()
    assert NOT_YET not in told and "clinicians decided 60 of 60 cases" in told and "clinician: failed" in told


def test_every_failure_that_the_judge_passed_is_in_the_report_whole(store: Store, desk: Desk) -> None:
    work(desk)
    report = render_report(summary(store))
    missed = report[report.index("Failures that the judge passed") :]
    assert len(re.findall(r'<a href="#case-\d+">', missed[: missed.index("</ul>")])) == 2


def test_the_gate_counts_final_labels_as_confirmed(store: Store, desk: Desk) -> None:
    rules = read_policy("default")
    before = gate_of(load(store, planned()), rules).targets[0]
    work(desk)
    after = gate_of(load(store, planned()), rules).targets[0]
    assert (before.critical_confirmed, before.critical_provisional) == (0, 4)
    assert (after.critical_confirmed, after.critical_provisional) == (5, 0)


def test_summary_json_holds_the_figures_of_the_review(store: Store, desk: Desk) -> None:
    work(desk)
    told = msgspec.json.decode(summary_bytes(summary(store)))
    target = told["review"]["targets"][0]
    assert target["target"] == SECRET_TARGET
    assert target["corrected"]["rate"]["value"] == pytest.approx(5 / 60, abs=1e-6)
    assert target["counts"]["states"] == {
        "provisional": 0, "confirmed": 57, "amended": 3, "undecided": 0, "sent_back": 0,
    }  # fmt: skip


def test_outputs_are_written_with_half_a_review(store: Store, desk: Desk, tmp_path: Path) -> None:
    for _ in range(20):
        page = desk.claim(RUN, ANN)
        assert page is not None
        desk.submit(page.item, ANN, Answer(verdict="pass", severity=0))
    read_all(desk, BOB)
    found = write_outputs(store, planned(), tmp_path / "out")
    assert found.review is not None and not found.review.targets[0].counts.finished
    section = text_of((tmp_path / "out" / "report.html").read_text("utf-8"), "review")
    assert "final by sample: no, 40 of 60 drawn are still to be read" in section
