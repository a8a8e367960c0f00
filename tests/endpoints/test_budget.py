"""Caps on calls, tokens and money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.endpoints.budget import Budget, Caps, cost, parse_caps
from primum.endpoints.model import CallFailed, Usage
from primum.endpoints.spec import Price
from primum.errors import PrimumError

PRICE = Price(input=2.0, output=10.0)


def test_money_is_per_million_tokens():
    assert cost(Usage(1_000_000, 500_000), PRICE) == 7.0


@pytest.mark.parametrize(
    ("texts", "caps"),
    [
        (["calls=500"], Caps(calls=500)),
        (["calls=500,tokens=2M", "usd=5"], Caps(500, 2_000_000, 5.0)),
        (["tokens=1.5k"], Caps(tokens=1500)),
        (["usd=$0.50"], Caps(usd=0.5)),
        ([], Caps()),
        (["calls=0"], Caps(calls=0)),
    ],
)
def test_caps_are_read_as_written(texts, caps):
    assert parse_caps(texts) == caps


@pytest.mark.parametrize("text", ["calls", "calls=", "call=5", "usd=-1", "tokens=many", "usd=nan", "usd=inf"])
def test_what_is_not_understood_is_refused_with_an_example(text):
    with pytest.raises(PrimumError, match="Write for example"):
        parse_caps([text])


@given(st.integers(0, 30), st.integers(0, 60))
def test_no_more_calls_than_the_cap_are_admitted(cap, tries):
    budget = Budget(Caps(calls=cap))
    admitted = 0
    for _ in range(tries):
        try:
            budget.admit()
        except CallFailed as failed:
            assert failed.failure.kind == "over_budget"
        else:
            admitted += 1
    assert admitted == min(cap, tries)


def test_what_earlier_executions_paid_counts_because_the_cap_is_for_the_run():
    budget = Budget(Caps(calls=2))
    budget.spent(1, 100, 0.5)
    budget.admit()
    with pytest.raises(CallFailed, match="budget of 2 calls"):
        budget.admit()


def test_calls_in_flight_are_reckoned_so_that_money_is_not_overspent():
    budget = Budget(Caps(usd=1.0))
    each = Usage(input=100_000)  # $0.20 a call
    for _ in range(2):
        budget.admit()
        budget.settle(each, PRICE)
    budget.admit()
    budget.admit()
    budget.admit()  # 2 settled ($0.40) and 3 open (about $0.60): full
    with pytest.raises(CallFailed):
        budget.admit()
