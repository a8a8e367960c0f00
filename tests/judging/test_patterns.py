"""The evidence pattern language, as docs/scenarios.md describes it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.judging.patterns import compile_pattern
from primum.judging.reading import Reading


def found(pattern: str, text: str) -> str | None:
    span = compile_pattern(pattern).find(Reading(text))
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("pattern", "text", "quote"),
    [
        ("call ambulance", "Please CALL, ambulance!", "CALL, ambulance"),
        ("call ambulance", "call an ambulance", None),
        ("(call|ring|phone) ambulance", "ring ambulance", "ring ambulance"),
        ("(call 911|go to the er)", "You should go to the ER.", "go to the ER"),
        ("call (an)? ambulance", "call an ambulance or call ambulance", "call an ambulance"),
        ("emergenc*", "This is an Emergency.", "Emergency"),
        (
            "call .. ambulance",
            "call for a really very fast ambulance",
            "call for a really very fast ambulance",
        ),
        (
            "call .. ambulance",
            "call one two three four five six ambulance",
            "call one two three four five six ambulance",
        ),
        ("call .. ambulance", "call one two three four five six seven ambulance", None),
        (
            "call ... ambulance",
            "call one two three four five six seven ambulance",
            "call one two three four five six seven ambulance",
        ),
        ("call ... ambulance", "Call us. The ambulance comes.", None),
        ("call .. ambulance", "call, call an ambulance", "call an ambulance"),
        ("#", "take 3 of them", "3"),
        ("#", "take three of them", "three"),
        ("#", "one of them", None),
        ("#tablet", "one tablet", "one tablet"),
        ("#mg", "500mg", "500mg"),
        ("#mg", "1,000 mg", "1,000 mg"),
        ("#mg", "2.5 milligrams", "2.5 milligrams"),
        ("#mg", "500 mcg", None),
        ("#mcg", "25 µg", "25 µg"),
        ("#tab*", "2 tabs", "2 tabs"),
        ("1000 mg", "1,000mg", "1,000mg"),
        ("don't stop", "do not stop", "do not stop"),
        ("do not stop", "Don’t stop", "Don’t stop"),
        ("cannot tell", "I can't tell", "can't tell"),
        ("patient record", "the patient's record", "patient's record"),
        ("a&e", "go to A&E", "A&E"),
        ("follow-up visit", "a follow up visit", "follow up visit"),
        ("call 911", "**Call** _911_", "Call** _911"),
        ("call .. (now)?", "Call us soon", "Call"),
        ("call .. (now)?", "Please call", "call"),
        ("call 911 !(if|unless)", "Call 911 now", "Call 911"),
        ("call 911 !(if|unless)", "Call 911 if she faints", None),
        ("call 911 !(if|unless)", "If she faints call 911", None),
        ("call 911 !(if|unless)", "Call 911; if she faints, lie her down", "Call 911"),
        ("(call !(if)|ring) 911", "If it hurts ring 911", "ring 911"),
        ("naive", "naïve", "naïve"),
        ("call 911", "ca\u200bll \u202e911", "ca\u200bll \u202e911"),
        ("call 911", "ｃａｌｌ ９１１", "ｃａｌｌ ９１１"),
        ("stop taking", "Stop\ntaking it", "Stop\ntaking"),
        ("stop taking", "- Stop\n- Taking it", None),
        ("(a|(b|c) d) e", "c d e", "c d e"),
        ("{emergency-number}", "ring 112", "112"),
        ("{call} (on)? {emergency-number}", "please ring 999", "ring 999"),
    ],
)
def test_the_language(pattern: str, text: str, quote: str | None) -> None:
    assert found(pattern, text) == quote


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(a",
        "a)",
        "(a|)",
        "..",
        "a ..",
        "... a",
        "(the)?",
        "a?",
        "**",
        "em*rg",
        "{no-such-thing}",
        "{x",
        "a..b",
        "—",
        "!(if) call",
        "call !",
        "call !if",
        "call !(if",
        "!(if)",
    ],
)
def test_a_wrong_pattern_is_an_error_that_names_it(pattern: str) -> None:
    with pytest.raises(PrimumError) as caught:
        compile_pattern(pattern)
    assert f"'{pattern}'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_misspelt_concept_is_given_the_near_one() -> None:
    with pytest.raises(PrimumError, match="Did you mean 'seek-emergency'"):
        compile_pattern("{seek-emergancy}")


# ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from(["ab", "abc", "cd", "ef", "7"])
TEXTS = st.lists(WORDS, max_size=14).map(" ".join)


def patterns(depth: int = 2) -> st.SearchStrategy[tuple[str, str]]:
    """A pattern and the regular expression over ' word word ' that means the same."""
    word = WORDS.map(lambda w: (w, f"{w} "))
    stem = st.sampled_from(["ab", "cd"]).map(lambda w: (f"{w}*", rf"{w}\w* "))
    number = st.just(("#", r"7 "))
    piece = word | stem | number
    if depth:
        groups = st.lists(patterns(depth - 1), min_size=1, max_size=3)
        group = groups.map(
            lambda ways: (
                "(" + "|".join(p for p, _ in ways) + ")",
                "(?:" + "|".join(r for _, r in ways) + ")",
            )
        )
        optional = group.map(lambda pair: (pair[0] + "?", pair[1] + "?"))
        piece = piece | group
        middle = piece | optional | st.just(("..", r"(?:\w+ ){0,6}")) | st.just(("...", r"(?:\w+ )*"))
        return st.tuples(piece, st.lists(middle, max_size=2), piece).map(
            lambda t: (
                " ".join(p for p, _ in (t[0], *t[1], t[2])),
                "".join(r for _, r in (t[0], *t[1], t[2])),
            )
        )
    return piece


@pytest.mark.parametrize("pattern", [r"\bcall\b", "^call", r"dose \d"])
def test_a_regular_expression_is_an_error_that_names_it(pattern: str) -> None:
    with pytest.raises(PrimumError, match="not regular expressions"):
        compile_pattern(pattern)


@pytest.mark.parametrize("text", ["You need rest.", "You'll need rest.", "You've got flu and need rest."])
def test_a_pronoun_also_finds_what_is_drawn_together_with_it(text: str) -> None:
    assert compile_pattern("you .. need rest").find(Reading(text)) is not None


@given(patterns(), TEXTS)
def test_it_finds_exactly_what_the_same_regular_expression_finds(pair: tuple[str, str], text: str) -> None:
    pattern, regex = pair
    expected = re.search(rf"(?:^|(?<= )){regex}", text + " ") is not None
    assert (found(pattern, text) is not None) == expected


@given(patterns(), TEXTS)
def test_letter_case_markdown_and_spacing_do_not_matter(pair: tuple[str, str], text: str) -> None:
    dressed = "**" + text.upper().replace(" ", "**,   *") + "*"
    assert (found(pair[0], text) is None) == (found(pair[0], dressed) is None)


@given(st.text(max_size=200))
def test_any_text_can_be_searched_and_a_quote_is_verbatim(text: str) -> None:
    reading = Reading(text)
    for pattern in ("{seek-emergency}", "#", "(a|b) ... c", "{reassurance}"):
        span = compile_pattern(pattern).find(reading)
        assert span is None or 0 <= span.start < span.end <= len(text)


HOSTILE = [
    "a " * 100_000,
    "do not " * 28_000,
    "call not " * 25_000,
    ". ! ? " * 33_000,
    "(" * 200_000,
    "call, " * 33_000,
    "if you if not unless " * 9_500,
    "- call\n" * 28_000,
    "\n" * 200_000,
    "a" * 200_000,
    "1,1,1," * 33_000,
    "don'" * 50_000,
    "\u200b" * 200_000,
    "**" * 100_000,
    "call call 9 not ambulance " * 8_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_hostile_text_takes_linear_time(text: str) -> None:
    compiled = [
        compile_pattern(p)
        for p in (
            "a ... a ... b",
            "call ... 911",
            "(a|a a) .. (a|a a) .. b",
            "{seek-emergency}",
            "{double-dose}",
        )
    ]
    begin = time.process_time()
    reading = Reading(text)
    for pattern in compiled:
        pattern.affirmed(reading, strict=True)
    assert time.process_time() - begin < 6  # quadratic time would be minutes
