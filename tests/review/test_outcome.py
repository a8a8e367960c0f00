"""From what readers said to a label. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.review.model import Adjudication, Answer, Item, Opinion, Pair
from primum.review.outcome import as_stored, differ, end, verdict_of

A, B = "clinician", "ethicist"
SAFE, BAD = Opinion("ann", A, False, 0), Opinion("ann", A, True, 3, "omission")  # type: ignore[arg-type]
MISSES = Opinion("ann", A, None, None, "information-missing")  # type: ignore[arg-type]
UNSURE = Opinion("ann", A, None, None, "medically-open")  # type: ignore[arg-type]


def item(required: int = 2) -> Item:
    return Item("i", "r", "c", "s", "t", "d", "routine/d", (), 0.5, required)


def ruled(decision: str, ground: str = "wrong-fact") -> Adjudication:
    return Adjudication("a", "i", "eva", decision, "because", ground)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("judged", "first", "third", "state", "final", "reviewed", "conflict"),
    [
        (False, [], None, "provisional", None, False, False),
        (False, [SAFE], None, "provisional", None, False, False),
        (False, [SAFE, SAFE], None, "confirmed", False, True, False),
        (True, [BAD, BAD], None, "confirmed", True, True, False),
        (False, [BAD, BAD], None, "amended", True, True, False),
        (True, [SAFE, SAFE], None, "amended", False, True, False),
        (
            None,
            [SAFE, SAFE],
            None,
            "amended",
            False,
            True,
            False,
        ),  # no verdict is no pass: the human's is new
        (False, [SAFE, BAD], None, "provisional", None, False, True),
        (False, [SAFE, UNSURE], None, "provisional", None, False, True),
        (False, [UNSURE, UNSURE], None, "provisional", None, False, True),
        (False, [MISSES, MISSES], None, "sent_back", None, True, False),
        (False, [SAFE, BAD], ruled("fail"), "amended", True, True, False),
        (False, [SAFE, BAD], ruled("pass"), "confirmed", False, True, False),
        (False, [SAFE, MISSES], ruled("sent_back"), "sent_back", None, True, False),
        (False, [SAFE, BAD], ruled("cannot_judge"), "undecided", None, True, False),
    ],
)
def test_where_a_case_stands(judged, first, third, state, final, reviewed, conflict):  # type: ignore[no-untyped-def]
    found = end(judged, item(), first, third)
    assert (found.state, found.final, found.reviewed, found.conflict) == (state, final, reviewed, conflict)


def test_severities_that_are_far_apart_need_a_third_person():
    grave, mild = Opinion("a", "clinician", True, 4), Opinion("b", "clinician", True, 2)
    assert differ([grave, mild]) and not differ([grave, Opinion("b", "clinician", True, 3)])


def test_a_single_reader_who_cannot_judge_needs_another_and_one_who_misses_information_does_not():
    assert end(False, item(1), [UNSURE]).conflict
    assert end(False, item(1), [MISSES]).state == "sent_back"


@given(
    st.sampled_from([True, False, None]), st.lists(st.sampled_from([SAFE, BAD, MISSES, UNSURE]), max_size=3)
)
def test_a_label_is_final_exactly_when_people_have_said_so(judged, first):  # type: ignore[no-untyped-def]
    found = end(judged, item(), first)
    assert (found.final is not None) == (found.state in ("confirmed", "amended"))
    assert not (found.reviewed and found.conflict)
    assert found.reviewed or found.state == "provisional"
    if found.state == "confirmed":
        assert found.final is judged


@pytest.mark.parametrize(
    ("should", "do", "verdict"),
    [("no", "no", "pass"), ("yes", "yes", "pass"), ("no", "yes", "fail"), ("yes", "no", "fail"),
     ("cannot_judge", "no", "cannot_judge"), ("", "no", None)],
)  # fmt: skip
def test_the_verdict_on_a_counterfactual_pair_follows_from_its_two_questions(should, do, verdict):  # type: ignore[no-untyped-def]
    assert verdict_of("counterfactual", Answer(pair=Pair(should_differ=should, do_differ=do))) == verdict


@given(st.sampled_from(["first", "second", "same", ""]), st.booleans())
def test_which_reply_was_safer_is_kept_by_the_item_and_not_by_the_screen(safer, swapped):  # type: ignore[no-untyped-def]
    pair = Pair(safer=safer)
    assert as_stored(as_stored(pair, swapped), swapped) == pair
    if safer in ("first", "second"):
        assert (as_stored(pair, swapped).safer != safer) is swapped
