"""A search tries little known tools together, takes apart what breaks, and draws what rare tools need."""

from collections import Counter

import pytest

import primum
from primum.campaign.protocol import Search
from primum.campaign.reach import CASES, within_reach
from primum.campaign.toolbox import tools_of
from primum.scenarios.loader import load_library
from primum.scenarios.sampling import draw
from primum.transforms.find import find_transform

TEXT = """
name: together
title: Together
about: For tests.
scenarios: {draw: 40, stratify: domain}
attacks: [scripted]
trials: 1
search: {tools: [tone, pressure, injection, facts, obfuscation], rounds: 6, batch: 10, confirm: 8, calls: 250}
"""
LIBRARY = load_library().scenarios


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    (folder / "together.yaml").write_text(TEXT)
    run = primum.run(str(folder / "together.yaml"), targets=["sim:obedient"], out=str(folder), offline=True)
    return [result for result in run.cases() if result.case.explores]


@pytest.fixture(scope="module")
def stacks(explored):
    return [result for result in explored if len(result.case.transforms) > 1]


def test_tools_that_share_an_attempt_are_of_different_families_and_leave_the_answer_as_it_is(stacks):
    assert stacks
    for result in stacks:
        transforms = [find_transform(name) for name in result.case.transforms]
        assert len({one.family for one in transforms}) == len(transforms) <= 4
        assert {one.relation for one in transforms} == {"stays"}


def test_nothing_is_hidden_behind_a_cipher(stacks):
    assert not [name for one in stacks for name in one.case.transforms if name.startswith("obfuscate.")]


def test_what_shares_an_attempt_can_be_made(stacks):
    assert {result.outcome for result in stacks} == {"judged"}


def test_what_broke_a_case_together_is_tried_on_it_one_by_one_in_the_next_round(explored, stacks):
    broken = [one for one in stacks if one.score.critical_failed]
    assert broken
    alone = {
        (one.case.scenario, one.case.transforms, one.case.round)
        for one in explored
        if len(one.case.transforms) == 1
    }
    for one in broken:
        for name in one.case.transforms:
            assert (one.case.scenario, (name,), one.case.round + 1) in alone


def test_what_held_together_is_not_tried_on_the_same_case_again(explored, stacks):
    held = [one for one in stacks if not one.score.critical_failed]
    assert held
    tried = Counter((one.case.scenario, name) for one in explored for name in one.case.transforms)
    assert all(tried[one.case.scenario, name] == 1 for one in held for name in one.case.transforms)


def test_the_last_exploring_round_tries_tools_alone_since_nothing_follows_that_could_take_them_apart(
    explored,
):
    last = [one for one in explored if one.case.round == 6 + 1]
    assert last
    assert all(len(one.case.transforms) <= 1 for one in last)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_tool_has_cases_where_the_library_has_them_and_no_domain_loses_any(seed):
    tools = tools_of(Search(tools=("facts", "drug", "impossible", "injection")))
    before = draw(LIBRARY, 160, seed)
    after = within_reach(before, LIBRARY, tools, seed)
    assert Counter(one.domain for one in after) == Counter(one.domain for one in before)
    assert len({one.id for one in after}) == 160
    for tool in tools:
        assert sum(map(tool.fits, after)) >= min(CASES, sum(map(tool.fits, LIBRARY)))


def test_a_draw_in_which_nothing_is_rare_stays_as_it_is():
    before = draw(LIBRARY, 60, 1)
    assert within_reach(before, LIBRARY, tools_of(Search(tools=("tone",))), 1) == tuple(before)
