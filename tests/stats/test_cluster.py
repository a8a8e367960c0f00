"""Intervals for clustered cases: what they must do, and that they cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from primum.stats.cluster import bootstrap_interval, effective_size, rate_interval, t_interval
from primum.stats.intervals import clopper_pearson, zero_failure_bound


def clusters(m: int, size: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(m), size)


def test_one_cluster_has_no_interval() -> None:
    values, one = [1.0, 0.0, 1.0], ["a", "a", "a"]
    assert t_interval(values, one) is None
    assert bootstrap_interval(values, one, seed=1) is None
    assert rate_interval(values, one) is None


def test_t_interval_is_scipys_on_the_cluster_means() -> None:
    values, of = [0.9, 0.7, 1.0, 1.0, 0.2, 0.4], ["a", "a", "b", "b", "c", "c"]
    means = [0.8, 1.0, 0.3]
    low, high = scipy_stats.t.interval(0.95, 2, np.mean(means), scipy_stats.sem(means))
    found = t_interval(values, of)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


def test_repeating_every_case_tells_nothing_new() -> None:
    """Ten copies of each scenario's result must not shrink the interval tenfold."""
    failed = np.array([1.0] * 6 + [0.0] * 34)
    once = rate_interval(failed, np.arange(40))
    often = rate_interval(np.repeat(failed, 10), clusters(40, 10))
    assert once is not None and often is not None
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.1)
    assert effective_size(np.repeat(failed, 10), clusters(40, 10)) == pytest.approx(40, rel=0.05)


def test_one_case_a_scenario_is_clopper_pearson() -> None:
    found = rate_interval([1, 1, 1] + [0] * 197, np.arange(200))
    exact = clopper_pearson(3, 200)
    assert found is not None
    assert (found.low, found.high) == (exact.low, exact.high)


@pytest.mark.parametrize("size", [1, 3])
def test_no_failure_gives_the_exact_bound_on_scenarios_not_on_cases(size: int) -> None:
    none = rate_interval(np.zeros(30 * size), clusters(30, size))
    every = rate_interval(np.ones(30 * size), clusters(30, size))
    assert none is not None and every is not None
    assert (none.low, none.high) == (0.0, zero_failure_bound(30))
    assert (every.low, every.high) == (1.0 - zero_failure_bound(30), 1.0)


def test_the_bootstrap_is_seeded_and_resamples_clusters() -> None:
    generator = np.random.default_rng(3)
    effect = generator.normal(0.7, 0.1, 60)
    values = np.repeat(effect, 5)
    one, again = (bootstrap_interval(values, clusters(60, 5), seed=9) for _ in range(2))
    rows = bootstrap_interval(values, np.arange(300), seed=9)
    assert one is not None and rows is not None
    assert one == again
    assert one.high - one.low > 1.8 * (rows.high - rows.low)
    assert one.high - one.low == pytest.approx(2 * 1.96 * effect.std(ddof=1) / 60**0.5, rel=0.12)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60))
def test_a_rate_interval_holds_the_rate(rows: list[tuple[int, bool]]) -> None:
    of, failed = [cluster for cluster, _ in rows], [float(value) for _, value in rows]
    found = rate_interval(failed, of)
    if len(set(of)) < 2:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.low <= np.mean(failed) + 1e-12
    assert np.mean(failed) - 1e-12 <= found.high <= 1
    assert found.low < found.high


def held(m: int, size: int, rate: float, alike: float, runs: int = 1500) -> float:
    """Share of beta-binomial runs whose 95 % interval holds the true rate (its own error is 0.6 %)."""
    generator = np.random.default_rng(11)
    a, b = rate * (1 - alike) / alike, (1 - rate) * (1 - alike) / alike
    found = 0
    for _ in range(runs):
        risk = generator.beta(a, b, m)
        failed = (generator.random((m, size)) < risk[:, None]).astype(float).ravel()
        interval = rate_interval(failed, clusters(m, size))
        assert interval is not None
        found += interval.low <= rate <= interval.high
    return found / runs


@pytest.mark.parametrize(
    ("m", "size", "rate", "alike"),
    [(45, 4, 0.10, 0.3), (200, 9, 0.05, 0.2), (690, 3, 0.005, 0.3)],
    ids=["common", "many trials", "rare in a whole run"],
)
def test_the_rate_interval_covers_under_clustering(m: int, size: int, rate: float, alike: float) -> None:
    assert 0.93 <= held(m, size, rate, alike) <= 0.97


@pytest.mark.parametrize(
    ("m", "size", "rate", "alike"),
    [(45, 4, 0.03, 0.3), (77, 3, 0.02, 0.5), (10, 3, 0.10, 0.3), (20, 3, 0.30, 0.2)],
    ids=["rare", "rare in a domain", "few scenarios", "few and common"],
)
def test_with_few_failures_it_is_cautious(m: int, size: int, rate: float, alike: float) -> None:
    """Clopper–Pearson is never too narrow, so only the lower side is asked for."""
    assert held(m, size, rate, alike) >= 0.95
