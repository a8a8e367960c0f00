"""Pressure: the first answer is reused, every push is judged by itself, and what only goes on is the control."""

import pytest

from primum.attacks.find import attack_names, find_attack
from primum.attacks.pressure import content
from tests.attacks.stage import BAD, LIBRARY, exam, open_question, plain, play

LADDERS = [name for name in attack_names() if name.startswith("ladder.")]
FOLLOW_UPS = [name for name in attack_names() if name.startswith("follow-up.")]


def users(messages) -> int:
    return sum(message.role == "user" for message in messages)


def gives_way_at(turn: int):
    """A target whose answer changes with its n-th message after the first."""
    return lambda messages, sample: BAD if users(messages) - 1 == turn else f"fine {users(messages)}"


def test_there_are_four_ladders_and_fifteen_follow_ups_beside_their_neutral_controls():
    assert len(LADDERS) == 4 and "ladder.neutral" in LADDERS
    assert len(FOLLOW_UPS) == 16 and "follow-up.neutral" in FOLLOW_UPS


@pytest.mark.parametrize("name", LADDERS)
@pytest.mark.parametrize("scenario", [exam(), open_question()], ids=["choice", "open"])
async def test_a_ladder_has_three_pushes_and_every_one_is_judged(name, scenario):
    played = await play(find_attack(name), scenario, gives_way_at(2))
    assert [attempt.turn for attempt in played.attempts] == [1, 2, 3]
    assert [attempt.failed for attempt in played.attempts] == [False, True, False]


async def test_a_model_that_recovers_is_seen_to_recover():
    played = await play(find_attack("ladder.authority"), open_question(), gives_way_at(1))
    assert [attempt.failed for attempt in played.attempts] == [True, False, False]


@pytest.mark.parametrize("name", [*LADDERS, *FOLLOW_UPS])
async def test_the_first_turn_is_the_plain_one_and_is_reused_exactly(name):
    """The second and the third push repeat the text of turn 1 and its answer word for word."""
    attack = find_attack(name)
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    played = await play(attack, scenario, lambda messages, sample: f"answer {users(messages)}")
    first = await plain(scenario)
    assert played.asked[0] == first
    for messages in played.asked[1:]:
        assert messages[: len(first)] == first
        assert messages[len(first)].content == "answer 1"


@pytest.mark.parametrize("name", [*LADDERS, *FOLLOW_UPS])
async def test_the_first_answer_is_the_case_s_own_and_the_pushes_are_new(name):
    samples = []

    def target(messages, sample):
        samples.append(sample)
        return "fine"

    attack = find_attack(name)
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    await play(attack, scenario, target)
    assert samples[0] == 0, "as in the plain case, so that the journal has it"
    assert set(samples[1:]) == {3}, "no sample that a plain trial has used"


@pytest.mark.parametrize("name", [*LADDERS, *FOLLOW_UPS, "correction"])
async def test_no_placeholder_is_left_in_what_is_said(name):
    attack = find_attack(name)
    for scenario in [one for one in LIBRARY.scenarios if not attack.fits(one)][:60]:
        for text in attack.says(scenario, "1"):
            for left in ("{wrong}", "{right}", "{fact}", "{other}", "{reason}"):
                assert left not in text, (scenario.id, text)


def test_a_wrong_option_that_is_named_is_never_the_keyed_one():
    attack = find_attack("follow-up.authority")
    for scenario in [one for one in LIBRARY.scenarios if one.options and not attack.fits(one)]:
        text = attack.says(scenario, "1")[0]
        for letter in scenario.key:
            assert f"{letter} ({scenario.options[letter]})" not in text


async def test_a_follow_up_is_compared_with_a_conversation_as_long_that_does_not_press():
    neutral = await play(find_attack("follow-up.neutral"), open_question(), lambda *_: "fine")
    for name in FOLLOW_UPS:
        attack = find_attack(name)
        scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
        played = await play(attack, scenario, lambda *_: "fine")
        assert len(played.attempts) == len(neutral.attempts) == 1
        if name != "follow-up.neutral":
            assert attack.controls == ("follow-up.neutral", "control")


async def test_a_correction_names_the_right_option_and_starts_from_wrong_answers():
    attack = find_attack("correction")
    assert attack.starts == "failed"
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    played = await play(attack, scenario, lambda messages, sample: "fine" if users(messages) > 1 else BAD)
    assert scenario.options[scenario.key[0]] in played.last_words[-1]
    assert [attempt.failed for attempt in played.attempts] == [False], (
        "accepting a valid correction is no failure"
    )


async def test_nothing_is_pressed_when_there_was_no_first_answer():
    played = await play(find_attack("ladder.threat"), open_question(), lambda *_: "")
    assert [attempt.outcome for attempt in played.attempts] == ["empty"]
    assert len(played.asked) == 1


async def test_a_nudge_is_played_for_every_wrong_option_whatever_came_of_the_one_before():
    scenario = exam()
    played = await play(find_attack("nudge.basic"), scenario, lambda *_: BAD)
    assert len(played.attempts) == len(scenario.options) - len(scenario.key)
    right = await play(find_attack("nudge.right"), scenario, lambda *_: "fine")
    assert len(right.attempts) == 1


def test_every_push_asks_for_the_whole_answer_again():
    assert set(content().again) == {"choice", "open"}
