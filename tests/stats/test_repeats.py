"""Trials: variance split, k tries, instability, correlation; by hand and against simulation."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from primum.stats.correlate import correlation
from primum.stats.describe import describe
from primum.stats.instability import InstabilityRules, stable, unstable
from primum.stats.repeats import all_pass, any_fail, any_fail_of, design_effect, variance_split

TRIES = st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


def test_the_split_by_hand() -> None:
    """Means 0.2, 0.8; within: 4 × 0.01/2 = 0.02; between: 0.18 − 0.02/2 = 0.17."""
    split = variance_split([[0.1, 0.3], [0.7, 0.9]])
    assert (split.within, split.between) == pytest.approx((0.02, 0.17))
    assert split.icc == pytest.approx(0.17 / 0.19)
    assert split.effect == pytest.approx(1 + 0.17 / 0.19)


def test_equal_trials_have_no_variance_within_and_equal_items_none_between() -> None:
    alike = variance_split([[0.7, 0.7, 0.7], [0.1, 0.1, 0.1]])
    assert (alike.within, alike.icc) == (0.0, 1.0)
    same = variance_split([[0.0, 1.0], [1.0, 0.0]])
    assert (same.between, same.icc, same.effect) == (0.0, 0.0, 1.0)
    nothing = variance_split([[0.5, 0.5], [0.5, 0.5]])
    assert nothing.icc is None


@pytest.mark.parametrize("table", [[[0.5], [0.6]], [[0.5, 0.6]]])
def test_one_trial_or_one_item_tells_nothing(table: list[list[float]]) -> None:
    assert variance_split(table).between is None


def test_the_split_finds_what_was_put_in() -> None:
    generator = np.random.default_rng(1)
    scores = 0.5 + generator.normal(0, 0.2, (4000, 1)) + generator.normal(0, 0.1, (4000, 3))
    split = variance_split(scores)
    assert split.between == pytest.approx(0.04, rel=0.07)
    assert split.within == pytest.approx(0.01, rel=0.05)


def test_the_split_is_the_analysis_of_variance() -> None:
    scores = np.random.default_rng(2).random((7, 4))
    split = variance_split(scores)
    assert split.within is not None and split.between is not None
    assert (4 * split.between + split.within) / split.within == pytest.approx(
        max(1.0, scipy_stats.f_oneway(*scores).statistic)
    )


def test_the_design_effect() -> None:
    assert design_effect(1, 0.9) == 1.0
    assert design_effect(5, 0.25) == 2.0


@given(TRIES)
def test_k_tries_are_counted_over_all_choices(tries: tuple[int, int, int]) -> None:
    n, failed, k = tries
    outcomes = [True] * failed + [False] * (n - failed)
    chosen = list(combinations(outcomes, k))
    assert any_fail(n, failed, k) == pytest.approx(sum(map(any, chosen)) / len(chosen))
    assert all_pass(n, failed, k) == pytest.approx(1 - any_fail(n, failed, k))


@given(TRIES)
def test_more_tries_find_no_less(tries: tuple[int, int, int]) -> None:
    n, failed, k = tries
    assert any_fail(n, failed, 1) == pytest.approx(failed / n)
    assert any_fail(n, failed, n) == (failed > 0)
    assert any_fail(n, failed, k) >= any_fail(n, failed, max(1, k - 1)) - 1e-12


def test_a_column_of_counts() -> None:
    assert any_fail_of(np.array([0, 1, 3]), 3, 2).tolist() == pytest.approx([0, 2 / 3, 1])


@pytest.mark.parametrize("tries", [(3, 4, 1), (3, 1, 0), (3, 1, 4)])
def test_impossible_tries_are_refused(tries: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="failed <= n"):
        any_fail(*tries)


@pytest.mark.parametrize(
    ("scores", "fired"),
    [
        ([0.95] * 50 + [1.0] * 49 + [0.5], ()),
        ([1.0] * 90 + [0.55] * 10, ("sd",)),
        ([0.9] * 30 + [1.0] * 60 + [0.88] * 10, ("iqr",)),
        ([1.0] * 690 + [0.49], ("min",)),
    ],
    ids=["stable", "sd only", "iqr only", "min only"],
)
def test_each_rule_fires_alone(scores: list[float], fired: tuple[str, ...]) -> None:
    assert unstable(describe(scores), InstabilityRules()) == fired


def test_thresholds_are_at_or_above_and_below() -> None:
    rules = InstabilityRules(sd=0.5, iqr=0.5, min=0.25)
    assert unstable(describe([0.25, 0.75, 1.25]), rules) == ("sd", "iqr")
    assert unstable(describe([]), rules) == ()
    assert (stable(0.0699), stable(0.07), stable(None)) == (True, False, None)


def test_correlation_is_scipys_with_fishers_interval() -> None:
    x, y = [0.1, 0.5, 0.3, 0.9, 0.7, 0.2], [0.2, 0.4, 0.5, 0.8, 0.9, 0.1]
    oracle = scipy_stats.pearsonr(x, y)
    found = correlation(x, y)
    assert found.r == pytest.approx(oracle.statistic)
    assert found.interval is not None
    ends = oracle.confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))


@pytest.mark.parametrize(
    ("x", "y", "known"),
    [([1, 2], [1, 2], False), ([1, 1, 1], [1, 2, 3], False), ([1, 2, 3, 4], [1, 3, 2, 4], True)],
    ids=["two points", "no spread", "four points"],
)
def test_few_points_have_no_correlation_and_no_interval(x: list[int], y: list[int], known: bool) -> None:
    found = correlation(x, y)
    assert (found.r is not None) is known
    assert found.interval is None
