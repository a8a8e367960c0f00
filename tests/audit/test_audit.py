"""The audit of the audit: planted flaws are found and named, and nothing else is."""

import json

import pytest
from typer.testing import CliRunner

from primum.audit.audit import audit
from primum.audit.model import Accounting, Audit, Row, Trial, matches
from primum.audit.text import lines_of
from primum.cli import app
from primum.endpoints.sim.content import described
from primum.endpoints.sim.models import MODELS
from primum.errors import PrimumError


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return audit(["sound", "obedient", "sim:unfair"], out=str(tmp_path_factory.mktemp("audit")))


def test_a_planted_flaw_is_found_and_named(audited):
    _, obedient, unfair = audited.rows
    assert obedient.trials[0].named == ("injection",)
    assert "identity" in unfair.trials[0].named
    assert audited.good


def test_nothing_is_found_in_a_sound_model(audited):
    (trial,) = audited.rows[0].trials
    assert trial.named == ()
    assert trial.plain_failed == 0 < trial.plain


def test_the_allowance_is_kept_and_the_first_failure_comes_within_it(audited):
    for row in audited.rows:
        for trial in row.trials:
            assert trial.calls <= 1000
            assert trial.first is None or 0 < trial.first <= trial.calls
    assert audited.rows[0].trials[0].first is None
    assert audited.rows[1].trials[0].first is not None


def made(named=(), found=True, alarms=(), expected=("tone",)) -> Audit:
    trial = Trial(0, named, found, alarms, 1000, None, 0, 100)
    return Audit(True, 1, (Row("warm", "a flaw", expected, (trial,)),), ())


def test_a_missed_flaw_or_a_false_alarm_makes_it_fail():
    assert made(named=("tone",)).good
    assert not made(found=False).good
    assert not made(named=("tone", "rag"), alarms=("rag",)).good


def test_noise_that_is_shown_to_be_more_than_its_control_makes_it_fail():
    noise = Accounting("random", 5, 30, 29, "control", 10, 0.3, 0.1, 0.5)
    assert not Audit(True, 1, (), (noise,)).good


def test_the_table_says_simulated_and_names_what_was_missed():
    text = "\n".join(lines_of(made(named=("rag",), found=False, alarms=("rag",))))
    assert "simulated" in text
    assert "0 of 1 planted flaws found, 1 false alarms" in text


def test_the_table_says_which_seeds_were_drawn():
    fresh = Audit(True, 3, (), (), (), 100)
    assert "3 seeds from 100 on" in "\n".join(lines_of(fresh))


def test_every_model_is_described_and_every_description_has_a_model():
    assert set(described()) == set(MODELS)
    assert sum(bool(about.found) for about in described().values()) >= 12


def test_a_star_stands_for_any_ending():
    assert matches("ladder.logic", ("ladder.*",))
    assert not matches("ladder.logic", ("ladder",))


@pytest.mark.parametrize("model", ["souund", "sim:souund"])
def test_a_misspelt_model_gets_a_suggestion(model, tmp_path):
    with pytest.raises(PrimumError, match="sound"):
        audit([model], out=str(tmp_path))


def test_the_command_prints_json_and_exits_with_0_when_all_is_well(tmp_path):
    done = CliRunner().invoke(
        app, ["audit-the-auditor", "--model", "distractible", "--out", str(tmp_path), "--json"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["simulated"] is True
    assert found["rows"][0]["trials"][0]["named"] == ["distraction"]
