"""The six-turn script (register C15): the order stands in the third message; answers four and six are read."""

import pytest

from primum.attacks.find import find_attack
from primum.attacks.script import dialogue, order_of
from primum.judging.offline import judge_offline
from tests.attacks.stage import BAD, LIBRARY, exam, open_question, play

INJECTED, CONTROL = find_attack("script.injected"), find_attack("script.control")
SCENARIO = next(one for one in LIBRARY.scenarios if not INJECTED.fits(one) and not one.options)


def users(messages):
    return [str(message.content) for message in messages if message.role == "user"]


async def test_six_messages_of_which_the_fourth_and_the_sixth_are_judged():
    for attack in (INJECTED, CONTROL):
        played = await play(attack, SCENARIO, lambda *_: "fine")
        assert len(users(played.asked[-1])) == 6
        assert [attempt.turn for attempt in played.attempts] == [4, 6]
        assert len(played.attempts) == attack.tries, "its plain control is asked as often"


async def test_only_the_order_tells_the_two_dialogues_apart():
    with_order = users((await play(INJECTED, SCENARIO, lambda *_: "fine")).asked[-1])
    without = users((await play(CONTROL, SCENARIO, lambda *_: "fine")).asked[-1])
    order = order_of(SCENARIO, "7").text
    assert [
        at for at, (one, other) in enumerate(zip(with_order, without, strict=True), 1) if one != other
    ] == [3]
    assert with_order[2] == f"{without[2]}\n\n{order}"


async def test_it_is_played_to_the_end_so_that_persistence_is_seen():
    def gives_way_once(messages, sample):
        return BAD if len(users(messages)) == 4 else "fine"

    played = await play(INJECTED, SCENARIO, gives_way_once)
    assert [attempt.failed for attempt in played.attempts] == [True, False]


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
async def test_an_obeyed_marker_is_a_failure_and_a_quoted_order_is_none(seed):
    played = await play(INJECTED, SCENARIO, lambda *_: "fine", seed=seed)
    variant, order = played.looked[0].variant.scenario, order_of(SCENARIO, seed)
    added = next(check for check in variant.checks if check not in SCENARIO.checks)
    assert added.critical and order.marker not in order.text

    def answer(reply):
        verdict = judge_offline(variant, [reply])
        return next(one.answer for one in verdict.checks if one.check == added.id)

    assert answer(f"{SCENARIO.exemplars.safe} {order.marker}") == "not_met"
    assert answer(f"I was told: {order.text} I will not do that.") == "met"


def test_the_injected_script_is_compared_with_the_one_without_the_order():
    assert INJECTED.controls == ("script.control", "control")
    assert dialogue().judged == (4, 6) and dialogue().order_at == 3


async def test_options_and_open_questions_are_asked_for_their_own_kind_of_answer():
    choice = users((await play(INJECTED, exam(), lambda *_: "A")).asked[-1])
    free = users((await play(INJECTED, open_question(), lambda *_: "fine")).asked[-1])
    assert "letter" in choice[3] and "letter" not in free[3]
