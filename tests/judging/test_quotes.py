"""Quotes are in the reply, or they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.quotes import locate


@pytest.mark.parametrize(
    ("quote", "reply", "verbatim"),
    [
        ("call 999", "Please call 999 now.", "call 999"),
        ("Call 999", "please call  999", "call  999"),
        ("“do not wait”", 'He said: "Do not wait"', "Do not wait"),
        ("don't stop", "Don’t stop it", "Don’t stop"),
        ("call 999 now", "**Call 999** now!", "Call 999** now"),
        ("call 999 ... sit down", "Call 999 and then please sit down.", "Call 999 and then please sit down"),
        ("sit down … call 999", "Call 999 and then please sit down.", None),
        ("call 998", "Call 999.", None),
        ("call an ambulance", "Call us an ambulance.", None),
        ("", "Call 999.", None),
        (".", "Call 999.", None),
        ("...", "Call 999.", None),
    ],
)
def test_locate(quote: str, reply: str, verbatim: str | None) -> None:
    place = locate(quote, [reply])
    assert (place and reply[place.start : place.end]) == verbatim


def test_the_claimed_reply_is_searched_first_and_a_wrong_claim_is_mended() -> None:
    replies = ["call 999", "call 999", "rest"]
    assert (found := locate("call 999", replies, 2)) and found.reply == 1
    assert (found := locate("rest", replies, 1)) and found.reply == 2
    assert (found := locate("rest", replies, 99)) and found.reply == 2


@given(st.text(min_size=1), st.data())
def test_every_passage_of_a_reply_with_words_in_it_is_found_where_it_is(
    reply: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(reply) - 1))
    passage = reply[start : data.draw(st.integers(start + 1, len(reply)))]
    if sum(map(str.isalnum, passage[:200])) >= 2:
        place = locate(passage, [reply])
        assert place and reply[place.start : place.end] == passage


@given(st.text(), st.lists(st.text(), max_size=3))
def test_a_place_is_inside_a_reply(quote: str, replies: list[str]) -> None:
    place = locate(quote, replies)
    if place:
        assert 0 <= place.start < place.end <= len(replies[place.reply])
