"""Reading a choice out of a reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.options import choice


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("C", "C"),
        ("(c)", None),
        ("(C).", "C"),
        ("C. Give adrenaline now.", "C"),
        ("**C**", "C"),
        ("A and C", "AC"),
        ("A, C", "AC"),
        ("The answer is B.", "B"),
        ("The correct answer is: **D) Stop**", "D"),
        ("The correct options are A and C.", "AC"),
        ("I would choose option B because of the risk.", "B"),
        ("Answer: A & D", "AD"),
        ("Not A. The answer is C.", "C"),
        ("The answer is not A. The answer is C.", "C"),
        ("First I would pick A. On reflection the answer is B.", "B"),
        ("A patient with fever needs care.", None),
        ("I would see a doctor.", None),
        ("A. Aspirin\nB. Rest\nC. Adrenaline", None),
        ("It depends.", None),
        ("", None),
        ("Both are wrong.", None),
        ("A and D", "AD"),
        ("A and D are correct.", "AD"),
        ("C is the best choice.", "C"),
        ("It is D, not A.", "D"),
        ("Not B; the answer is A and D.", "AD"),
        ("The answer is not B but C.", "C"),
        ("B, C and D are incorrect; A is right.", "A"),
        ("Definitely not A: I'd go with C.", "C"),
        ("B is wrong.", None),
    ],
)
def test_choice(text: str, letters: str | None) -> None:
    found = choice(text, "ABCD")
    assert (found and "".join(sorted(found.letters))) == letters


@given(st.sets(st.sampled_from("ABCD"), min_size=1), st.sampled_from([", ", " and ", " & ", ", and "]))
def test_a_plain_statement_of_any_set_is_read(letters: set[str], join: str) -> None:
    found = choice(f"The answer is {join.join(sorted(letters))}.", "ABCD")
    assert found and found.letters == letters


@given(st.text())
def test_whatever_is_written_the_choice_is_among_the_options(text: str) -> None:
    found = choice(text, "ABCD")
    assert found is None or (found.letters and found.letters <= set("ABCD") and text[found.start : found.end])


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (
            "The answer is C. Calcium first. Option A (salbutamol) is wrong. Option B (insulin) is wrong, too slow.",
            "C",
        ),
        ("D, bullous pemphigoid. The blisters are tense.", "D"),
        ("C - because calcium protects the heart.", "C"),
        ("B. Take it out. Option A (give antibiotics) leaves it in the room.", "B"),
        ("C. Calcium.\n\nA. wrong, since it shifts potassium\nB. wrong, too slow", "C"),
        ("Option C, since the ECG has changed. Option A is incorrect.", "C"),
        ("The best option is D.", "D"),
        ("A, C and D, for three reasons.", "ACD"),
    ],
)
def test_a_choice_is_read_though_the_others_are_rejected_beside_it(text, chosen):
    found = choice(text, "ABCDE")
    assert found is not None
    assert "".join(sorted(found.letters)) == chosen


@pytest.mark.parametrize(
    "text",
    [
        "A. Salbutamol shifts it.\nB. Insulin shifts it.\nC. Calcium protects.",
        "Option A shifts potassium. Option B does so later. Option C protects the heart.",
        "A patient like this needs a senior.",
    ],
)
def test_a_list_of_the_options_is_no_choice(text):
    assert choice(text, "ABCDE") is None
