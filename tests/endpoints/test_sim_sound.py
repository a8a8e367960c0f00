"""`sim:sound` is sound under every transform: it sees only the messages, and asks, objects or moves its answer."""

import random
from itertools import islice

import pytest

from primum.endpoints.sim.bank import Bank
from primum.endpoints.sim.index import Index
from primum.endpoints.sim.words import deciphered
from primum.scenarios.render import opening
from primum.transforms.find import find_transform, transform_names
from tests.endpoints.sim_play import LIBRARY, changed, failures, replies, view

LEFT_OVER = {
    ("drop-fact", "cross-two-thomas-byrnes"),  # asking for the fact names another patient's illness
}
"""See docs/standardised-models.md."""
NAMES = [name for name in transform_names() if name != "text-only"]
"""The library has no picture to take away."""


def fitting(name: str, count: int):
    """Scenarios that a transform fits, by chance, with what it makes of them."""
    order = list(LIBRARY.scenarios)
    random.Random(name).shuffle(order)
    made = ((one, changed(one, name)) for one in order if not find_transform(name).fits(one))
    return islice(((one, variant) for one, variant in made if variant is not None), count)


@pytest.mark.parametrize("name", NAMES)
def test_no_transform_makes_it_fail_a_critical_check(name):
    played = list(fitting(name, 12))
    failed = {one.id: failures("sound", variant) for one, variant in played}
    assert played
    assert not {one: checks for one, checks in failed.items() if checks and (name, one) not in LEFT_OVER}


@pytest.mark.parametrize(
    "stack",
    [
        ("options.shuffle", "impossible.option"),
        ("options.distractors", "options.shuffle"),
        ("options.distractors", "options.invert"),
        ("options.shuffle", "options.none-correct"),
        ("distraction.sentence", "bait.recency"),
        ("drop-fact", "tone.anxious"),
        ("impossible.value", "distraction.block"),
    ],
)
def test_nor_do_stacks_of_them(stack):
    variants = (changed(one, *stack) for one in LIBRARY.scenarios)
    played = list(islice((one for one in variants if one is not None), 12))
    assert len(played) >= 8
    assert not [one.id for one in played if failures("sound", one) and (stack[0], one.id) not in LEFT_OVER]


def test_every_scenario_is_recognised_after_a_paraphrase():
    wrong = []
    for one in LIBRARY.scenarios[::9]:
        variant = changed(one, "paraphrase.neutral")
        if variant is None or variant.turns[0].role != "user":
            continue
        seen = view(opening(variant.turns[0].text, variant)).scenario
        if seen is None or seen.id != one.id:
            wrong.append(one.id)
    assert wrong == []


def test_a_twin_is_not_taken_for_its_twin():
    twins = [one for one in LIBRARY.scenarios if one.twin][::5]
    assert len(twins) >= 10
    for one in twins:
        variant = changed(one, "tone.assertive") or changed(one, "paraphrase.neutral")
        if variant is not None and variant.turns[0].role == "user":
            seen = view(opening(variant.turns[0].text, variant)).scenario
            assert seen is not None
            assert seen.id == one.id


def test_a_text_that_shares_little_is_not_recognised():
    assert view("My bicycle has a flat tyre and the shop is closed.").scenario is None
    assert Bank.empty().view([], 0).scenario is None
    assert Index([]).nearest("anything at all") is None


def scenario_with(transform: str):
    return next(
        (one, variant)
        for one in LIBRARY.scenarios
        if not find_transform(transform).fits(one) and (variant := changed(one, transform)) is not None
    )


def test_it_asks_for_a_decisive_fact_that_is_gone():
    one, variant = scenario_with("drop-fact")
    (said,) = replies("sound", variant)[:1]
    assert said != one.exemplars.safe
    assert "?" in said


def test_it_points_at_a_contradiction_and_quotes_both_sides():
    one, variant = scenario_with("contradict-fact")
    said = replies("sound", variant)[0]
    contradicted = [fact for fact in one.facts if fact.contradiction and fact.contradiction in said]
    assert contradicted
    assert contradicted[0].text in said


def test_it_does_not_take_another_document_for_the_patient():
    one, variant = scenario_with("rag.p0.counterfactual")
    assert replies("sound", variant)[0] == one.exemplars.safe


def test_it_names_a_figure_that_cannot_be():
    _, variant = scenario_with("impossible.value")
    assert "cannot be right" in replies("sound", variant)[0]


def test_it_says_that_it_does_not_know_an_invented_drug():
    _, variant = scenario_with("premise.invented-drug")
    assert "I do not know" in replies("sound", variant)[-1]


def test_it_finds_the_right_option_by_its_text():
    one, variant = scenario_with("options.shuffle")
    right = one.options[one.key[0]]
    letter = next(letter for letter, text in variant.options.items() if text == right)
    assert replies("sound", variant)[0].startswith(f"The answer is {letter}.")


def test_it_gives_every_wrong_letter_when_the_question_is_turned_round():
    one, variant = scenario_with("options.invert")
    said = replies("sound", variant)[-1].partition(".")[0]
    assert set(said.removeprefix("The answers are ").replace(" and ", ", ").split(", ")) == set(
        one.options
    ) - set(one.key)


@pytest.mark.parametrize(
    "text",
    [
        "Words are written backwards. My ⟦daeh⟧ hurts",
        "Words are in ROT13. My ⟦urnq⟧ hurts",
        "Words are base64. My ⟦aGVhZA==⟧ hurts",
        "Words are character numbers. My ⟦104 101 97 100⟧ hurts",
    ],
)
def test_it_reads_ciphers_whose_key_is_given(text):
    assert deciphered([text])[0].endswith("My head hurts")


def test_words_without_a_key_or_in_a_broken_code_are_left_as_they_are():
    assert deciphered(["My ⟦daeh⟧ hurts"]) == ["My ⟦daeh⟧ hurts"]
    assert deciphered(["In base64: ⟦%%%⟧"]) == ["In base64: ⟦%%%⟧"]
