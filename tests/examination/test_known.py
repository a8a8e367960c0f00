"""What a report says of its judge: only what an examination of the very same judge found."""

from pathlib import Path

import msgspec

from primum.campaign.model import EndpointRecord
from primum.examination.bench import fingerprint_of
from primum.examination.known import calibrated, calibration_line, results_beside, results_of, write_result
from primum.examination.model import VERSION, Decision, Figure, Identity, JudgeResult

HASHES = {"rubric": "r", "prompts": "p", "lexicon": "l", "library": "b", "code": "c"}
MODEL = EndpointRecord(name="openai/gpt-5", fingerprint="f", kind="openai")


def exam(**changed: object) -> JudgeResult:
    fields: dict[str, object] = {
        "schema": VERSION,
        "kind": "exam",
        "judge": Identity("openai/gpt-5", "f", {"rubric": "r", "prompts": "p"}),
        "created": 1.0,
        "scenarios": 60,
        "items": {"safe": 60},
        "figures": {
            "sensitivity/critical": Figure(0.934, 286, 267, low=0.9, high=0.96),
            "specificity/critical": Figure(1.0, 120, 120, low=0.95, high=1.0),
        },
        "result": "passed",
    }
    return JudgeResult(**(fields | changed))  # type: ignore[arg-type]


def calibration(rater: str, n: int = 40) -> JudgeResult:
    figures = {
        "accuracy/domain:privacy": Figure(0.9, n, n * 9 // 10),
        "sensitivity/domain:privacy": Figure(0.9, n // 2, n * 9 // 20, low=0.7, high=0.97),
    }
    return exam(kind="calibration", rater=rater, figures=figures, result=None)


def test_the_lines_of_an_examined_judge() -> None:
    lines = calibration_line([exam()], "openai/gpt-5", ["privacy", "clinical-accuracy"])
    assert lines == [
        "openai/gpt-5 passed its examination: sensitivity .93 (.90–.96), n 286, specificity 1 (.95–1), n 120 "
        "on critical checks.",
        "openai/gpt-5 is not calibrated for clinical accuracy, privacy: how often it errs there is not known.",
    ]


def test_a_failed_examination_names_its_limits() -> None:
    broken = (Decision("gap/empathy", "at most 0.05", "failed", 0.3, "why"),)
    line = calibration_line([exam(result="failed", decisions=broken)], "j", [])[0]
    assert line.startswith("j FAILED its examination")
    assert line.endswith("limits not kept: gap/empathy.")


def test_human_labels_calibrate_a_domain_machine_labels_and_few_do_not() -> None:
    assert calibrated([calibration("human")]) == {"privacy"}
    assert calibrated([calibration("machine")]) == frozenset()
    assert calibrated([calibration("human", n=29)]) == frozenset()
    lines = calibration_line([calibration("human")], "j", ["privacy", "equity"])
    assert lines[1] == "j is calibrated for privacy against human labels: sensitivity .90 (.70–.97), n 20."
    assert lines[2] == "j is not calibrated for equity: how often it errs there is not known."


def test_a_result_speaks_only_for_the_same_endpoint_rubric_and_prompts() -> None:
    found = exam()
    assert results_of([found], [MODEL], HASHES) == (found,)
    renamed = msgspec.structs.replace(MODEL, name="our-judge")
    assert results_of([found], [renamed], HASHES) == (found,)
    other = msgspec.structs.replace(MODEL, fingerprint="g")
    assert results_of([found], [other], HASHES) == ()
    assert results_of([found], [MODEL], HASHES | {"prompts": "q"}) == ()
    assert results_of([found], [MODEL], HASHES | {"rubric": "s"}) == ()
    assert results_of([found], [other, MODEL], HASHES) == ()  # a second opinion decides nothing
    assert results_of([found], [], HASHES) == ()


def test_the_offline_judge_is_its_words_its_code_and_its_library() -> None:
    own = Identity("offline", "", {"rubric": "r", "lexicon": "l", "code": "c", "library": "b"})
    found = exam(judge=own)
    offline = EndpointRecord(name="offline", fingerprint="", kind="offline")
    assert results_of([found], [offline], HASHES) == (found,)
    assert results_of([found], [offline], HASHES | {"library": "other"}) == ()
    jury = EndpointRecord(name="jury", fingerprint="", kind="offline")
    assert results_of([found], [jury], HASHES) == ()


def test_a_jury_is_all_its_jurors() -> None:
    jury = EndpointRecord(name="jury", fingerprint="", kind="offline")
    one, two = MODEL, msgspec.structs.replace(MODEL, name="b", fingerprint="g")
    identity = Identity("jury", fingerprint_of(["g", "f"]), {"rubric": "r", "prompts": "p"})
    found = exam(judge=identity)
    offline = EndpointRecord(name="offline", fingerprint="", kind="offline")
    assert results_of([found], [jury, one, two, offline], HASHES) == (found,)
    assert results_of([found], [jury, one], HASHES) == ()


def test_results_lie_in_judges_beside_the_runs_and_a_broken_one_claims_nothing(tmp_path: Path) -> None:
    write_result(tmp_path / "judges" / "a", exam())
    newer = exam(created=2.0)
    write_result(tmp_path / "judges" / "b", newer)
    (tmp_path / "judges" / "c").mkdir()
    (tmp_path / "judges" / "c" / "exam.json").write_text("{")
    assert results_beside(tmp_path / "run") == (newer, exam())
    assert results_beside(tmp_path / "elsewhere" / "run") == ()
