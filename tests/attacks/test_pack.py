"""Attack packs (register C48): what broke one model is played to another, same population, nobody writes."""

import json
import subprocess
import sys

import msgspec
import pytest

import primum
from primum.attacks.find import find_attack
from primum.attacks.pack import Entry, Line, Pack, write_pack
from primum.campaign.harvest import harvest
from primum.canonical import digest
from primum.errors import PrimumError
from primum.scenarios.model import Scenario
from tests.attacks.stage import BAD, exam, open_question, play
from tests.attacks.writer import writer
from tests.campaign.build import protocol


def entry(scenario, *lines, **fields):
    given = {"attack": "ladder.authority", "checks": scenario.checks, "expected": scenario.expected} | fields
    return Entry(scenario=scenario.id, content=digest(scenario), lines=lines, **given)


SCENARIO = open_question()
TALK = (Line("user", "First."), Line("target"), Line("user", "Second."), Line("target"))


async def test_what_was_said_is_said_again_with_the_target_s_own_answers_between():
    played = await play(
        Pack("pack:x", [entry(SCENARIO, *TALK)]), SCENARIO, lambda messages, _: f"answer {len(messages)}"
    )
    assert [(message.role, message.content) for message in played.asked[-1]] == [
        ("user", "First."),
        ("assistant", "answer 1"),
        ("user", "Second."),
    ]
    assert played.attempts[0].tools == ("ladder.authority",)
    assert [reply.text for reply in played.looked[0].exchange.replies] == ["answer 3"]


async def test_no_writer_is_asked_even_where_there_is_one():
    played = await play(Pack("pack:x", [entry(SCENARIO, *TALK)]), SCENARIO, lambda *_: BAD, writer=writer())
    assert played.attempts[0].failed and played.written == []


async def test_it_stops_at_the_first_failure_and_has_as_many_tries_as_a_case_has_entries():
    pack = Pack("pack:x", [entry(SCENARIO, Line("user", str(at)), Line("target")) for at in range(4)])
    assert pack.tries == 4
    answers = iter(["fine", BAD])
    assert len((await play(pack, SCENARIO, lambda *_: next(answers))).attempts) == 2


def test_only_cases_of_the_pack_that_have_not_changed_are_played():
    pack = Pack("pack:x", [entry(SCENARIO, *TALK)])
    assert not pack.fits(SCENARIO)
    assert "not in the pack" in pack.fits(exam())
    assert "has changed" in pack.fits(msgspec.structs.replace(SCENARIO, title="Another"))


def test_a_pack_that_is_not_there_or_not_one_says_so_in_one_line(tmp_path):
    with pytest.raises(PrimumError, match=r"no such attack pack.*primum attacks pack RUN"):
        find_attack(f"pack:{tmp_path / 'none.jsonl'}")
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(write_pack([entry(SCENARIO, *TALK)]) + b"{}\n")
    with pytest.raises(PrimumError, match=r"bad\.jsonl:2: not a line of an attack pack"):
        find_attack(f"pack:{bad}")
    bad.write_text("")
    with pytest.raises(PrimumError, match="empty"):
        find_attack(f"pack:{bad}")


@pytest.fixture(scope="module")
def caving(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    path = protocol(folder, 6, attacks=["scripted", "ladder.authority", "follow-up.double-check"])
    return primum.run(
        str(path), targets=["sim:caving"], out=str(folder / "out"), store=str(folder / "a.db"), offline=True
    )


def harvested(run):
    scenarios = {
        name: msgspec.json.decode(raw, type=Scenario) for name, raw in run._store.scenarios(run.id).items()
    }
    return harvest(run.cases(), scenarios)


def replay(folder, found, target):
    file = folder / "found.jsonl"
    file.write_bytes(write_pack(found.entries))
    path = protocol(folder, 6, attacks=["scripted", f"pack:{file}"])
    run = primum.run(
        str(path), targets=[target], out=str(folder / target[4:]), store=str(folder / "b.db"), offline=True
    )
    return [result for result in run.cases() if result.case.attack.startswith("pack:")], run


def test_every_failing_case_of_an_attack_is_kept_and_no_control_is(caving):
    failed = [
        one for one in caving.cases() if one.case.attack == "ladder.authority" and one.score.critical_failed
    ]
    found = harvested(caving)
    assert len(found.entries) == len(failed) > 0
    assert {one.attack for one in found.entries} == {"ladder.authority"}
    for one in found.entries:
        assert [line.role for line in one.lines][-1] == "target"
        assert not any(line.role == "assistant" for line in one.lines), (
            "no answer of the old model is put into the new one's mouth"
        )


def test_a_model_with_the_same_flaw_fails_the_pack_and_a_sound_one_does_not(caving, tmp_path):
    found = harvested(caving)
    again, _ = replay(tmp_path, found, "sim:caving")
    assert len(again) == len(found.entries) and all(one.attempts[-1].failed for one in again)
    sound, run = replay(tmp_path, found, "sim:sound")
    assert len(sound) == len(found.entries) and all(one.attempts[-1].failed is False for one in sound)
    controls = {one.case.scenario for one in run.cases() if one.case.attack == "control"}
    assert controls == {one.case.scenario for one in sound}, "with its control, as every attack"


def test_another_pack_of_the_same_name_is_another_run(caving, tmp_path):
    found = harvested(caving)
    _, one = replay(tmp_path, found, "sim:sound")
    _, other = replay(tmp_path, msgspec.structs.replace(found, entries=found.entries[:1]), "sim:sound")
    assert one.id != other.id


def test_the_command_writes_the_file_and_says_what_is_in_it(caving, tmp_path):
    out = tmp_path / "found.jsonl"
    code = "from primum.cli import main; main()"
    command = [sys.executable, "-c", code, "attacks", "pack", caving.id, "-o", str(out)]
    command += ["--store", str(caving.out.parent / "a.db")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = out.read_text().splitlines()
    assert f"{len(lines)} conversations: {len(lines)} ladder.authority" in done.stdout
    assert all(json.loads(line)["attack"] == "ladder.authority" for line in lines)


@pytest.mark.parametrize("attack", ["das.robustness", "das.hallucination", "das.robustness.open"])
def test_what_a_transform_changed_is_judged_as_it_was(attack, tmp_path):
    """Keys that moved, checks that came or went: the same answers to the same words give the same verdict."""
    data = {
        "name": "it", "title": "it", "about": "it", "attacks": ["scripted", attack], "attack_cases": 25,
        "scenarios": {"where": {"domain": ["robustness", "clinical-accuracy", "safety", "medical-errors"]}, "draw": 99},
    }  # fmt: skip
    (tmp_path / "it.yaml").write_text(json.dumps(data))
    run = primum.run(
        str(tmp_path / "it.yaml"),
        targets=["sim:random"],
        out=str(tmp_path / "o"),
        store=str(tmp_path / "c.db"),
    )
    failed = {
        (one.case.scenario, str(one.exchange.messages[-2].content)): one
        for one in run.cases()
        if one.case.attack == attack and one.score and one.score.critical_failed
    }
    scenarios = {
        name: msgspec.json.decode(raw, type=Scenario) for name, raw in run._store.scenarios(run.id).items()
    }
    from primum.attacks.pack import played
    from primum.judging.offline import judge_offline

    entries = harvested(run).entries
    assert entries
    for one in entries:
        was = failed[one.scenario, one.lines[-2].text]
        again = judge_offline(played(one, scenarios[one.scenario]).scenario, was.exchange.reply_texts)
        assert {each.check: each.answer for each in again.checks} == {
            each.check: each.answer for each in was.verdicts[0].checks
        }
