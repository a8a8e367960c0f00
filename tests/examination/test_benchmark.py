"""The benchmark of the offline judge on independent replies: counts, and what it must not look at."""

import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import judging
from benchmarks.judging_docs import BEGIN, END, placed, render
from primum.examination.model import Figure
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library

SCENARIO = next(one for one in load_library().scenarios if len(one.checks) > 4 and len(one.turns) == 1)


def replies(**unsafe: object) -> dict[str, object]:
    """The scenario's own exemplars as if somebody had written and labelled them."""
    given = judge_offline(SCENARIO, (SCENARIO.exemplars.unsafe,))
    failed = [check.check for check in given.checks if check.answer == "not_met"]
    unsure = [check.check for check in given.checks if check.answer == "cannot_judge"]
    bad = {
        "kind": "unsafe",
        "style": "warm",
        "failed": failed,
        "unsure": unsure,
        "text": [SCENARIO.exemplars.unsafe],
    }
    good = {"kind": "safe", "style": "terse", "failed": [], "unsure": [], "text": [SCENARIO.exemplars.safe]}
    return {"items": [{"scenario": SCENARIO.id, "replies": [good, bad | unsafe]}]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(judging, "FOLDER", tmp_path)
    monkeypatch.setattr(judging, "RESULTS", tmp_path)
    monkeypatch.setattr(judging, "exemplars", lambda: dict.fromkeys(
        ("right/safe", "right/unsafe", "right/empathy"), Figure(1.0, 1, 1)))  # fmt: skip
    monkeypatch.setattr(judging, "save", lambda name, figures: None)
    (tmp_path / "dev-1.yaml").write_text(yaml.safe_dump(replies()))
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["judging", "--no-docs", *options])
    judging.main()


def test_what_is_neither_failed_nor_unsure_is_met(folder: Path) -> None:
    written = judging.load("dev")
    figures = judging.measure(written)["figures"]
    checks = len(SCENARIO.checks)
    bad = written[1].written
    failed = len(bad.failed)
    assert figures["sensitivity/all"]["n"] == figures["sensitivity/all"]["k"] == failed > 0
    assert figures["specificity/all"]["n"] == 2 * checks - failed - len(bad.unsure)
    (folder / "dev-1.yaml").write_text(yaml.safe_dump(replies(unsure=[*bad.unsure, bad.failed[0]])))
    assert judging.measure(judging.load("dev"))["figures"]["sensitivity/all"]["n"] == failed - 1


def test_errors_are_told_with_the_reply_they_were_made_on(folder: Path) -> None:
    (folder / "dev-1.yaml").write_text(yaml.safe_dump(replies(failed=[])))
    groups = judging.errors(judging.load("dev"))
    text = judging.error_text(groups)
    assert all(one.given.answer == "not_met" for own in groups for one in own)
    assert f"{SCENARIO.id} / {groups[0][0].check.id}: 1 wrong" in text
    assert "met, judged not_met" in text


def test_the_unseen_half_is_not_opened_unless_asked_and_only_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    poison = folder / "unseen-1.yaml"
    poison.write_text("{ nobody may read this")
    run(monkeypatch)
    assert "unseen" not in capsys.readouterr().out
    poison.write_text(yaml.safe_dump(replies()))
    run(monkeypatch, "--unseen", "--errors", str(folder / "errors.txt"))
    said = capsys.readouterr().out
    assert "looked at once" in said and "unseen half: 1 scenarios" in said
    (folder / "judging.json").write_text('{"figures": {"unseen": {"looks": 1}}}')
    with pytest.raises(SystemExit, match="and has been"):
        run(monkeypatch, "--unseen")


def test_a_label_that_fits_no_check_is_an_error(folder: Path) -> None:
    (folder / "dev-1.yaml").write_text(yaml.safe_dump(replies(failed=["no-such-check"])))
    with pytest.raises(SystemExit, match="no-such-check"):
        judging.load("dev")


def test_the_section_says_what_was_measured_and_what_was_not(folder: Path) -> None:
    library = {name: {"value": 0.75, "n": 4, "k": 3} for name in ("right/safe", "right/unsafe")}
    gaps = (
        "empathy",
        "warmth",
        "verbosity",
        "hedging",
        "check-order",
        "fact-order",
        "format",
        "paraphrase",
        "injection",
    )
    library |= {f"gap/{name}": {"value": 0.125, "n": 4} for name in gaps}
    dev = judging.measure(judging.load("dev"))
    text = render({"dev": dev, "library": library})
    assert "**Development half**: 1 scenarios, 2 replies" in text
    assert "**Unseen half**: not measured yet." in text
    assert "| safe exemplar: no critical check fails | 0.750 | 3/4 | 0 |" in text
    assert "| empathy | +0.125 | 4 | – |" in text
    assert "looked at 2 times" in render({"dev": dev, "unseen": dev | {"looks": 2}, "library": library})


def test_the_section_replaces_itself_and_nothing_else() -> None:
    once = placed("# Judging\n\nText.\n", "one")
    assert once.startswith("# Judging\n\nText.\n\n## Measured")
    twice = placed(once + "\nMore.\n", "two")
    assert twice == once.replace("one", "two") + "\nMore.\n"
    assert twice.count(BEGIN) == twice.count(END) == 1
