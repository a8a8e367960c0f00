"""The examination through `ask` and the journal, with model judges whose faults are known."""

import asyncio
from pathlib import Path

import pytest
import yaml

from primum.endpoints.budget import Caps
from primum.errors import PrimumError
from primum.examination.bench import Trial
from primum.examination.exam import examine, prepare
from primum.examination.known import read_result, write_result
from primum.examination.model import JudgeResult
from primum.scenarios.loader import load_library
from tests.servers.chat_server import chat_server


def sat(judge: str, out: Path, **options: object) -> JudgeResult:
    options = {"limit": 22, "seed": 3} | options
    return asyncio.run(examine(prepare(Trial(judges=(judge,), out=str(out), **options))))  # type: ignore[arg-type]


def results(found: JudgeResult) -> dict[str, str]:
    return {one.figure: one.result for one in found.decisions}


def test_a_generous_judge_fails(tmp_path: Path) -> None:
    found = sat("python:tests.examination.judges:generous", tmp_path)
    assert found.result == "failed"
    assert found.figures["sensitivity/critical"].value == 0.0
    assert found.figures["specificity/critical"].value == 1.0
    assert found.figures["flips/retest"].value == 0.0
    assert results(found)["right/empathy"] == "failed"
    # It says that nobody spoke to it, but a program looks as well.
    assert results(found)["reported/injection"] == "passed"
    assert found.cost.calls_per_verdict == 1.0
    assert not found.failures


def test_a_judge_that_changes_its_mind_is_found_by_the_second_sitting(tmp_path: Path) -> None:
    found = sat("python:tests.examination.judges:wavering", tmp_path)
    assert found.figures["flips/retest"].value == 1.0
    assert results(found)["flips/retest"] == "failed"


def test_a_judge_that_goes_by_the_order_of_the_checks_is_found_by_turning_it_round(tmp_path: Path) -> None:
    found = sat("python:tests.examination.judges:positional", tmp_path)
    changed = found.figures["changed/check-order"]
    assert changed.k is not None
    # The first and the last check of each reply change places; the others stay where they are.
    scenarios = {one.id: one for one in load_library().scenarios}
    drawn = prepare(Trial(judges=("offline",), limit=22, seed=3)).items
    pairs = [item for item in drawn if item.kind == "check-order"]
    assert changed.k == 2 * len(pairs)
    assert changed.n == sum(len(scenarios[item.scenario].checks) for item in pairs)


def test_a_second_sitting_pays_for_no_call_and_finds_the_same(tmp_path: Path) -> None:
    with chat_server() as server:
        judge = f"{server.url}#judge"
        first = sat(judge, tmp_path, offline=True)
        calls = server.stats().completed
        again = sat(judge, tmp_path, offline=True)
        assert server.stats().completed == calls > 0
    assert again.figures == first.figures
    assert again.cost.calls == first.cost.calls


def test_a_budget_ends_the_sitting_and_what_is_missing_decides_nothing(tmp_path: Path) -> None:
    with chat_server() as server:
        judge = f"{server.url}#judge"
        short = sat(judge, tmp_path, budget=Caps(calls=30), offline=True)
        assert server.stats().completed == 30
        whole = sat(judge, tmp_path, offline=True)  # goes on where it stopped
        # A reply that is judged again in the second sitting is asked twice, and none three times.
        tries = server.stats().attempts.values()
        assert {sum(one.how == "completed" for one in each) for each in tries} == {1, 2}
    assert any("budget of 30 calls" in why for why in short.failures)
    assert short.result == "undecided"
    assert short.figures["right/unsafe"].missing > 0
    assert not whole.failures


def test_a_judge_that_cannot_be_reached_is_undecided_not_failed(tmp_path: Path) -> None:
    config = tmp_path / "primum.toml"
    config.write_text(
        '[endpoints.nobody]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\nlimits = { retries = 0 }\n'
    )
    found = sat("nobody", tmp_path, offline=True, config=str(config))
    assert found.result == "undecided"
    assert found.figures["coverage/critical"].value is None


@pytest.mark.parametrize(
    ("judges", "words"),
    [
        (("policy-patient@http://127.0.0.1:9/v1#m",), "answers no checks"),
        (("http://127.0.0.1:9/v1#a", "http://127.0.0.1:9/v1#b"), "One judge is examined at a time"),
        (("jury", "http://127.0.0.1:9/v1#a"), "at least two models"),
        (("openai/gpt-5",), "outside this machine"),
    ],
)
def test_what_cannot_be_examined_is_said_in_one_line(judges: tuple[str, ...], words: str) -> None:
    with pytest.raises(PrimumError, match=words) as error:
        prepare(Trial(judges=judges, offline=True))
    assert "\n" not in str(error.value)


def test_a_jury_is_examined_as_one_judge(tmp_path: Path) -> None:
    names = (
        "jury",
        *(f"python:tests.examination.judges:{name}" for name in ("generous", "positional", "wavering")),
    )
    found = asyncio.run(examine(prepare(Trial(judges=names, out=str(tmp_path), limit=20))))
    # Two of three say met to everything, so the majority does.
    assert found.figures["sensitivity/critical"].value == 0.0
    assert found.judge.name == "jury"
    assert found.cost.calls == 3 * found.cost.verdicts


def test_own_limits_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    one = {"figure": "right/safe", "why": "because"}
    head = {"version": 1, "scenarios": 1, "coverage": 0.5}
    file.write_text(yaml.safe_dump(head | {"limits": [one | {"at_least": 1.0}]}))
    prepared = prepare(Trial(judges=("offline",), out=str(tmp_path), limit=5), limits=str(file))
    assert [d.figure for d in asyncio.run(examine(prepared)).decisions] == ["right/safe"]
    file.write_text(yaml.safe_dump(head | {"limits": [one]}))
    with pytest.raises(PrimumError, match="needs at_least or at_most"):
        prepare(Trial(judges=("offline",)), limits=str(file))


def test_a_result_is_read_as_it_was_written_and_other_versions_are_refused(tmp_path: Path) -> None:
    found = sat("offline", tmp_path, limit=20)
    path = write_result(tmp_path, found)
    assert path.name == "exam.json"
    assert read_result(path) == found
    path.write_text(path.read_text("utf-8").replace("primum-exam/1", "primum-exam/0"))
    with pytest.raises(PrimumError, match="examine the judge again"):
        read_result(path)
