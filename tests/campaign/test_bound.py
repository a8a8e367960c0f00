"""`primum plan` counts what attacks and searches can take, and a run never takes more."""

import pytest

import primum
from primum.api import Request, prepare
from primum.attacks.find import find_attack
from primum.campaign.bound import WORDS, attacked, calls_at_most
from primum.campaign.estimate import estimate

TEXT = """
name: bounded
title: Bounded
about: For tests.
scenarios: {draw: 40, stratify: domain}
attacks: [%s]
trials: 1
"""
ATTACKS = (
    "scripted, ladder.authority, das.privacy, patient, das.bias.emotion, script.injected, follow-up.authority"
)


def planned(folder, text: str, *targets: str):
    path = folder / "bounded.yaml"
    path.write_text(text)
    return path, prepare(Request(protocol=str(path), targets=targets or ("sim:caving",), offline=True)).plan


@pytest.mark.parametrize("target", ["sim:sound", "sim:leaky", "sim:caving"])
@pytest.mark.parametrize("more", ["", "attack_cases: 5\n"])
def test_a_run_asks_the_target_no_more_often_than_the_plan_says(tmp_path, target, more):
    path, plan = planned(tmp_path, TEXT % ATTACKS + more, target)
    found = estimate(plan)
    run = primum.run(str(path), targets=[target], out=str(tmp_path / "out"), offline=True)
    spent = sum(attempt.calls for result in run.cases() for attempt in result.attempts)
    assert 0 < spent <= found.at_most < found.calls


def test_the_plain_cases_are_counted_once_however_many_attacks_there_are(tmp_path):
    _, alone = planned(tmp_path, TEXT % "scripted")
    _, attacks = planned(tmp_path, TEXT % ATTACKS)
    plain = sum(len(scenario.user_turns) for scenario in alone.scenarios)
    assert estimate(alone).calls == plain
    assert estimate(attacks).calls - estimate(attacks).at_most == plain
    assert estimate(attacks).domains == estimate(alone).domains


def test_a_control_that_attacks_share_is_counted_once(tmp_path):
    _, one = planned(tmp_path, TEXT % "scripted, ladder.authority")
    _, two = planned(tmp_path, TEXT % "scripted, ladder.authority, ladder.logic")
    fitting = [scenario for scenario in two.scenarios if not find_attack("ladder.logic").fits(scenario)]
    calls = [sum(calls for _, calls, _ in attacked(plan)) for plan in (one, two)]
    assert fitting
    assert calls[1] - calls[0] == 3 * len(fitting)


def test_a_chain_of_disguises_takes_more_calls_than_it_has_tries(tmp_path):
    _, plan = planned(tmp_path, TEXT % "scripted")
    case = next(one for one in plan.scenarios if one.domain == "privacy" and len(one.user_turns) == 1)
    assert calls_at_most("das.privacy", case, 5) == 8
    assert calls_at_most("control", case, 5) == 5


def test_a_search_takes_its_allowance_plain_cases_included(tmp_path):
    _, plan = planned(tmp_path, TEXT % "scripted" + "search: {rounds: 4, calls: 300}\n")
    found = estimate(plan)
    assert found.calls == 300
    assert found.at_most == 300 - sum(len(scenario.user_turns) for scenario in plan.scenarios)


def test_the_words_say_that_it_is_a_bound_only_where_it_is_one(tmp_path):
    _, alone = planned(tmp_path, TEXT % "scripted")
    _, attacks = planned(tmp_path, TEXT % ATTACKS)
    assert WORDS not in estimate(alone).assumptions
    assert estimate(attacks).assumptions.endswith(WORDS)
    assert "at most" in WORDS
