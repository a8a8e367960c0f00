"""`primum review …` from the command line, over a real run of a simulated model."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from primum.cli import app
from primum.errors import PrimumError
from tests.campaign.build import protocol


def said(*args: str) -> Result:
    result = CliRunner().invoke(app, list(args))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGNAME", "ann lee")
    file = protocol(tmp_path / "p", count=12)
    assert said("run", file, "--target", "sim:leaky").exit_code == 0
    (folder,) = (tmp_path / "out").iterdir()
    yield folder.name


def test_from_plan_to_signature(run: str, tmp_path: Path) -> None:
    plan = json.loads(said("review", "plan", run, "--json").output)
    assert plan["cases"] == 12 and plan["hours"] > 0
    told = said("review", "plan", run).output
    assert "Readings: " in told and "(assumed)" in told and "routine" in told
    with pytest.raises(PrimumError, match="no review queue; open one with: primum review open"):
        said("review", "status", run)
    assert "is open: 12 of 12 cases" in said("review", "open", run).output
    assert "stays as it is" in said("review", "open", run, "--max-readings", "15").output
    sheet = tmp_path / "sheet.csv"
    assert "5 items for ann lee" in said("review", "export", run, str(sheet), "--count", "5").output
    with pytest.raises(PrimumError, match="is there already"):
        said("review", "export", run, str(sheet))
    rows = list(csv.DictReader(sheet.open(newline="")))
    for row in rows:
        row |= {"verdict": "fail", "severity": "3", "reason": "omission"}
    with sheet.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert "5 answers of ann lee are in" in said("review", "import", run, str(sheet)).output
    status = json.loads(said("review", "status", run, "--json").output)
    assert status["readings_done"] == 5 and status["people"] == {"ann-lee": 5}
    assert "5 of" in said("review", "status", run).output
    head = json.loads(said("review", "verify", run, "--json").output)["head"]
    signed = said("review", "signoff", run, "interim, by one reader").output
    assert "Signed by ann lee, lead: interim, by one reader" in signed and head in signed
    verified = said("review", "verify", run, "--head", head)
    assert verified.exit_code == 0 and "is whole" in verified.output
    labels = tmp_path / "labels.jsonl"
    assert "12 cases" in said("review", "export", run, str(labels), "--labels").output
    assert len(labels.read_text().splitlines()) == 12


def test_tampering_is_an_exit_code(run: str) -> None:
    import sqlite3

    said("review", "open", run)
    assert said("review", "verify", run).exit_code == 0
    assert said("review", "verify", run, "--head", "0" * 64).exit_code == 1
    database = sqlite3.connect(f"out/{run}/primum.db")
    database.execute("DROP TRIGGER review_events_no_update")
    database.execute("UPDATE review_events SET person = 'mallory' WHERE action = 'opened'")
    database.commit()
    database.close()
    broken = said("review", "verify", run)
    assert broken.exit_code == 1
    assert f"BROKEN log {run} row 1: its content does not fit its hash" in broken.output


def test_who_you_are_is_asked_where_there_are_several(run: str) -> None:
    from primum.archive import find_run
    from primum.review.desk import Desk
    from primum.review.model import Person

    said("review", "open", run)
    desk = Desk(find_run(run).store)
    desk.add_person(Person("bob", "Bob", ("clinician",)), by="ann-lee")
    with pytest.raises(PrimumError, match="say who you are with --as; people here: ann-lee, bob"):
        said("review", "signoff", run, "approved")
    with pytest.raises(PrimumError, match="Bob is not lead"):
        said("review", "signoff", run, "approved", "--as", "bob")
    assert said("review", "signoff", run, "approved", "--as", "ann-lee").exit_code == 0
    with pytest.raises(PrimumError, match="Did you mean 'lead'"):
        said("review", "signoff", run, "approved", "--role", "laed", "--as", "ann-lee")


def test_one_reader_is_enough_where_that_is_said(run: str) -> None:
    both = [
        json.loads(said("review", "plan", run, "--json", *more).output) for more in ((), ("--one-reader",))
    ]
    assert both[0]["second"] > 0 and both[1]["second"] == 0
    assert both[1]["hours"] < both[0]["hours"]


def test_the_policy_is_printed_to_be_copied() -> None:
    assert said("review", "policy").output.startswith("# Which replies")
