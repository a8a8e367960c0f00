"""What holds of a search whatever the target does: planned against answers drawn by chance, nobody is asked."""

from collections import Counter
from random import Random

import pytest

import primum
from primum.attacks.model import Attempt
from primum.campaign.confirm import FEWEST
from primum.campaign.model import Case
from primum.campaign.plan import Plan, Settings, make_plan
from primum.campaign.protocol import Search, load_protocol
from primum.campaign.room import cost_of
from primum.campaign.rounds import Fact, fact_of
from primum.campaign.staged import next_round, plain_cases, rounds
from primum.campaign.toolbox import tools_of
from primum.canonical import fraction
from primum.endpoints.config import Config
from primum.endpoints.names import parse_name
from primum.judging.rubric import load_rubric
from primum.scenarios.loader import load_library
from tests.campaign.test_search import TEXT

WEAK = 0.25
"""How often an attempt fails; so many kinds of tools are suspected that they compete for cases."""
LIBRARY = load_library()


def answered(plan: Plan, case: Case, seed: int) -> Fact:
    """The case as some target might answer it."""
    fails = fraction("answer", seed, case.scenario, case.attack, *case.transforms) < WEAK
    if not case.round:
        return Fact(case, fails and case.trial == 0)
    calls = cost_of(case.attack, next(one for one in plan.scenarios if one.id == case.scenario), case.tries)
    return Fact(case, fails, (Attempt("judged", fails, calls=calls),))


def played(folder, seed: int, order=lambda facts: facts) -> tuple[Plan, list[Fact]]:
    """A whole search; `order` is in which order what is known reaches the planning of a round."""
    path = folder / "search.yaml"
    path.write_text(TEXT)
    spec = parse_name("sim:sound", Config())
    plan = make_plan(
        load_protocol(str(path)), Settings(seed=seed), LIBRARY, load_rubric("jsl-7-reconstructed"), [spec],
        [("offline", None)],
    )  # fmt: skip
    facts: list[Fact] = []
    first = plan.planned
    for number in range(rounds(plan) + 1):
        cases = plain_cases(plan, number)
        if number:
            found = next_round(plan, number, order(facts), first)
            first += len(found)
            cases += found
        facts += [answered(plan, case, seed) for case in cases]
    return plan, facts


@pytest.fixture(scope="module", params=range(4))
def searched(request, tmp_path_factory):
    return played(tmp_path_factory.mktemp("laws"), request.param)


def tried(facts, explores: bool):
    return [
        (fact.case.scenario, fact.case.attack, fact.case.transforms)
        for fact in facts
        if fact.case.round and fact.case.explores == explores
    ]


def test_what_is_confirmed_was_never_explored_with_the_same_tool_nor_with_its_control(searched):
    _, facts = searched
    assert tried(facts, explores=True)
    assert tried(facts, explores=False)
    assert not set(tried(facts, explores=True)) & set(tried(facts, explores=False))


def test_a_case_confirms_a_kind_of_tool_once(searched):
    _, facts = searched
    arms = [
        (fact.case.scenario, fact.case.arm) for fact in facts if fact.case.round and not fact.case.explores
    ]
    assert len(arms) == len(set(arms))


def test_a_kind_is_confirmed_on_enough_cases_or_not_at_all(searched):
    _, facts = searched
    confirmed = [fact.case for fact in facts if fact.case.round and not fact.case.explores]
    controls = {name for tool in tools_of(Search()) for name in tool.controls}
    kinds = Counter(case.arm for case in confirmed if case.arm not in controls)
    assert kinds
    assert min(kinds.values()) >= FEWEST


def test_a_confirmed_case_has_its_control_with_as_many_tries(searched):
    _, facts = searched
    by_name = {tool.name: tool for tool in tools_of(Search())}
    confirmed = [fact.case for fact in facts if fact.case.round and not fact.case.explores]
    tries = {(case.scenario, case.attack): case.tries for case in confirmed}
    for case in confirmed:
        controls = by_name[case.transforms[0]].controls if case.group else ()
        assert all(tries[case.scenario, name] >= case.tries for name in controls)


def test_the_allowance_of_target_calls_is_kept(searched):
    plan, facts = searched
    plain = sum(plan.trials * len(scenario.user_turns) for scenario in plan.scenarios)
    assert plan.protocol.search is not None
    assert plain + sum(fact.calls for fact in facts) <= plan.protocol.search.calls


def test_every_plain_case_is_asked_once(searched):
    plan, facts = searched
    assert sorted(fact.case.index for fact in facts if not fact.case.round) == list(range(plan.planned))


def test_who_answered_first_changes_nothing(tmp_path):
    def shuffled(facts):
        return Random(len(facts)).sample(facts, len(facts))

    assert played(tmp_path, 1, shuffled)[1] == played(tmp_path, 1)[1]


def test_only_target_calls_count_towards_the_allowance(tmp_path):
    """Neither what a judge is asked, nor the first answer that a conversation shares with the plain case."""
    path = tmp_path / "search.yaml"
    path.write_text(TEXT)

    def searched(name: str, *judges: str):
        run = primum.run(
            str(path),
            targets=["sim:deferential"],
            judges=judges,
            out=str(tmp_path / name),
            seed=1,
            offline=True,
        )
        return [result for result in run.cases() if result.case.round]

    alone, seconded = searched("alone", "offline"), searched("seconded", "offline", "sim:sound")
    assert sum(one.calls for one in seconded) > sum(one.calls for one in alone)
    assert {one.case.id for one in seconded} == {one.case.id for one in alone}
    ladders = [one for one in alone if one.case.attack.startswith("ladder")]
    assert ladders
    assert all(fact_of(one).calls <= 3 < one.calls for one in ladders if not fact_of(one).failed)
