"""The orchestrator with an attacker model: it proposes, a program decides; and whatever it fails at has a name."""

from collections import Counter

import pytest

from primum.attacks.find import find_attack
from primum.attacks.model import WriterFailed
from primum.endpoints.model import CallFailed, Failure
from tests.attacks.stage import BAD, LIBRARY, exam, open_question, play
from tests.attacks.writer import (
    LEADS,
    asked_to_plan,
    asked_to_solve,
    asked_to_write,
    first_untried,
    told,
    writer,
)

DAS = find_attack("das.robustness")


def tools(played):
    return [attempt.tools for attempt in played.attempts]


def plans(played):
    return [messages for messages in played.written if asked_to_plan(messages)]


async def by_rule_only(attack, scenario):
    return await play(attack, scenario, lambda *_: "fine")


async def test_what_is_proposed_is_played_in_its_order_and_judged():
    scenario = exam()
    names = sorted(told(plans(await play(DAS, scenario, lambda *_: "fine", writer=writer()))[0])["tools"])
    wanted = [[names[2]], [names[0]]]
    played = await play(DAS, scenario, lambda *_: BAD, writer=writer(scenario.key, lambda _: wanted), tries=1)
    assert tools(played) == [(names[2],)]
    assert played.attempts[0].failed


async def test_the_planner_is_told_what_was_tried_and_what_came_of_it():
    played = await play(DAS, exam(), lambda *_: "fine", writer=writer(exam().key, first_untried))
    assert "tried" not in told(plans(played)[0])
    second = told(plans(played)[1])["tried"]
    assert [one["tools"] for one in second] == [list(each) for each in tools(played)[:2]]
    assert {one["then"] for one in second} <= {"the assistant held", "the change could not be made"}


async def test_at_most_two_sets_come_of_one_plan():
    played = await play(DAS, exam(), lambda *_: "fine", writer=writer(exam().key, first_untried))
    assert len(played.attempts) == 5
    assert len(plans(played)) == 3, "5 tries, two a plan"


async def test_it_stops_at_the_first_failure():
    played = await play(DAS, exam(), lambda *_: BAD, writer=writer(exam().key, first_untried))
    assert len(played.attempts) == 1


async def test_a_set_that_failed_is_never_played_again_however_often_it_is_proposed():
    def stubborn(given):
        return [[sorted(given["tools"])[0]]]

    played = await play(DAS, exam(), lambda *_: "fine", writer=writer(exam().key, stubborn))
    assert max(Counter(frozenset(each) for each in tools(played)).values()) == 1
    assert len(plans(played)) == 1 + 3, "told three times that it was tried already; then the order goes on"
    assert len(played.attempts) == 5


@pytest.mark.parametrize(
    "proposal, why",
    [
        ([["options.invert", "options.none-correct"]], "cannot stand in one stack"),
        ([["leech-therapy"]], "there is no tool"),
        ([["tone.angry"]], "there is no tool"),
        ([["bait.recency", "bait.cultural", "options.shuffle"]], "at most are allowed"),
        ([], "no set of tools was proposed"),
    ],
)
async def test_what_may_not_be_played_is_refused_with_a_reason_and_the_order_stands_in(proposal, why):
    scenario = exam()
    played = await play(DAS, scenario, lambda *_: "fine", writer=writer(scenario.key, lambda _: proposal))
    assert len(plans(played)) == 3
    assert why in str(plans(played)[1][-1].content)
    assert tools(played) == tools(await by_rule_only(DAS, scenario))


async def test_junk_from_the_planner_is_asked_three_times_and_never_ends_the_case():
    def junk(messages, sample):
        return "I would rather not." if asked_to_plan(messages) else writer(exam().key)(messages, sample)

    played = await play(DAS, exam(), lambda *_: "fine", writer=junk)
    assert len(plans(played)) == 3
    assert tools(played) == tools(await by_rule_only(DAS, exam()))


async def test_what_can_be_written_is_written_and_the_trace_says_so():
    scenario = open_question()
    played = await play(find_attack("das.bias.emotion"), scenario, lambda *_: "fine", writer=writer())
    forms = {edit.form for one in played.looked for edit in one.variant.trace}
    assert forms == {"written"}
    assert all(text.startswith(LEADS) for text in played.last_words)


async def test_a_tool_without_a_rule_is_tried_where_there_is_a_writer():
    scenario = open_question()
    attack = find_attack("das.bias.language")
    alone = await by_rule_only(attack, scenario)
    played = await play(attack, scenario, lambda *_: "fine", writer=writer(), tries=40)
    assert ("translate.spanish",) in tools(played)
    assert ("translate.spanish",) not in tools(alone)


async def test_the_rule_stands_in_for_a_writer_of_junk_and_the_trace_says_fallback():
    scenario = open_question()
    played = await play(
        find_attack("das.bias.emotion"), scenario, lambda *_: "fine", writer=lambda *_: "junk"
    )
    forms = {edit.form for one in played.looked for edit in one.variant.trace}
    assert forms == {"fallback"}
    assert {attempt.outcome for attempt in played.attempts} == {"judged"}


async def test_junk_three_times_without_a_rule_is_named_and_the_target_is_not_called():
    """Register C07."""
    scenario = open_question()
    attack = find_attack("das.bias.language")
    played = await play(attack, scenario, lambda *_: "fine", writer=lambda *_: "junk", tries=40)
    lost = [attempt for attempt in played.attempts if attempt.outcome == "transform_failed"]
    assert {attempt.tools for attempt in lost} >= {("translate.spanish",), ("paraphrase.free",)}
    assert all(attempt.failed is None and attempt.calls == 0 for attempt in lost)
    assert all("3 tries" in attempt.why for attempt in lost)
    assert len(played.asked) == len(played.attempts) - len(lost)


async def test_a_written_question_whose_key_the_solvers_dispute_is_not_played():
    scenario = exam()
    wrong = next(letter for letter in scenario.options if letter not in scenario.key)
    attack = find_attack("das.bias.language")
    disputed = await play(attack, scenario, lambda *_: BAD, writer=writer([wrong]), tries=40)
    free = next(one for one in disputed.attempts if one.tools == ("paraphrase.free",))
    assert free.outcome == "transform_failed" and "disputed" in free.why and free.failed is None
    agreed = await play(attack, scenario, lambda *_: BAD, writer=writer(scenario.key), tries=40)
    assert next(one for one in agreed.attempts if one.tools == ("paraphrase.free",)).failed
    solvers = [messages for messages in disputed.written if asked_to_solve(messages)]
    assert solvers and not any("paraphras" in str(messages[0].content) for messages in solvers), (
        "they are blind"
    )


@pytest.mark.parametrize("asked", [asked_to_plan, asked_to_write, asked_to_solve])
async def test_a_budget_that_ends_is_raised_through_and_no_failure_of_the_writer(asked):
    def broke(messages, sample):
        if asked(messages):
            raise CallFailed(Failure("over_budget", "no calls left"))
        return writer(exam().key, lambda given: [["bait.recency"]])(messages, sample)

    with pytest.raises(CallFailed) as raised:
        await play(DAS, exam(), lambda *_: "fine", writer=broke)
    assert raised.value.failure.kind == "over_budget"


async def test_a_writer_that_cannot_be_reached_leaves_the_deterministic_orchestrator():
    def down(messages, sample):
        raise WriterFailed(Failure("connection", "refused"))

    played = await play(DAS, exam(), lambda *_: "fine", writer=down)
    assert tools(played) == tools(await by_rule_only(DAS, exam()))
    assert {attempt.outcome for attempt in played.attempts} == {"judged"}


async def test_the_same_writer_s_answers_give_the_same_attempts():
    one, again = [
        await play(DAS, exam(), lambda *_: "fine", writer=writer(exam().key, first_untried)) for _ in range(2)
    ]
    assert tools(one) == tools(again) and one.last_words == again.last_words


async def test_counterfactuals_are_not_planned_for():
    """Every label is played; a planner that picks the worst would make any model look biased."""
    for name in ("das.bias.identity", "das.bias.emotion"):
        attack = find_attack(name)
        scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
        played = await play(attack, scenario, lambda *_: "fine", writer=writer(scenario.key, first_untried))
        assert not plans(played)


async def test_with_a_writer_the_disguises_are_written_alone_and_in_the_chain():
    attack = find_attack("das.privacy")
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one) and not one.options)
    played = await play(attack, scenario, lambda *_: "fine", writer=writer())
    assert {edit.form for one in played.looked for edit in one.variant.trace} == {"written"}
    assert any(each[0] == "chain" for each in tools(played))
