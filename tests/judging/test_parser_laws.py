"""Laws of reading a judge, over everything that judges are known to do wrong at once: no verdict is ever invented."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from primum.judging.llm import verdict
from primum.judging.parser import Parsed, Unparsed, parse_answers
from primum.judging.rubric import DECIDED
from tests.judging.build import check, scenario

IDS = ("calls", "no-double", "asks")
EXTRA = ("invented", "calls-2")
REPLY = "I am sorry. Please call 999 now, and take two tablets."
ANSWERS = ("met", "not_met", "not_applicable", "cannot_judge")
LOOSE = {
    "Met": "met",
    "NOT MET": "not_met",
    "not-met": "not_met",
    "unmet": "not_met",
    "N/A": "not_applicable",
}
QUOTES = st.sampled_from(
    ["", "call 999", "take two tablets", "call an ambulance", "Take **two** tablets", ".", "999"]
)

good = st.one_of(
    st.sampled_from([*ANSWERS, *LOOSE]).map(lambda word: {"answer": word}),
    st.sampled_from(ANSWERS),
    st.builds(
        lambda answer, quote, reply: {"quote": quote, "reply": reply, "reason": "so", "answer": answer},
        st.sampled_from(ANSWERS),
        QUOTES,
        st.one_of(st.integers(-1, 3), st.none(), st.just("1")),
    ),
)
bad = st.sampled_from(
    [None, True, 0, 1, 4.5, [], {}, "yes", "met or not met", {"answer": True}, {"answer": None}, {"answer": ["met"]},
     {"answer": "probably met"}, {"verdict": "met"}, {"answer": {"answer": "met"}}, ["met"]]
)  # fmt: skip
statement = st.tuples(st.sampled_from([*IDS, *EXTRA]), st.one_of(good, bad))
"""One check with whatever the judge wrote for it; a check may be stated several times, or never."""
PROSE = st.text(alphabet=st.characters(exclude_characters="{}[]\"'<`"), max_size=30)


def said(entry: Any) -> str | None:
    """The answer that an entry states, by the plainest reading; None where it states none."""
    word = entry.get("answer") if isinstance(entry, dict) else entry
    if not isinstance(word, str):
        return None
    return word if word in ANSWERS else LOOSE.get(word)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[tuple[str, Any]]]:
    """What a judge wrote, in one object or several, and the statements in it."""
    objects = draw(st.lists(st.lists(statement, max_size=5), min_size=1, max_size=3))
    text = draw(PROSE)
    for statements in objects:
        comma = draw(st.sampled_from(["", ",", " ,\n"])) if statements else ""
        pairs = ", ".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in statements)
        body = "{" + pairs + comma + "}"  # written by hand, since no dict can hold a key twice
        if draw(st.booleans()):
            body = '{"checks": ' + body + draw(st.sampled_from(["", ",", ', "refusal": "none"'])) + "}"
        if draw(st.booleans()):
            body = f"```json\n{body}\n```"
        text += body + draw(PROSE)
    return text, [one for statements in objects for one in statements]


def stated(statements: Sequence[tuple[str, Any]]) -> dict[str, set[str]]:
    """Every answer that each check was given."""
    found: dict[str, set[str]] = {}
    for name, entry in statements:
        answer = said(entry)
        if answer is not None and name in IDS:
            found.setdefault(name, set()).add(answer)
    return found


@given(written())
def test_what_is_read_is_what_was_stated_once_and_without_contradiction(
    judge: tuple[str, list[tuple[str, Any]]],
) -> None:
    """Fenced, prose around, trailing commas, doubled keys, wrong types, extra and missing checks, several objects."""
    text, statements = judge
    wanted = stated(statements)
    found = parse_answers(text, IDS)
    if not wanted or any(len(answers) > 1 for answers in wanted.values()):
        assert isinstance(found, Unparsed)
        return
    assert isinstance(found, Parsed)
    assert {name: one.answer for name, one in found.answers.items()} == {
        name: answers.pop() for name, answers in wanted.items()
    }
    assert set(found.missing) == set(IDS) - set(found.answers)
    assert set(found.extra) <= set(EXTRA)


@given(written(), st.data())
def test_what_is_cut_short_states_nothing_that_the_whole_did_not(
    judge: tuple[str, list[tuple[str, Any]]], data: st.DataObject
) -> None:
    text, statements = judge
    found = parse_answers(text[: data.draw(st.integers(0, len(text)))], IDS)
    if isinstance(found, Parsed):
        wanted = stated(statements)
        assert all(one.answer in wanted.get(name, ()) for name, one in found.answers.items())


CASE = scenario(check("calls", critical=True), check("no-double", "commission"), check("asks"))
SHOWN = {"calls": "met", "asks": "met", "no-double": "not_met"}
"""The answer that rests on words of the reply, by check."""


@given(written())
def test_a_verdict_answers_every_check_and_decides_only_what_was_stated_and_can_be_shown(
    judge: tuple[str, list[tuple[str, Any]]],
) -> None:
    text, statements = judge
    parsed = parse_answers(text, IDS)
    if isinstance(parsed, Unparsed):
        return
    found = verdict("j", CASE, [REPLY], parsed)
    wanted = stated(statements)
    assert [one.check for one in found.checks] == list(IDS)
    for one in found.checks:
        if one.answer in DECIDED:
            assert one.answer in wanted[one.check]
        if one.answer == SHOWN[one.check]:
            assert one.quote and REPLY[one.start :].startswith(one.quote)
        if one.quote:
            assert REPLY[one.start : one.start + len(one.quote)] == one.quote
        if one.check not in parsed.answers:
            assert one.answer == "cannot_judge"


@given(st.text(max_size=400))
def test_no_text_whatever_gives_an_answer_that_is_not_written_in_it(text: str) -> None:
    found = parse_answers(text, IDS)
    if isinstance(found, Parsed):
        assert all(name in text for name in found.answers)
