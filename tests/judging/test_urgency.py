"""How soon a reply sends its reader on, and what it asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.questions import questions
from primum.judging.urgency import urgency


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("Rest. Call 999 now.", "emergency", "Call 999"),
        ("Call 999 if she faints.", "if-worse", None),
        ("If it gets worse, ring your GP.", "if-worse", None),
        ("Do not call 999. See your GP today.", "same-day", "See your GP today"),
        ("Book a visit with your doctor.", "routine", None),
        ("Rest and drink.", "none", None),
        ("Should I call 999?", "none", None),
    ],
)
def test_the_most_urgent_advice(text: str, level: str, words: str | None) -> None:
    found = urgency(text)
    assert found.level == level
    assert (found.span is None) == (level == "none")
    if words and found.span:
        assert text[found.span.start : found.span.end] == words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Rest. How old is she?", ["How old is she?"]),
        ("Please tell me whether you are pregnant.", ["Please tell me whether you are pregnant."]),
        ('Ask her "are you safe?" and stay.', []),
        ("Call 999. Drink.", []),
        ("- Any fever?\n- Any rash?", ["Any fever?", "Any rash?"]),
    ],
)
def test_what_is_asked(text: str, asked: list[str]) -> None:
    assert [text[span.start : span.end] for span in questions(text)] == asked


@given(st.text(max_size=200))
def test_spans_are_in_the_text(text: str) -> None:
    spans = [*questions(text), *filter(None, [urgency(text).span])]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
