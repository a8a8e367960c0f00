"""Tango's interval against its own definition: the differences that a score test does not reject."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from primum.stats.score import paired_score_interval


def score(won: int, lost: int, n: int, difference: float) -> float:
    """By maximising the likelihood with the difference fixed, numerically."""

    def loss(share: float) -> float:
        parts = np.clip([share + difference, share, 1 - 2 * share - difference], 1e-15, 1)
        return -float(np.dot([won, lost, n - won - lost], np.log(parts)))

    low, high = max(0.0, -difference), (1 - difference) / 2
    share = float(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x)
    return (won - lost - n * difference) / np.sqrt(n * (2 * share + difference * (1 - difference)))


@pytest.mark.parametrize("won, lost, n", [(6, 2, 40), (10, 4, 20), (3, 9, 30), (1, 1, 12), (25, 1, 60)])
def test_at_its_ends_the_score_test_is_just_not_significant(won, lost, n):
    found = paired_score_interval(won, lost, n)
    z = norm.ppf(0.975)
    assert score(won, lost, n, found.low) == pytest.approx(z, abs=1e-3)
    assert score(won, lost, n, found.high) == pytest.approx(-z, abs=1e-3)


@given(n=st.integers(2, 80), data=st.data())
def test_it_holds_the_estimate_stays_in_range_and_turns_with_the_columns(n, data):
    won = data.draw(st.integers(0, n))
    lost = data.draw(st.integers(0, n - won))
    found, turned = paired_score_interval(won, lost, n), paired_score_interval(lost, won, n)
    assert -1.0 <= found.low <= (won - lost) / n <= found.high <= 1.0
    assert turned.low == pytest.approx(-found.high, abs=1e-9)
    assert turned.high == pytest.approx(-found.low, abs=1e-9)


def test_more_pairs_make_it_shorter_and_a_higher_level_longer():
    few, many = paired_score_interval(5, 1, 20), paired_score_interval(20, 4, 80)
    assert many.high - many.low < few.high - few.low
    assert paired_score_interval(5, 1, 20, 0.99).low < few.low


def test_one_pair_says_nothing_and_impossible_counts_are_refused():
    assert paired_score_interval(1, 0, 1) is None
    with pytest.raises(ValueError, match="parts of n"):
        paired_score_interval(3, 3, 5)
