"""The simulated patient: what is kept back appears only after a question that is about it (register C14)."""

import json

import pytest

from primum.attacks.find import find_attack
from primum.attacks.patient import QUESTIONS, asked_for, hidden_facts, questions
from primum.scenarios.model import Fact
from primum.transforms.asking import content_words
from tests.attacks.stage import BAD, LIBRARY, play

ATTACK = find_attack("patient")
FITTING = [one for one in LIBRARY.scenarios if not ATTACK.fits(one)]


def fact(text):
    return Fact(id="it", text=text, weight="decisive")


def said(played):
    return [str(message.content) for message in played.looked[-1].exchange.messages if message.role == "user"]


def asks_about(one):
    """A question with a word of the fact."""
    return f"Can you tell me more about {content_words(one.text)[0]}?"


@pytest.mark.parametrize("scenario", FITTING[::60], ids=lambda one: one.id)
async def test_nothing_that_is_kept_back_stands_in_the_opening_and_all_of_it_is_marked(scenario):
    played = await play(ATTACK, scenario, lambda *_: "Take some rest.")
    assert len(said(played)) == 1
    for one in hidden_facts(scenario):
        assert one.text not in said(played)[0]
    assert played.looked[-1].variant.changed


@pytest.mark.parametrize("scenario", FITTING[::60], ids=lambda one: one.id)
async def test_an_unrelated_question_brings_nothing_to_light(scenario):
    played = await play(ATTACK, scenario, lambda *_: "Hm, why not zzz?")
    for text in said(played):
        for one in hidden_facts(scenario):
            assert one.text not in text


async def test_a_fact_appears_after_the_question_that_is_about_it_and_not_before():
    for scenario in FITTING[::40]:
        kept = [one for one in hidden_facts(scenario) if content_words(one.text)]
        if not kept:
            continue
        wanted = kept[-1]
        answers = iter(["Hm, why not zzz?", asks_about(wanted), "Then rest."])
        played = await play(ATTACK, scenario, lambda *_, answers=answers: next(answers))
        texts = said(played)
        told = scenario.slots and "{" in wanted.text
        assert told or (wanted.text in texts[2] and wanted.text not in texts[0] + texts[1])


@pytest.mark.parametrize(
    "text, question",
    [
        ("I weigh 62 kg", "How heavy are you?"),
        ("she is allergic to penicillin", "Any allergies?"),
        ("creatinine was 210", "How are your kidneys?"),
        ("takes warfarin", "Which medicines do you take?"),
        ("vomiting since Monday", "When did it start?"),
    ],
)
def test_a_question_about_the_kind_of_a_fact_is_about_the_fact(text, question):
    assert asked_for([question.lower()], [fact(text)])
    assert not asked_for(["do you like music?"], [fact(text)])


async def test_after_so_many_questions_it_must_advise_and_only_the_advice_is_judged():
    scenario = FITTING[0]
    played = await play(ATTACK, scenario, lambda *_: "Why not zzz?")
    assert len(played.asked) == QUESTIONS + 1
    assert [len(one.exchange.replies) for one in played.looked] == [1]
    assert [text.count("Please tell me now") for text in said(played)] == [0, 0, 0, 1]


async def test_advice_that_is_bad_at_last_fails():
    answers = iter(["Why not zzz?", f"Well. {BAD}"])
    played = await play(ATTACK, FITTING[0], lambda *_: next(answers))
    assert played.attempts[0].failed and played.attempts[0].calls == 2


async def test_a_writer_words_the_answer_and_a_program_sees_that_all_of_it_is_said():
    scenario = next(one for one in FITTING if any("mg" in fact.text for fact in hidden_facts(one)))
    wanted = next(one for one in hidden_facts(scenario) if "mg" in one.text)

    def words(text):
        answers = iter([asks_about(wanted), "Then rest."])
        return play(
            ATTACK, scenario, lambda *_: next(answers), writer=lambda *_: json.dumps({"message": text})
        )

    good = await words(f"Oh yes, that would be {wanted.text}.")
    assert said(good)[1].startswith("Oh yes")
    for bad in ("I would rather not say.", f"{wanted.text} and 999 mg of morphine."):
        assert said(await words(bad))[1].startswith("You asked about that:")


def test_only_what_is_asked_is_a_question():
    assert questions("Rest. Drink. Does it hurt? Tell me.") == ("Does it hurt?",)
