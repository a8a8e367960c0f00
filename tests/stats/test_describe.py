"""The descriptive set, against hand counts and numpy."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.stats.describe import cvar, describe, group_means, macro

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_eight_rows_by_hand() -> None:
    found = describe([0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0], alpha=0.25)
    assert (found.n, found.min, found.max, found.zero_count) == (8, 0.0, 1.0, 2)
    assert found.mean == 0.5625
    assert found.median == 0.625
    assert found.variance == pytest.approx(1.34375 / 7)
    assert found.sd == pytest.approx((1.34375 / 7) ** 0.5)
    assert (found.q1, found.q3, found.iqr) == (0.1875, 1.0, 0.8125)
    assert found.cvar == 0.0


def test_nothing_is_known_of_no_scores_and_no_spread_of_one() -> None:
    nothing, one = describe([]), describe([0.4])
    assert (nothing.n, nothing.min, nothing.mean, nothing.sd) == (0, None, None, None)
    assert (one.min, one.mean, one.sd, one.variance) == (0.4, 0.4, None, None)


def test_a_missing_score_is_refused_not_averaged() -> None:
    with pytest.raises(ValueError, match="missing"):
        describe([0.5, float("nan")])


def test_cvar_counts_the_edge_value_in_part() -> None:
    assert cvar([0.0, 0.4, 1.0], alpha=0.5) == pytest.approx((0.0 + 0.5 * 0.4) / 1.5)


@given(SCORES)
def test_cvar_is_between_the_minimum_and_the_mean_and_grows_with_alpha(scores: list[float]) -> None:
    assert cvar(scores, 1.0) == pytest.approx(np.mean(scores))
    tails = [cvar(scores, alpha) for alpha in (0.01, 0.05, 0.3, 1.0)]
    assert tails[0] >= min(scores) - 1e-12
    assert all(a <= b + 1e-9 for a, b in pairwise(tails))


@given(SCORES, st.randoms())
def test_order_changes_nothing(scores: list[float], random: object) -> None:
    shuffled = list(scores)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert describe(scores) == describe(shuffled)


def test_macro_counts_every_group_once() -> None:
    assert macro([1, 1, 1, 0], ["a", "a", "a", "b"]) == 0.5
    assert macro([], []) is None
    assert list(group_means([1, 0, 1], ["b", "a", "b"])) == [0.0, 1.0]
