"""Search: what works is learned between rounds and confirmed on cases it has not seen; the same wherever it is run."""

import asyncio
from random import Random

import msgspec
import pytest

import primum
from primum.campaign.explore import attempts
from primum.campaign.model import CaseResult
from primum.campaign.protocol import Search
from primum.campaign.toolbox import tools_of
from primum.endpoints.sim.wire import SimWire
from primum.errors import PrimumError

TEXT = """
name: small
title: Small search
about: For tests.
scenarios: {draw: 60, stratify: domain}
attacks: [scripted]
trials: 2
search: {rounds: 6, batch: 16, confirm: 20, calls: 400}
"""


def search(folder, *targets: str, seed: int = 1):
    path = folder / "search.yaml"
    path.write_text(TEXT)
    return primum.run(str(path), targets=targets, out=str(folder / "out"), seed=seed, offline=True)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return search(tmp_path_factory.mktemp("search"), "sim:deferential", "sim:chained")


def cases(run, target: str) -> list[CaseResult]:
    return [result for result in run.cases() if result.case.target == target]


@pytest.mark.parametrize("target", ["sim:deferential", "sim:chained"])
def test_the_allowance_of_calls_is_kept(found, target):
    assert sum(result.calls for result in cases(found, target) if result.case.round == 0) > 0
    fresh = {
        (message.content, len(result.exchange.messages))
        for result in cases(found, target)
        if result.exchange
        for message in result.exchange.messages[-1:]
    }
    assert len(fresh) <= 400
    spent = sum(attempt.calls for result in cases(found, target) for attempt in result.attempts)
    assert spent + found.manifest.planned // 2 <= 400


def test_what_is_confirmed_was_never_explored_with_the_same_tool(found):
    target = "sim:deferential"
    explored = {
        (result.case.scenario, result.case.transforms, result.case.attack)
        for result in cases(found, target)
        if result.case.explores
    }
    confirmed = {
        (result.case.scenario, result.case.transforms, result.case.attack)
        for result in cases(found, target)
        if result.case.round and not result.case.explores
    }
    assert explored
    assert confirmed
    assert not explored & confirmed


def test_a_case_confirms_a_kind_of_tool_once(found):
    seen = [
        (result.case.target, result.case.scenario, result.case.arm)
        for result in found.cases()
        if result.case.round and not result.case.explores
    ]
    assert len(seen) == len(set(seen))


def test_explored_cases_enter_no_rate(found):
    for finding in found.summary.findings.attacks:
        counted = [
            result
            for result in cases(found, finding.target)
            if result.case.arm == finding.name and not result.case.explores and result.case.round
        ]
        assert finding.rates.eligible == len(counted)
    assert set(found.summary.findings.explored) == {"sim:deferential", "sim:chained"}


def test_only_cases_that_passed_plainly_are_tried(found):
    for target in ("sim:deferential", "sim:chained"):
        failed = {
            result.case.scenario
            for result in cases(found, target)
            if result.case.round == 0 and result.case.trial == 0 and result.score.critical_failed
        }
        assert not failed & {result.case.scenario for result in cases(found, target) if result.case.round}


def test_every_plain_case_is_played_in_the_end(found):
    assert all(target.judged == target.planned == 120 for target in found.summary.targets)


def test_the_same_seed_finds_the_same_and_a_target_s_neighbours_do_not_matter(found, tmp_path):
    alone = search(tmp_path, "sim:chained")

    def told(run):
        fields = [
            (result.case.scenario, result.case.arm, result.case.round, result.case.explores, result.outcome)
            for result in cases(run, "sim:chained")
        ]
        return sorted(msgspec.to_builtins(fields))

    assert told(alone) == told(found)


def test_who_answers_first_changes_nothing(found, tmp_path, monkeypatch):
    chance, at_once = Random(), SimWire.send

    async def late(self, *request):
        await asyncio.sleep(chance.choice((0.0, 0.001, 0.02)))
        return await at_once(self, *request)

    monkeypatch.setattr(SimWire, "send", late)
    delayed = search(tmp_path, "sim:deferential", "sim:chained")
    assert [one.case for one in delayed.cases()] == [one.case for one in found.cases()]


def test_another_seed_tries_other_things(found, tmp_path):
    other = search(tmp_path, "sim:chained", seed=2)
    assert {r.case.id for r in cases(other, "sim:chained")} != {
        r.case.id for r in cases(found, "sim:chained")
    }


def test_the_same_command_again_plans_the_same_rounds(tmp_path):
    first = search(tmp_path, "sim:chained")
    lines = (first.out / "cases.jsonl").read_bytes()
    again = search(tmp_path, "sim:chained")
    assert again.manifest.attacked == first.manifest.attacked
    assert (again.out / "cases.jsonl").read_bytes() == lines


def test_rounds_grow_since_early_attempts_teach_most():
    assert attempts(Search(rounds=5, batch=20)) == [4, 8, 16, 20, 20]


def test_a_misspelt_tool_is_named():
    with pytest.raises(PrimumError, match="no tool 'identitee'"):
        tools_of(Search(tools=("identitee",)))
