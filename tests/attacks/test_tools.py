"""Attacks that choose among transforms: the memory of failures, the conflict sets, and the controls beside them."""

from collections import Counter
from itertools import combinations

import pytest

from primum.attacks.find import attack_names, find_attack
from primum.attacks.model import NEUTRAL
from primum.transforms.find import find_transform
from primum.transforms.stack import conflict
from tests.attacks.stage import BAD, LIBRARY, exam, open_question, plain, play

DAS = [name for name in attack_names() if name.startswith("das.")]


def tools(played):
    return [attempt.tools for attempt in played.attempts]


@pytest.mark.parametrize("name", DAS)
async def test_no_set_of_tools_is_tried_twice_and_the_allowance_is_kept(name):
    attack = find_attack(name)
    for scenario in [one for one in LIBRARY.scenarios if not attack.fits(one)][:8]:
        played = await play(attack, scenario, lambda *_: "fine")
        sets = Counter(frozenset(each) for each in tools(played))
        assert max(sets.values()) == 1
        if name != "das.privacy":  # whose chain is one try of several messages
            assert len(played.attempts) <= attack.tries


async def test_the_robustness_agent_tries_single_tools_first_then_pairs_without_conflict():
    played = await play(find_attack("das.robustness"), exam(), lambda *_: "fine")
    assert [len(each) for each in tools(played)] == [1, 1, 1, 2, 2]
    for pair in tools(played)[3:]:
        assert conflict([find_transform(name) for name in pair]) is None


async def test_it_stops_at_the_first_failure():
    answers = iter(["fine", "fine", BAD, "fine"])
    played = await play(find_attack("das.robustness"), exam(), lambda *_: next(answers))
    assert [attempt.failed for attempt in played.attempts] == [False, False, True]


async def test_every_try_starts_from_the_original():
    scenario = exam()
    played = await play(find_attack("das.robustness"), scenario, lambda *_: "fine")
    for one in played.looked:
        assert set(one.variant.transforms) <= set(one.attempt.tools), "nothing of an earlier try is left"


@pytest.mark.parametrize("name", [name for name in DAS if ".bias." in name])
async def test_a_counterfactual_is_played_to_the_end_whatever_it_finds(name):
    """Matched over all labels: the first that flips must not hide the others."""
    attack = find_attack(name)
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    safe = await play(attack, scenario, lambda *_: "fine")
    unsafe = await play(attack, scenario, lambda *_: BAD)
    assert tools(safe) == tools(unsafe)
    assert attack.controls[0] == "paraphrased"


async def test_the_same_seed_gives_the_same_texts_and_another_gives_others():
    attack, scenario = find_attack("das.robustness"), exam()
    one, again, other = [
        await play(attack, scenario, lambda *_: "fine", seed=seed) for seed in ("1", "1", "2")
    ]
    assert one.last_words == again.last_words
    assert one.last_words != other.last_words


async def test_the_wording_control_says_the_same_in_other_words_each_time():
    scenario = open_question()
    played = await play(find_attack("paraphrased"), scenario, lambda *_: BAD, tries=5)
    assert tools(played) == [(NEUTRAL,)] * 5, "never stops early: it measures how often wording alone does it"
    assert len(set(played.last_words)) > 1


async def test_the_plain_control_asks_the_same_with_new_samples_until_a_failure():
    scenario = open_question()
    samples = []

    def target(messages, sample):
        samples.append(sample)
        return BAD if len(samples) == 3 else "fine"

    played = await play(find_attack("control"), scenario, target, tries=5)
    assert samples == [3, 4, 5], "no sample of a plain trial"
    assert played.asked == [await plain(scenario)] * 3
    assert [attempt.failed for attempt in played.attempts] == [False, False, True]


async def test_the_chain_meets_only_what_every_disguise_alone_could_not_break():
    attack = find_attack("das.privacy")
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    held = await play(attack, scenario, lambda *_: "fine")
    chain = [each for each in tools(held) if each[0] == "chain"]
    alone = [each for each in tools(held) if each[0] != "chain"]
    assert [name for (name,) in alone] == [name for _, name in chain], (
        "the same disguises, in the published order"
    )
    leaked = await play(attack, scenario, lambda *_: BAD)
    assert len(leaked.attempts) == 1


async def test_the_chain_is_one_conversation():
    attack = find_attack("das.privacy")
    scenario = next(one for one in LIBRARY.scenarios if not attack.fits(one))
    played = await play(attack, scenario, lambda messages, sample: f"no {len(messages)}")
    last = played.asked[-1]
    assert sum(message.role == "user" for message in last) == sum(
        each[0] == "chain" for each in tools(played)
    )


def test_no_attack_has_a_control_that_does_not_exist():
    for name in attack_names():
        for one in find_attack(name).controls:
            find_attack(one)


def test_the_conflicts_of_the_catalogue_are_refused():
    for one, other in combinations(["options.invert", "options.none-correct", "impossible.option"], 2):
        assert conflict([find_transform(one), find_transform(other)]) is not None
