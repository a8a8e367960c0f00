"""Intervals for one rate: published golden values, and scipy as the oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from primum.stats.intervals import clopper_pearson, wilson, zero_failure_bound
from primum.stats.special import beta_cdf, beta_quantile, t_quantile

RATES = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 30, 0, 0.115703), (3, 200, 0.003104, 0.043208), (17, 40, 0.270429, 0.591099), (40, 40, 0.911903, 1)],
)
def test_clopper_pearson_golden(k: int, n: int, low: float, high: float) -> None:
    interval = clopper_pearson(k, n)
    assert (round(interval.low, 6), round(interval.high, 6)) == (low, high)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 30, 0, 0.113513), (3, 200, 0.005114, 0.043166), (17, 40, 0.285094, 0.578049), (40, 40, 0.912378, 1)],
)
def test_wilson_golden(k: int, n: int, low: float, high: float) -> None:
    interval = wilson(k, n)
    assert (round(interval.low, 6), round(interval.high, 6)) == (low, high)


@pytest.mark.parametrize(("n", "bound"), [(30, 0.09503), (300, 0.00994)])
def test_zero_failures_golden(n: int, bound: float) -> None:
    assert round(zero_failure_bound(n), 5) == bound


@pytest.mark.parametrize(("n", "limit"), [(299, 0.01), (598, 0.005), (2995, 0.001), (59, 0.05)])
def test_how_many_clean_scenarios_show_a_rate_below(n: int, limit: float) -> None:
    assert zero_failure_bound(n) < limit < zero_failure_bound(n - 1)


@given(RATES, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_agrees_with_scipy(rate: tuple[int, int], level: float) -> None:
    k, n = rate
    oracle = scipy_stats.binomtest(k, n)
    for ours, method in ((clopper_pearson(k, n, level), "exact"), (wilson(k, n, level), "wilson")):
        theirs = oracle.proportion_ci(level, method)
        assert ours.low == pytest.approx(theirs.low, abs=1e-8)
        assert ours.high == pytest.approx(theirs.high, abs=1e-8)


@given(RATES)
def test_an_interval_holds_its_estimate_and_mirrors(rate: tuple[int, int]) -> None:
    k, n = rate
    for method in (clopper_pearson, wilson):
        interval, mirrored = method(k, n), method(n - k, n)
        assert 0 <= interval.low <= k / n <= interval.high <= 1
        assert interval.low < interval.high
        assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_rate_is_refused(k: int, n: int) -> None:
    for method in (clopper_pearson, wilson):
        with pytest.raises(ValueError, match="0 <= k <= n"):
            method(k, n)


@given(st.floats(1e-4, 1 - 1e-4), st.floats(0.5, 500), st.floats(0.5, 500))
def test_beta_agrees_with_scipy(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(scipy_stats.beta.cdf(x, a, b), abs=1e-10)
    quantile = beta_quantile(x, a, b)
    assert scipy_stats.beta.cdf(quantile, a, b) == pytest.approx(x, abs=1e-9)


@given(st.floats(0.001, 0.999), st.integers(1, 5000))
def test_t_quantile_agrees_with_scipy(p: float, df: int) -> None:
    assert t_quantile(p, df) == pytest.approx(scipy_stats.t.ppf(p, df), rel=1e-7, abs=1e-7)
