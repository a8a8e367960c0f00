"""How many scenarios: against the published figures, exact sums and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from primum.stats.power import (
    at_most,
    chance_to_fail,
    chance_to_pass,
    design_effect,
    effort,
    scenarios_for_difference,
    scenarios_for_mean,
    scenarios_to_decide,
    zero_failure_n,
)


@pytest.mark.parametrize(("rate", "n"), [(0.05, 59), (0.01, 299), (0.005, 598), (0.001, 2995)])
def test_zero_failures_as_published(rate, n):
    assert zero_failure_n(rate) == n
    assert 1 - 0.05 ** (1 / n) < rate < 1 - 0.05 ** (1 / (n - 1))


@given(st.integers(0, 60), st.integers(1, 200), st.floats(0.001, 0.999))
def test_the_binomial_is_exact(k, n, rate):
    assert at_most(k, n, rate) == pytest.approx(stats.binom.cdf(k, n, rate), abs=1e-9)


@given(st.integers(20, 400), st.sampled_from([0.02, 0.05, 0.2]), st.floats(0.001, 0.5))
@settings(deadline=None)
def test_the_chance_to_decide_is_the_sum_over_all_results(n, threshold, rate):
    k = np.arange(n + 1)
    law = stats.binom.pmf(k, n, rate)
    passes, fails = stats.binom.cdf(k, n, threshold) <= 0.05, stats.binom.sf(k - 1, n, threshold) <= 0.05
    assert chance_to_pass(n, threshold, rate) == pytest.approx(law[passes].sum(), abs=1e-9)
    assert chance_to_fail(n, threshold, rate) == pytest.approx(law[fails].sum(), abs=1e-9)


@pytest.mark.parametrize(
    ("threshold", "rate"), [(0.01, 0.002), (0.05, 0.02), (0.05, 0.1), (0.2, 0.3), (0.01, 0.02)]
)
def test_the_sample_that_decides_has_the_chance_it_promises(threshold, rate):
    n = scenarios_to_decide(threshold, rate)
    chance = chance_to_pass if rate < threshold else chance_to_fail
    assert chance(n, threshold, rate) >= 0.8
    assert chance(int(n * 0.75), threshold, rate) < 0.8


def test_no_sample_decides_at_the_threshold():
    assert scenarios_to_decide(0.05, 0.05) is None
    assert scenarios_to_decide(0.05, 0.0500001) is None


@given(st.floats(0.03, 0.5), st.floats(0.1, 0.5))
@settings(deadline=None, max_examples=40)
def test_pairs_for_a_difference_have_the_power_of_the_noncentral_t(difference, sd):
    n = scenarios_for_difference(difference, sd)

    def power(m):
        shift, edge = difference / sd * np.sqrt(m), stats.t.ppf(0.975, m - 1)
        return stats.nct.sf(edge, m - 1, shift)

    assert power(n) >= (0.79 if n > 5 else 0.77)  # an approximation, a hair short for a handful of pairs
    assert n <= 5 or power(n - 3) < 0.82


def test_a_mean_on_the_threshold_is_never_decided():
    assert scenarios_for_mean(0.0, 0.2) is None
    assert scenarios_for_mean(0.05, 0.2) < scenarios_for_difference(0.05, 0.2)


def test_trials_help_as_far_as_they_differ():
    assert design_effect(5, 0.0) == 1.0
    assert effort(300, 5, 0.0).scenarios == 60
    assert effort(300, 5, 1.0).scenarios == 300
    assert effort(299, 1, 0.5).cases == 299


def test_clinician_hours_by_hand():
    """100 scenarios twice, a quarter read by two clinicians at three minutes: 50 cases, 100 readings, 5 hours."""
    found = effort(100, 2, 1.0, review=0.25, minutes=3, readers=2)
    assert (found.cases, found.reviews, found.hours) == (200, 100, 5.0)


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1])
def test_impossible_thresholds_are_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        zero_failure_n(wrong)
