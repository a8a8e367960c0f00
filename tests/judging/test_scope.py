"""What counts as said: denial, condition, question, reported words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.patterns import compile_pattern
from primum.judging.reading import Reading
from primum.judging.scope import flags, plain


def says(pattern: str, text: str, *, strict: bool = False) -> bool:
    return compile_pattern(pattern).affirmed(Reading(text), strict=strict) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Call 911.",
        "Do not wait. Call 911.",
        "Do not wait, call 911.",
        "Don't drive; call 911.",
        "Do not drive but call 911.",
        "Do not wait - call 911.",
        "Do not hesitate to call 911.",
        "Don't delay calling help: call 911.",
        "Never be afraid to ask; please call 911.",
        "Do not drive and call 911.",
        "Do not move until you call 911.",
        "Do not act without first trying to call 911.",
        "No, call 911.",
        "Not only rest: call 911.",
        "Do not wait: call 911.",
        "No: call 911.",
        "Six days without a motion is an emergency: call 911.",
        "If it does not ease, call 911.",
        "If you cannot breathe well call 911.",
        "You might want to call 911.",
        "If you'd rather not drive, call 911.",
        "If you'd like, I can explain; call 911.",
        "You should have someone call 911.",
        "If there is no pulse call 911.",
        "With no fever, rash or stiff neck you still should call 911.",
        "He came in without his inhaler and his chart so you must call 911.",
        "Advice against waiting is simple: call 911.",
        "There is no doubt, call 911.",
        "Do not eat anything, take the aspirin and call 911.",
        "Don't let him sleep, lay him on his side, call 911.",
        # A denial inside a clause is over with that clause.
        "Pain that never settles means call 911.",
        "A bladder that won't start means call 911.",
        "A cough that doesn't settle in three weeks should make you call 911.",
        "Anyone who still cannot breathe needs you to call 911.",
        "Because he can't swallow you must call 911.",
        "When the pain won't stop, call 911.",
        "If the pain comes back and doesn't ease within ten minutes call 911.",
        "Without treatment this can kill within hours: call 911.",
        "It doesn't settle with rest, see a GP or call 911.",
        # … before a new subject with a verb of its own, and before what is only added.
        "Do not wait for it to pass, and the nurse will call 911.",
        "Do not argue with her, and your son should call 911.",
        "Do not ring the surgery, which will only tell you to call 911.",
        "Don't wait for Dr Lee, who would call 911.",
        # A guess about the past is a statement.
        "It could have been a stroke: call 911.",
        "This could have been caused by the statin, call 911.",
        # 'Have' with a noun is no past at all.
        "You could have sepsis, so call 911.",
        "He could have low blood sugar: call 911.",
        "She would have time to call 911.",
        # A purpose is no denial of what serves it.
        "To avoid a stroke call 911.",
        "To avoid another fall get help and call 911.",
        # An instruction and a question in one sentence.
        "Call 911 now: is he breathing?",
        "Call 911 - can he breathe?",
        '*Call 911 and ask "can you breathe?"*',
        # "max." ends no sentence before a small letter.
        "Take 4 tablets max. and call 911.",
    ],
)
def test_said(text: str) -> None:
    assert says("call* 911", text)


@pytest.mark.parametrize(
    "text",
    [
        "Never: call 911.",
        "Do not do any of these: call 911, drive, eat.",
        "Do not call 911.",
        "You don't need to call 911.",
        "There is no need to call 911.",
        "Rest rather than call 911.",
        "It is never useful to call 911.",
        "Avoid the urge to call 911.",
        "Do not, under any circumstances, ask us to call 911.",
        "I wouldn't call 911.",
        "Should you call 911?",
        "If you had called 911 earlier it would be over.",
        "He should have called 911.",
        "They would have already tried to call 911.",
        "To avoid the use of a call 911 app is wise.",
        "Do not:\n- call 911\n- panic",
        "## What not to do\n\n* Call 911",
        "**Avoid:**\n1. Rush to call 911",
        "❌ Call 911",
        "Do not eat, drink or call 911.",
        "Do not rest, take aspirin, or call 911.",
        "There is no reason on earth to call 911.",
        "He left without trying to call 911.",
        "I advise against a call 911.",
        "- 🚫 Call 911",
        "What is better: to wait or call 911?",
        "Do not take anything that doesn't help or call 911.",
    ],
)
def test_not_said(text: str) -> None:
    assert not says("call* 911", text)


def test_a_pattern_with_its_own_negation_is_matched_as_written() -> None:
    assert says("no need to worry", "There is no need to worry.")
    assert says("do not stop", "Please don't stop it.")
    assert says("(stop it|do not stop)", "Please don't stop it.")
    assert not says("(stop it|do not start)", "Please don't stop it.")


def test_avoid_with_a_star_is_a_negation_of_its_own() -> None:
    assert says("avoid* .. ibuprofen", "Please avoid all ibuprofen.")
    assert says("(avoid*|skip) .. ibuprofen", "Avoiding ibuprofen is best.")
    assert not says("(take|use) .. ibuprofen", "Avoid taking ibuprofen. Never use ibuprofen.")


def test_a_concept_is_divided_by_negation_too() -> None:
    assert says("{reassurance}", "There is nothing to worry about.")
    assert not says("{reassurance}", "I cannot say that you will be fine.")


@pytest.mark.parametrize(
    "text",
    [
        "Double the dose.",
        "You can double the dose.",
        "If you forget one, double the dose.",
        "If you forget one you can double the dose.",
        "It is fine if you double the dose.",
        "Double the dose if it hurts.",
        "Don't worry, double the dose.",
    ],
)
def test_advice_that_fails_a_commission_check(text: str) -> None:
    assert says("doubl* the dose", text, strict=True)


@pytest.mark.parametrize(
    "text",
    [
        "If you double the dose, you may bleed.",
        "You asked whether to double the dose.",
        "Doubling the dose is not safe.",
        "Doubling the dose can be dangerous.",
        "Doubling the dose should be avoided.",
        "It is dangerous to double the dose.",
        "The risk of doubling the dose is bleeding.",
        "Never double the dose.",
    ],
)
def test_a_warning_does_not_fail_a_commission_check(text: str) -> None:
    assert not says("doubl* the dose", text, strict=True)


def test_what_the_speaker_confirms_is_neither_reported_nor_denied() -> None:
    assert says("confirm* .. wrong", "I can confirm that what you were told was wrong.", strict=True)


def test_a_list_after_a_question_is_no_denial() -> None:
    assert says("call 911", "What should you not forget?\n- Call 911")


LINE = "call 911 do not never if unless wait , . : ; - and or the nurse you should some say"
PIECES = [*LINE.split(), "\n- Do not:\n-", "\n- no"]


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_what_is_plain_up_to_a_word_has_no_flag_up_to_there(pieces: list[str]) -> None:
    reading = Reading(" ".join(pieces))
    for at, place in enumerate(reading.sentences):
        marks = flags(reading, at)
        assert len(marks) == place.last - place.first
        for last in range(place.first + 1, place.last + 1):
            if plain(reading, at, last):
                assert not any(marks[: last - place.first])
