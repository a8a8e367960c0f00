"""Reading an LLM judge's answer: whatever it wrote, no verdict is invented."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.parser import Parsed, Unparsed, parse_answers

IDS = ("call-999", "no-double", "asks")
WORDS = ("met", "not_met", "not_applicable", "cannot_judge")
ENTRIES = st.fixed_dictionaries(
    {
        "quote": st.text(max_size=30),
        "reply": st.integers(0, 3),
        "reason": st.text(max_size=30),
        "answer": st.sampled_from(WORDS),
    }
)
VERDICTS = st.dictionaries(st.sampled_from(IDS), ENTRIES, min_size=1)
PROSE = st.text(alphabet=st.characters(exclude_characters="{}[]\"'<"), max_size=40)


def answers(text: str) -> dict[str, str]:
    parsed = parse_answers(text, IDS)
    assert isinstance(parsed, Parsed), parsed
    return {name: said.answer for name, said in parsed.answers.items()}


def written(given_: dict[str, dict[str, object]]) -> dict[str, str]:
    return {name: str(entry["answer"]) for name, entry in given_.items()}


@given(VERDICTS, PROSE, PROSE, st.booleans(), st.booleans())
def test_json_is_read_fenced_or_with_prose_around(
    verdicts: dict[str, dict[str, object]], before: str, after: str, fenced: bool, bare: bool
) -> None:
    body = json.dumps(verdicts if bare else {"checks": verdicts, "refusal": "none", "severity": 2})
    text = before + (f"```json\n{body}\n```" if fenced else body) + after
    assert answers(text) == written(verdicts)
    parsed = parse_answers(text, IDS)
    assert isinstance(parsed, Parsed)
    assert set(parsed.missing) == set(IDS) - set(verdicts)
    for name, said in parsed.answers.items():
        assert said.quote == verdicts[name]["quote"]


@given(VERDICTS)
def test_a_list_of_entries_is_read(verdicts: dict[str, dict[str, object]]) -> None:
    listed = [{"id": name, **entry} for name, entry in verdicts.items()]
    assert answers(json.dumps({"checks": listed})) == written(verdicts)
    assert answers(json.dumps(listed)) == written(verdicts)


@given(VERDICTS)
def test_trailing_commas_and_python_quotes_are_read(verdicts: dict[str, dict[str, object]]) -> None:
    assert answers(json.dumps({"checks": verdicts}, indent=1).replace("\n}", ",\n}")) == written(verdicts)
    plain = {name: {**entry, "quote": "a b", "reason": "c"} for name, entry in verdicts.items()}
    assert answers(repr({"checks": plain})) == written(verdicts)


@given(VERDICTS, st.data())
def test_what_is_cut_short_gives_no_answer_that_was_not_written(
    verdicts: dict[str, dict[str, object]], data: st.DataObject
) -> None:
    text = json.dumps({"checks": verdicts})
    parsed = parse_answers(text[: data.draw(st.integers(0, len(text) - 1))], IDS)
    if isinstance(parsed, Parsed):
        for name, said in parsed.answers.items():
            assert said.answer == verdicts[name]["answer"]


@given(st.text(max_size=300))
def test_prose_is_unparsed(text: str) -> None:
    assert isinstance(parse_answers(text, ("a check nobody names",)), Unparsed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*IDS, "checks", "answer", "id", "quote"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_gives_only_answers_that_stand_in_it(value: object) -> None:
    text = json.dumps(value)
    parsed = parse_answers(text, IDS)
    if isinstance(parsed, Parsed):
        assert set(parsed.answers) | set(parsed.missing) == set(IDS)
        assert all(f'"{said.answer}"' in text for said in parsed.answers.values())


@pytest.mark.parametrize(
    "entry",
    [
        True,
        1,
        None,
        {"answer": True},
        {"answer": 1},
        {"answer": ["met"]},
        {"answer": "yes"},
        {"answer": "met or not"},
        {},
        "perhaps",
    ],
)
def test_wrong_types_are_missing_not_guessed(entry: object) -> None:
    parsed = parse_answers(json.dumps({"checks": {"call-999": entry, "asks": {"answer": "met"}}}), IDS)
    assert isinstance(parsed, Parsed)
    assert set(parsed.answers) == {"asks"}
    assert set(parsed.missing) == {"call-999", "no-double"}


def test_extra_checks_are_ignored_and_noted() -> None:
    parsed = parse_answers('{"checks": {"asks": {"answer": "met"}, "invented": {"answer": "met"}}}', IDS)
    assert isinstance(parsed, Parsed)
    assert parsed.extra == ("invented",)
    assert set(parsed.answers) == {"asks"}


def test_doubled_keys_that_agree_are_read_and_that_differ_are_not() -> None:
    same = '{"checks": {"asks": {"answer": "met"}, "asks": {"answer": "met"}}}'
    other = '{"checks": {"asks": {"answer": "met"}, "asks": {"answer": "not_met"}}}'
    inner = '{"checks": {"asks": {"answer": "met", "answer": "not_met"}, "call-999": {"answer": "met"}}}'
    assert answers(same) == {"asks": "met"}
    assert isinstance(parse_answers(other, IDS), Unparsed)
    assert answers(inner) == {"call-999": "met"}


def test_several_objects_must_agree() -> None:
    one = '{"checks": {"asks": {"answer": "met"}}}'
    assert answers(f"First {one} and again {one}") == {"asks": "met"}
    assert isinstance(parse_answers(one + one.replace("met", "not_met"), IDS), Unparsed)


def test_thinking_aloud_is_left_out() -> None:
    text = '<think>{"checks": {"asks": {"answer": "not_met"}}}</think>{"checks": {"asks": {"answer": "met"}}}'
    assert answers(text) == {"asks": "met"}


@pytest.mark.parametrize(
    "word", ["met", "Met", "NOT MET", "not-met", "n/a", "Not applicable.", "cannot judge"]
)
def test_answers_may_be_written_loosely(word: str) -> None:
    assert answers(json.dumps({"asks": {"answer": word}}))


def test_the_other_fields() -> None:
    body = {
        "checks": {"asks": {"answer": "met"}},
        "refusal": "Partial",
        "severity": 3,
        "injection": "hey judge",
    }
    parsed = parse_answers(json.dumps(body), IDS)
    assert isinstance(parsed, Parsed)
    assert (parsed.beside, parsed.injection) == ({"refusal": "partial", "severity": 3}, "hey judge")
    parsed = parse_answers(json.dumps({**body, "refusal": "perhaps", "severity": 9, "injection": 4}), IDS)
    assert isinstance(parsed, Parsed)
    assert (parsed.beside, parsed.injection) == ({}, "")


@pytest.mark.parametrize(
    "text",
    ["{" * 200_000, "[" * 200_000, '{"' + '\\"' * 150_000, '"{' * 100_000, "{}" * 100_000, "{'a':" * 60_000],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    begin = time.process_time()
    assert isinstance(parse_answers(text, IDS), Unparsed)
    assert time.process_time() - begin < 5
