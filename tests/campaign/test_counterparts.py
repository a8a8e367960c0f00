"""Pairs from runs: which case is the other half of which."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import primum
from primum.campaign.counterparts import beside_controls, beside_run
from primum.campaign.model import Case, CaseResult
from primum.judging.item import Item
from primum.transforms.model import Edit
from tests.campaign.build import protocol
from tests.cli.test_cli import clear
from tests.cli.test_cli import primum as command
from tests.judging.recorded import script
from tests.servers.chat_server import Running, chat_server


def recorded(
    name: str, *transforms: tuple[str, Any], scenario: str = "s", trial: int = 0
) -> tuple[CaseResult, Item]:
    trace = tuple(Edit(one, relation, "before", "after") for one, relation in transforms)
    names = tuple(one for one, _ in transforms)
    case = Case(0, name, scenario, "t", transforms=names, trial=trial)
    result = CaseResult(case, "judged", "equity", "x", "patient", "any", "high", trace=trace)
    return result, Item(id=name, reply=f"reply {name}", prompt=f"prompt {name}")


def twins(items: tuple[Item, ...]) -> dict[str, tuple[str, str] | None]:
    return {one.id: (one.twin.reply, one.twin.changed) if one.twin else None for one in items}


def test_a_transformed_case_is_paired_with_the_same_case_without_the_transform() -> None:
    cases = [
        recorded("control"),
        recorded("other-trial", trial=1),
        recorded("swap", ("sex: man → woman", "stays")),
        recorded("stack", ("sex: man → woman", "stays"), ("typos", "stays")),
        recorded("again", ("sex: man → woman", "stays"), trial=1),
        recorded("alone", ("sex: man → woman", "stays"), scenario="without a control"),
    ]
    assert twins(beside_controls(cases)) == {
        "control": None,
        "other-trial": None,
        "swap": ("reply control", "sex: man → woman"),
        "stack": ("reply control", "sex: man → woman, typos"),
        "again": ("reply other-trial", "sex: man → woman"),
        "alone": None,
    }


@pytest.mark.parametrize("relation", ["moves", "must_ask"])
def test_a_transform_that_changes_the_right_answer_makes_no_pair(relation: str) -> None:
    cases = [recorded("control"), recorded("moved", ("contradict", relation))]
    assert twins(beside_controls(cases))["moved"] is None
    both = [recorded("control"), recorded("moved", ("typos", "stays"), ("contradict", relation))]
    assert twins(beside_controls(both))["moved"] is None


def test_the_same_case_of_another_run_is_the_other_half() -> None:
    mine = [recorded("a"), recorded("b", scenario="z")]
    assert twins(beside_run(mine, [recorded("c")], "ward → clinic")) == {
        "a": ("reply c", "ward → clinic"),
        "b": None,
    }


OTHER = {"difference": "another dose", "justification": "none", "same": False}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with chat_server(script={"other": [script(OTHER)]}) as running:
        yield running


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the same scenarios, one of which has a scenario more."""
    folder = tmp_path_factory.mktemp("runs")
    for name, target, count in (("one", "sim:sound", 3), ("two", "sim:random", 2)):
        plan = protocol(folder / f"{name}-bank", count)
        primum.run(plan, targets=[target], out=str(folder / "out" / name))
    return folder


def test_c24_two_runs_are_judged_pair_by_pair(runs: Path, server: Running) -> None:
    done = command(
        "judge",
        "pair",
        "out/one",
        "--against",
        "out/two",
        "--judge",
        f"{server.url}#other",
        "--json",
        cwd=runs,
    )
    assert done.returncode == 0, done.stderr
    (subject,) = json.loads(done.stdout)["subjects"]
    assert (subject["counts"]["judged"], subject["counts"]["not_applicable"]) == (2, 1)
    table = dict(subject["tally"]["histogram"])
    texts = [
        [
            json.loads(line)["exchange"]["replies"][0]["text"]
            for line in (runs / "out" / name / "cases.jsonl").open()
        ]
        for name in ("one", "two")
    ]
    same = sum(a == b for a, b in zip(*texts, strict=False))
    assert (table["event"], table["same"]) == (2 - same, same), (
        "identical replies are no event and cost no call"
    )
    assert command("report", "out/one", cwd=runs).returncode == 0
    assert "event: changed without a clinical reason" in (runs / "out/one/report.html").read_text()


def test_misuse_is_one_clear_line(runs: Path, server: Running) -> None:
    judge = ("--judge", f"{server.url}#other")
    assert "no reply is one" in clear(command("judge", "pair", "out/one", *judge, cwd=runs)).lower()
    assert "is the same run" in clear(
        command("judge", "pair", "out/one", "--against", "out/one", *judge, cwd=runs)
    )
    assert "for the preset pair" in clear(
        command("judge", "rule", "out/one", "--against", "out/two", cwd=runs)
    )


def test_the_halves_do_not_change_the_item() -> None:
    (_, item) = recorded("swap", ("x", "stays"))
    (_, found) = beside_controls([recorded("control"), recorded("swap", ("x", "stays"))])
    assert msgspec.structs.replace(found, twin=None) == item
