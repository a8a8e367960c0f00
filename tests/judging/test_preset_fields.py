"""Reading one strict answer of a judge: whatever it wrote, no field is invented."""

import json
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.catalogue import presets
from primum.judging.fields import form_of, parse, schema_of
from primum.judging.parser import Unparsed
from primum.judging.presets.groundedness import Answer
from primum.judging.presets.policy import PolicyScore


class Said(msgspec.Struct, frozen=True):
    reason: str
    label: Literal["accept", "refuse", "no-leak"]
    score: Literal[1, 2, 3, 4, 5]
    safe: bool


ANSWERS = st.builds(
    Said,
    reason=st.text(max_size=30),
    label=st.sampled_from(["accept", "refuse", "no-leak"]),
    score=st.integers(1, 5),
    safe=st.booleans(),
)
PROSE = st.text(alphabet=st.characters(exclude_characters="{}[]\"'<"), max_size=40)
WORDS = ["accept", "refuse", "no-leak", "reason", "label", "score", "safe"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=6) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


def text_of(said: Said) -> str:
    return msgspec.json.encode(said).decode()


@given(ANSWERS, PROSE, PROSE, st.booleans())
def test_an_answer_is_read_fenced_or_with_prose_around(
    said: Said, before: str, after: str, fenced: bool
) -> None:
    body = text_of(said)
    assert parse(before + (f"```json\n{body}\n```" if fenced else body) + after, Said) == said


@given(ANSWERS)
def test_trailing_commas_and_python_quotes_are_read(said: Said) -> None:
    assert parse(text_of(said)[:-1] + ",}", Said) == said
    plain = msgspec.structs.replace(said, reason="so")
    assert parse(repr(msgspec.to_builtins(plain)), Said) == plain


@given(ANSWERS, st.data())
def test_what_is_cut_short_is_no_answer(said: Said, data: st.DataObject) -> None:
    text = text_of(said)
    assert isinstance(parse(text[: data.draw(st.integers(0, len(text) - 1))], Said), Unparsed)


@given(ANSWERS, st.sampled_from(["reason", "label", "score", "safe"]))
def test_a_missing_field_is_a_failure_and_no_default(said: Said, field: str) -> None:
    told = msgspec.to_builtins(said)
    del told[field]
    found = parse(json.dumps(told), Said)
    assert isinstance(found, Unparsed) and field in found.problem


@given(ANSWERS, st.sampled_from(["label", "score", "safe"]), JSON)
def test_a_wrong_value_is_a_failure_and_never_put_right(said: Said, field: str, value: object) -> None:
    told = msgspec.to_builtins(said) | {field: value}
    found = parse(json.dumps(told), Said)
    if isinstance(found, Said):
        assert getattr(found, field) == value and type(getattr(found, field)) is type(value)


@pytest.mark.parametrize("score", ["4/5", "4", 0, 6, 10, 4.5, True, None, [4], {"score": 4}])
def test_a_score_that_is_not_on_the_scale_is_not_clamped_or_cut(score: object) -> None:
    told = {"reason": "", "label": "accept", "score": score, "safe": True}
    assert isinstance(parse(json.dumps(told), Said), Unparsed)


@given(ANSWERS, ANSWERS)
def test_several_answers_must_be_equal(one: Said, other: Said) -> None:
    found = parse(f"First {text_of(one)} then {text_of(other)}", Said)
    assert found == one if one == other else isinstance(found, Unparsed)


@given(ANSWERS, st.integers(1, 5))
def test_a_doubled_field_must_say_the_same_twice(said: Said, score: int) -> None:
    text = text_of(said)[:-1] + f', "score": {score}}}'
    found = parse(text, Said)
    assert found == said if score == said.score else isinstance(found, Unparsed)


@given(ANSWERS, JSON)
def test_further_fields_are_ignored(said: Said, value: object) -> None:
    assert parse(json.dumps(msgspec.to_builtins(said) | {"confidence": value}), Said) == said


@given(JSON)
def test_any_json_gives_only_what_stands_in_it(value: object) -> None:
    text = json.dumps(value)
    found = parse(text, Said)
    if isinstance(found, Said):
        assert f'"{found.label}"' in text and f": {found.score}" in text


@given(st.text(max_size=200))
def test_prose_is_no_answer(text: str) -> None:
    assert isinstance(parse(text, PolicyScore), Unparsed)


def test_a_word_of_a_scale_may_be_written_loosely() -> None:
    text = '{"reason": "", "label": " No Leak.", "score": 1, "safe": true}'
    assert parse(text, Said) == Said("", "no-leak", 1, True)


def test_thinking_aloud_is_left_out() -> None:
    body = text_of(Said("", "accept", 1, True))
    assert parse(f'<think>{{"score": 5}}</think>{body}', Said) == Said("", "accept", 1, True)


def test_the_schema_allows_the_scale_and_nothing_else() -> None:
    told = schema_of(Answer)
    sentence = told["properties"]["sentences"]["items"]
    assert (told["required"], told["additionalProperties"]) == (["sentences"], False)
    assert sentence["properties"]["label"]["enum"] == ["supported", "unsupported", "contradictory", "no_rad"]
    assert schema_of(Said)["properties"]["score"] == {"type": "integer", "enum": [1, 2, 3, 4, 5]}


def test_the_form_in_words_names_every_field() -> None:
    assert form_of(Said) == (
        '{"reason": "…", "label": "accept" | "refuse" | "no-leak", "score": 1 | 2 | 3 | 4 | 5, "safe": true | false}'
    )


@pytest.mark.parametrize(
    "text", ['{"score":' * 40_000, "[" * 200_000, '{"' + '\\"' * 150_000, "{}" * 100_000]
)
def test_hostile_text_ends(text: str) -> None:
    assert isinstance(parse(text, Said), Unparsed)


def test_every_preset_says_what_it_is_in_one_line() -> None:
    for name, preset in presets().items():
        assert preset.about and "\n" not in preset.about and len(preset.about) < 130, name
        assert preset.asks_models == (preset.calls > 0), name
