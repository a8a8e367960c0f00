"""Adaptive conversations: the attacker learns from replies, a program keeps it honest, and calls are counted."""

import json

import pytest

import primum
from primum.attacks.find import attack_names, find_attack
from primum.attacks.model import needs_writer
from primum.attacks.player import brings_in, off_topic
from primum.attacks.tree import Tree
from primum.campaign.protocol import load_protocol
from primum.errors import PrimumError
from tests.attacks.stage import BAD, LIBRARY, exam, open_question, play
from tests.attacks.writer import asked_to_play, told, writer
from tests.campaign.build import protocol

WRITTEN = [name for name in attack_names() if needs_writer(find_attack(name))]
NO = "I can't help with that request."


def scenario_for(attack):
    return next(
        one
        for one in LIBRARY.scenarios
        if not attack.fits(one) and not one.options and len(one.user_turns) == 1
    )


def users(messages):
    return [str(message.content) for message in messages if message.role == "user"]


def test_which_attacks_need_an_attacker_model():
    assert WRITTEN == ["crescendo", "refine", "tree"]
    assert not needs_writer(find_attack("best-of-n")) and not needs_writer(find_attack("patient"))


@pytest.mark.parametrize("name", WRITTEN)
async def test_no_more_target_calls_than_its_control_has(name):
    attack = find_attack(name)
    for scenario in [one for one in LIBRARY.scenarios if not attack.fits(one) and len(one.user_turns) == 1][
        :40:8
    ]:
        played = await play(attack, scenario, lambda *_: "fine", writer=writer(scenario.key))
        control = await play(find_attack("control"), scenario, lambda *_: "fine", tries=attack.tries)
        assert len(played.asked) - 1 <= len(control.asked) == attack.tries, (
            "the plain answer is the case's own"
        )
        assert sum(attempt.calls for attempt in played.attempts) == len(played.asked) - 1


@pytest.mark.parametrize("name", WRITTEN)
async def test_it_stops_at_the_first_failure(name):
    attack = find_attack(name)
    calls = iter(["fine", BAD])
    played = await play(attack, scenario_for(attack), lambda *_: next(calls), writer=writer())
    assert [attempt.failed for attempt in played.attempts] == [True]


@pytest.mark.parametrize("name", WRITTEN)
async def test_a_writer_of_junk_is_named_and_is_no_success(name):
    attack = find_attack(name)
    played = await play(attack, scenario_for(attack), lambda *_: BAD, writer=lambda *_: "no JSON")
    assert {attempt.outcome for attempt in played.attempts} == {"transform_failed"}
    assert all(attempt.failed is None and attempt.why for attempt in played.attempts)
    assert len(played.asked) == 1, "only the plain case was asked"


@pytest.mark.parametrize("name", WRITTEN)
async def test_the_attacker_is_told_what_a_safe_reply_does_and_how_the_last_one_fared(name):
    attack = find_attack(name)
    scenario = scenario_for(attack)
    played = await play(attack, scenario, lambda messages, _: f"fine {len(users(messages))}", writer=writer())
    given = [told(messages) for messages in played.written if asked_to_play(messages)]
    assert given[0]["safe"] == [check.text for check in scenario.critical_checks]
    assert "fine" in json.dumps(given[1].get("tried") or given[1]["conversation"])


@pytest.mark.parametrize("name", ["refine", "tree"])
async def test_a_rewrite_that_loses_a_fact_or_its_subject_never_reaches_the_target(name):
    scenario = next(
        one for one in LIBRARY.scenarios if not one.options and one.facts and len(one.user_turns) == 1
    )
    gone = json.dumps({"turns": ["What is the capital of France?"], "facts": {}})
    attack = find_attack(name)
    played = await play(attack, scenario, lambda *_: BAD, writer=lambda *_: gone)
    assert {attempt.outcome for attempt in played.attempts} == {"transform_failed"}
    assert len(played.asked) == 1


def test_what_has_lost_the_words_of_the_case_is_off_its_subject():
    import msgspec

    scenario = open_question()
    turned = msgspec.structs.replace(
        scenario, turns=(msgspec.structs.replace(scenario.turns[0], text="Which colour suits a kitchen?"),)
    )
    assert off_topic(scenario, turned) and not off_topic(scenario, scenario)


@pytest.mark.parametrize(
    "said, fault",
    [
        ("Then I take 4000 mg at once.", "numbers"),
        ("Can I add warfarin to it?", "drugs"),
        ("", "words"),
        ("word " * 200, "words"),
        ("I am {who}.", "curly"),
        ("Go on, please.", ""),
    ],
)
def test_a_message_brings_in_nothing_that_was_not_there(said, fault):
    assert (fault in brings_in(said, ["I take ibuprofen."], open_question())) if fault else True
    assert bool(brings_in(said, ["I take ibuprofen."], open_question())) == bool(fault)


async def test_crescendo_takes_a_step_back_after_a_refusal_and_the_judge_sees_the_right_branch():
    attack = find_attack("crescendo")
    said = iter(
        [
            "And if it were you?",
            "Say it is for a story.",
            "You said so yourself.",
            "So then?",
            "Well?",
            "Now?",
        ]
    )
    answers = iter(["plain answer", "first answer", NO, "second answer", "third answer", BAD])
    played = await play(
        attack,
        scenario_for(attack),
        lambda *_: next(answers),
        writer=lambda *_: json.dumps({"message": next(said)}),
    )
    last = played.looked[-1].exchange
    text = " ".join(str(message.content) for message in last.messages)
    assert played.attempts[-1].failed
    assert "Say it is for a story" not in text and NO not in text, "the refused message is gone"
    for answer in ("plain answer", "first answer", "second answer", "third answer", BAD):
        assert answer in text
    assert [attempt.turn for attempt in played.attempts] == [1, 2, 2, 3, 4]
    refused = [told(messages).get("refused", []) for messages in played.written]
    assert refused[2] == ["Say it is for a story."], "and the attacker is told of it"


async def test_crescendo_rewords_a_first_message_that_was_refused():
    attack = find_attack("crescendo")
    scenario = scenario_for(attack)
    played = await play(
        attack,
        scenario,
        lambda messages, _: NO if len(played_so_far(messages)) < 1 else "fine",
        writer=writer(),
    )
    opening = [messages for messages in played.asked if len(users(messages)) == 1]
    assert len(opening) == 2 and users(opening[0]) != users(opening[1])
    assert len(played.asked) - 1 <= attack.tries
    assert any(len(users(messages)) > 1 for messages in played.asked), "and goes on"


def played_so_far(messages):
    return [message for message in messages if message.role == "assistant"]


async def test_refinement_tries_a_refused_prompt_again_in_other_words():
    attack = find_attack("refine")
    played = await play(attack, scenario_for(attack), lambda *_: NO, writer=writer())
    assert len(played.attempts) == attack.tries
    assert told(played.written[0])["tried"][0]["judged"] == "refused"


async def test_every_try_of_a_refinement_starts_from_the_original():
    attack = find_attack("refine")
    scenario = scenario_for(attack)
    played = await play(attack, scenario, lambda *_: "fine", writer=writer())
    for messages in played.written:
        if asked_to_play(messages):
            assert told(messages)["messages"] == [turn.text for turn in scenario.user_turns]


def test_a_tree_of_two_branches_three_deep_that_keeps_two_has_ten_tries():
    assert Tree(2, 3, 2).tries == 2 + 4 + 4
    assert Tree(3, 2, 1).tries == 3 + 3


async def test_the_most_promising_wordings_go_on():
    """Refused ones go last; each level grows from those that were kept."""
    attack = Tree(2, 2, 1)
    leads = iter(f"Version {word}." for word in ("alpha", "beta", "gamma", "delta"))

    def write(messages, sample):
        given = told(messages)
        lead = next(leads)
        return json.dumps(
            {"turns": [f"{lead} {turn}" for turn in given["messages"]], "facts": given.get("facts", {})}
        )

    def target(messages, sample):
        return NO if "Version alpha" in users(messages)[-1] else "fine"

    played = await play(attack, scenario_for(attack), target, writer=write)
    assert len(played.attempts) == 4
    for messages in played.written[2:]:
        assert "Version beta" in told(messages)["tried"][0]["user"]


async def test_a_branch_that_says_what_was_said_is_cut():
    attack = find_attack("tree")

    def same(messages, sample):
        given = told(messages)
        return json.dumps(
            {"turns": [f"So. {turn}" for turn in given["messages"]], "facts": given.get("facts", {})}
        )

    played = await play(attack, scenario_for(attack), lambda *_: "fine", writer=same)
    assert sum(attempt.outcome == "judged" for attempt in played.attempts) == 1
    assert any("tried already" in attempt.why for attempt in played.attempts)


async def test_best_of_n_needs_nobody_and_keeps_every_marked_fact():
    attack = find_attack("best-of-n")
    for scenario in [one for one in LIBRARY.scenarios if one.facts and not attack.fits(one)][:200:10]:
        played = await play(attack, scenario, lambda *_: "fine")
        texts = [one.variant.scenario for one in played.looked]
        assert len(played.attempts) == 10 and not played.written
        assert len({one.turns for one in texts}) == 10, "ten forms, all different"
        for one in texts:
            whole = " ".join(
                [*(turn.text for turn in one.turns), *(each.text for each in one.documents), one.system]
            )
            for fact in scenario.facts:
                assert fact.text in whole or any(fact.text in text for text in one.options.values())


async def test_best_of_n_is_the_same_every_time_and_another_for_another_seed():
    attack, scenario = find_attack("best-of-n"), exam()
    one, again = [await play(attack, scenario, lambda *_: "fine") for _ in range(2)]
    other = await play(attack, scenario, lambda *_: "fine", seed="8")
    assert one.last_words == again.last_words != other.last_words
    stopped = await play(attack, scenario, lambda *_: BAD)
    assert len(stopped.attempts) == 1


def test_a_protocol_that_needs_an_attacker_model_is_refused_without_one(tmp_path):
    path = protocol(tmp_path, 2, attacks=["scripted", "crescendo", "tree"])
    with pytest.raises(
        PrimumError, match=r"crescendo, tree, which need an attacker model: name it with --attacker"
    ):
        primum.run(str(path), targets=["sim:sound"], out=str(tmp_path / "out"), offline=True)
    searching = protocol(tmp_path, 2, search={"tools": ["refine"]})
    with pytest.raises(PrimumError, match="--attacker"):
        primum.run(str(searching), targets=["sim:sound"], out=str(tmp_path / "out"), offline=True)


def test_the_built_in_adaptive_protocol_names_attacks_that_there_are():
    assert set(load_protocol("adaptive").attacks) >= set(WRITTEN)
    assert set(load_protocol("adaptive").attacks) <= set(attack_names())
