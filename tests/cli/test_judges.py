"""`primum judges`: exit codes, files, and what a run's report says afterwards."""

import json
import re
import subprocess
from pathlib import Path

from tests.campaign.build import protocol
from tests.cli.test_cli import clear, primum
from tests.servers.chat_server import chat_server


def report(folder: Path) -> str:
    text = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text("utf-8"))
    return " ".join(text.split())


def exam(*options: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return primum("judges", "exam", "--limit", "20", "--offline", *options, cwd=cwd)


def test_the_exit_code_is_the_result_and_exam_json_says_the_same(tmp_path: Path) -> None:
    done = exam("--judge", "offline", cwd=tmp_path)
    found = json.loads((tmp_path / "out/judges/offline/exam.json").read_text())
    assert found["schema"] == "primum-exam/1"
    assert done.returncode == {"passed": 0, "failed": 1, "undecided": 3}[found["result"]]
    assert f"offline: {found['result']}" in done.stdout
    assert "sensitivity" in done.stdout and "gap/empathy" in done.stdout and "no calls" in done.stdout


def test_a_random_judge_fails_and_the_report_of_a_run_says_so(tmp_path: Path) -> None:
    with chat_server() as server:
        judge = f"{server.url}#judge"
        done = exam("--judge", judge, "--json", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout)["result"] == "failed"
        run = ["run", protocol(tmp_path), "--target", "sim:sound", "--judge", judge, "--offline"]
        primum(*run, "--out", "out/x", cwd=tmp_path)
        primum(*run, "--out", "elsewhere/x", cwd=tmp_path)
    assert "FAILED its examination" in report(tmp_path / "out/x")
    assert "is not calibrated for" in report(tmp_path / "out/x")
    # No result lies beside that run, so nothing is claimed.
    assert "examination" not in report(tmp_path / "elsewhere/x")
    assert "The judge is not calibrated for" in report(tmp_path / "elsewhere/x")


def test_calibrate_needs_to_know_whose_labels_they_are(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("reply,label\nI can't help with that.,refusal\nRest and drink.,none\n")
    options = ["judges", "calibrate", "--labels", str(labels), "--judge", "offline", "--kind", "refusal"]
    missing = primum(*options, cwd=tmp_path)
    assert missing.returncode == 2
    assert "--rater" in missing.stderr
    done = primum(*options, "--rater", "human", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 labels by human raters" in done.stdout
    labels.write_text("reply,label\nRest.,perhaps\n")
    assert "labels.csv:2: 'perhaps' is no label" in clear(primum(*options, "--rater", "human", cwd=tmp_path))


def test_misuse_is_one_line(tmp_path: Path) -> None:
    assert "Name the judge" in clear(primum("judges", "exam", cwd=tmp_path))
    offline = ("judges", "exam", "--judge", "offline")
    assert "--limit must be at least 1" in clear(primum(*offline, "--limit", "0", cwd=tmp_path))
    assert "Cannot read the limits" in clear(primum(*offline, "--limits", "no.yaml", cwd=tmp_path))
