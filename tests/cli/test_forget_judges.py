"""`primum forget` reaches what is no run: examinations, calibrations, and replies judged from a file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from primum.examination.known import read_result
from tests.cli.test_cli import primum
from tests.judging.recorded import script
from tests.servers.chat_server import Running, chat_server

CANARY = "Ann Smith of Elm Street"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with chat_server(
        script={"policy": [script({"reason": "", "quote": "", "principle": 1, "score": 4})]}
    ) as running:
        yield running


def holding(folder: Path, words: str = CANARY) -> list[str]:
    """The files in which the words stand, as they are or as the store keeps them."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def labels(folder: Path) -> str:
    path = folder / "labels.csv"
    path.write_text(
        f'prompt,reply,label\n"{CANARY} asks","She, {CANARY}, should rest.",none\n"And I?","I can\'t.",any\n'
    )
    return str(path)


def calibrated(folder: Path, server: Running, *options: str) -> None:
    done = primum(
        "judges", "calibrate", "--labels", labels(folder), "--rater", "human", "--kind", "refusal",
        "--judge", f"{server.url}#judge", "--offline", "--out", "out/judges/mine", *options, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_calibration_is_forgotten_and_its_figures_stay(tmp_path: Path, server: Running) -> None:
    calibrated(tmp_path, server)
    folder = tmp_path / "out/judges/mine"
    assert holding(folder)
    before = read_result(folder / "calibration.json")
    assert before.run.startswith("calibrate-")
    done = primum("forget", "out/judges/mine", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{before.run}: 2 calls erased." in done.stdout
    assert holding(folder) == []
    assert read_result(folder / "calibration.json") == before


def test_an_exam_in_a_shared_store_is_forgotten_without_its_neighbours(
    tmp_path: Path, server: Running
) -> None:
    calibrated(tmp_path, server, "--store", "team.db")
    exam = [
        "judges",
        "exam",
        "--judge",
        f"{server.url}#judge",
        "--limit",
        "1",
        "--offline",
        "--store",
        "team.db",
    ]
    primum(*exam, "--out", "out/judges/other", cwd=tmp_path)
    ours = json.loads((tmp_path / "out/judges/other/exam.json").read_text())["run"]
    done = primum("forget", "out/judges/other", "--store", "team.db", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{ours}: ") and "calibrate-" not in done.stdout.splitlines()[0]
    assert "team.db" in holding(tmp_path)
    name = json.loads((tmp_path / "out/judges/mine/calibration.json").read_text())["run"]
    assert primum("forget", name, "--store", "team.db", "--yes", cwd=tmp_path).returncode == 0
    assert holding(tmp_path) == ["labels.csv"], "the user's own file is the user's"


def test_an_earlier_sitting_in_a_shared_store_is_named(tmp_path: Path, server: Running) -> None:
    calibrated(tmp_path, server, "--store", "team.db")
    first = json.loads((tmp_path / "out/judges/mine/calibration.json").read_text())["run"]
    calibrated(tmp_path, server, "--store", "team.db", "--seed", "5")  # its result replaces the first one's
    done = primum("forget", "out/judges/mine", "--store", "team.db", "--yes", cwd=tmp_path)
    assert f"Further examinations and judgings with calls in this store: {first}" in done.stdout
    primum("forget", first, "--store", "team.db", "--yes", cwd=tmp_path)
    assert holding(tmp_path) == ["labels.csv"]


def test_replies_judged_from_a_file_are_forgotten(tmp_path: Path, server: Running) -> None:
    (tmp_path / "r.jsonl").write_text(json.dumps({"reply": f"{CANARY} should rest."}) + "\n")
    done = primum("judge", "policy-patient", "r.jsonl", "--judge", f"{server.url}#policy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "out").iterdir()
    assert holding(folder)
    done = primum("forget", str(folder.relative_to(tmp_path)), "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert holding(folder) == []
    assert [path.name for path in folder.iterdir() if path.suffix == ".json"] == [
        "opinions-policy-patient.tally.json"
    ]
    assert not list(folder.glob("*.jsonl"))


def test_what_is_forgotten_is_asked_again(tmp_path: Path, server: Running) -> None:
    calibrated(tmp_path, server)
    primum("forget", "out/judges/mine", "--yes", cwd=tmp_path)
    before = server.stats().completed
    calibrated(tmp_path, server)
    assert server.stats().completed == before + 2
