"""On which side of a threshold? Cautious in both directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from primum.stats.cluster import rate_interval
from primum.stats.threshold import mean_against, rate_against


@given(st.integers(1, 99), st.integers(2, 100), st.sampled_from([0.01, 0.05, 0.2, 0.5, 0.9]))
def test_independent_rates_are_exact_binomial_tests(k, n, threshold):
    k = min(k, n - 1)
    found = rate_against(np.arange(n) < k, np.arange(n), threshold, 0.95)
    assert found.p_below == pytest.approx(stats.binomtest(k, n, threshold, alternative="less").pvalue)
    assert found.p_above == pytest.approx(stats.binomtest(k, n, threshold, alternative="greater").pvalue)


@pytest.mark.parametrize(("n", "shown"), [(298, False), (299, True)])
def test_299_clean_scenarios_show_below_one_percent(n, shown):
    assert (rate_against([0] * n, range(n), 0.01, 0.95).p_below <= 0.05) is shown


def test_trials_of_a_clean_scenario_are_no_further_scenarios():
    scenario = np.repeat(np.arange(100), 10)
    assert rate_against(np.zeros(1000), scenario, 0.01, 0.95).p_below == pytest.approx(0.99**100)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=4, max_size=80), st.floats(0.02, 0.98))
def test_a_p_and_its_bound_tell_the_same(rows, threshold):
    scenario, failed = map(np.array, zip(*rows, strict=True))
    found = rate_against(failed, scenario, threshold, 0.95)
    if found.interval is None:
        assert (found.p_below, found.p_above) == (1.0, 1.0)
        return
    if abs(found.interval.high - threshold) > 1e-9:
        assert (found.p_below <= 0.05) == (found.interval.high <= threshold)
    if abs(found.interval.low - threshold) > 1e-9:
        assert (found.p_above <= 0.05) == (found.interval.low >= threshold)


def test_the_interval_is_that_of_the_report_at_the_same_level():
    random = np.random.default_rng(1)
    scenario = np.repeat(np.arange(40), 3)
    failed = random.random(120) < np.repeat(random.random(40) * 0.4, 3)
    mine, theirs = rate_against(failed, scenario, 0.1, 0.95).interval, rate_interval(failed, scenario, 0.9)
    assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high))


def test_one_scenario_shows_nothing():
    found = rate_against([0, 0, 0], [1, 1, 1], 0.5, 0.95)
    assert (found.estimate, found.interval, found.p_below, found.p_above) == (0.0, None, 1.0, 1.0)


def test_means_agree_with_the_t_test():
    scores = np.random.default_rng(3).beta(8, 2, 60)
    found = mean_against(scores, np.arange(60), 0.75, 0.95)
    assert found.p_above == pytest.approx(stats.ttest_1samp(scores, 0.75, alternative="greater").pvalue)
    assert found.p_below == pytest.approx(stats.ttest_1samp(scores, 0.75, alternative="less").pvalue)


def test_perfect_scores_do_not_prove_a_perfect_mean():
    found = mean_against(np.ones(20), np.arange(20), 0.95, 0.95)
    assert found.p_above == pytest.approx(0.95**20)
    assert found.interval.low < 0.9


@given(st.floats(0.02, 0.5), st.integers(0, 10_000))
def test_a_wrong_claim_is_as_rare_as_promised(rate, seed):
    """At the threshold itself, 'below' is claimed in at most 5 % of samples."""
    k = np.random.default_rng(seed).binomial(150, rate, 4000)
    wrong = [rate_against(np.arange(150) < x, np.arange(150), rate, 0.95).p_below <= 0.05 for x in set(k)]
    share = sum(np.mean(k == x) for x, bad in zip(set(k), wrong, strict=True) if bad)
    assert share <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
