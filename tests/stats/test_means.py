"""Intervals of mean scores: what they must do, that they cover, and that many at once are the same as one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from primum.stats.intervals import zero_failure_bound
from primum.stats.means import MANY, mean_interval, mean_intervals, sums_by_scenario
from primum.stats.resample import Resamples

Floats = NDArray[np.float64]
TRIALS, CHECKS = 3, 8


def test_one_scenario_has_no_interval() -> None:
    assert mean_interval([1.0, 0.0, 1.0], ["a", "a", "a"], seed=1) is None


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("m", [50, 2 * MANY])
def test_perfect_scores_are_bounded_not_certain(value: float, m: int) -> None:
    found = mean_interval(np.full(m, value), np.arange(m), seed=1)
    assert found is not None
    assert found.low <= value <= found.high
    assert found.high - found.low == pytest.approx(zero_failure_bound(m))


def test_equal_scores_inside_the_scale_are_not_certain_either() -> None:
    found = mean_interval(np.full(50, 0.7), np.arange(50), seed=1)
    assert found is not None
    assert found.low < 0.65 < 0.75 < found.high


def test_copies_of_a_scenario_tell_nothing_new_and_more_scenarios_do() -> None:
    scores = np.tile([1.0, 0.9, 0.6, 1.0, 0.8], 8)
    once, thrice = (mean_interval(np.repeat(scores, n), np.repeat(np.arange(40), n), seed=1) for n in (1, 3))
    more = mean_interval(np.tile(scores, 4), np.arange(160), seed=1)
    assert once is not None and thrice is not None and more is not None
    assert thrice.high - thrice.low == pytest.approx(once.high - once.low, rel=0.05)
    assert (more.high - more.low) / (once.high - once.low) == pytest.approx(0.5, abs=0.08)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0.0, 0.25, 0.7, 1.0])), min_size=2, max_size=60)
)
def test_it_holds_the_mean_and_stays_on_the_scale(rows: list[tuple[int, float]]) -> None:
    of, scores = [cluster for cluster, _ in rows], [value for _, value in rows]
    found = mean_interval(scores, of, seed=1)
    if len(set(of)) < 2:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.low <= np.mean(scores) + 1e-9
    assert np.mean(scores) - 1e-9 <= found.high <= 1
    assert found.low < found.high


def test_many_at_once_are_what_they_are_alone_and_in_any_order() -> None:
    generator = np.random.default_rng(5)
    scenario = np.repeat(np.arange(400), 3)
    group = scenario % 2
    scores = generator.integers(0, 9, len(scenario)) / 8
    resamples = Resamples(400, seed=9, replicates=2000)
    together = mean_intervals(*sums_by_scenario(scores, group, scenario, (400, 2)), resamples)
    for code in (0, 1):
        alone = sums_by_scenario(
            scores[group == code], np.zeros(600, dtype=int), scenario[group == code], (400, 1)
        )
        assert mean_intervals(*alone, resamples) == [together[code]]
    order = generator.permutation(len(scores))
    shuffled = sums_by_scenario(scores[order], group[order], scenario[order], (400, 2))
    assert mean_intervals(*shuffled, resamples) == together


def test_resamples_draw_with_replacement_and_are_seeded() -> None:
    one, again, other = (Resamples(200, seed, 3000) for seed in (4, 4, 5))
    assert (one.counts == again.counts).all()
    assert (one.counts != other.counts).any()
    assert (one.counts.sum(axis=1) == 200).all()
    assert one.counts.mean(axis=0) == pytest.approx(np.ones(200), abs=0.1)
    assert one.counts.var() == pytest.approx(1 - 1 / 200, rel=0.02)


def test_a_bootstrap_mean_has_the_textbook_error() -> None:
    generator = np.random.default_rng(3)
    effect = np.clip(generator.normal(0.7, 0.1, 600), 0, 1)
    found = mean_interval(np.repeat(effect, 5), np.repeat(np.arange(600), 5), seed=9)
    assert found is not None and found.method == "cluster bootstrap"
    assert found.high - found.low == pytest.approx(2 * 1.96 * effect.std(ddof=1) / 600**0.5, rel=0.05)


def simulate(m: int, mean: float, alike: float, rare: float, runs: int) -> tuple[float, float]:
    """Share of runs whose interval holds the true mean, and the mean width: scores of eight checks in three trials.

    `rare` is the share of scenarios in which every check fails; few samples of 77 scenarios even hold one.
    """
    generator = np.random.default_rng(17)
    risk = generator.beta(mean * alike, (1 - mean) * alike, (m, runs))
    risk = np.where(generator.random((m, runs)) < rare, 0.0, risk)
    sums = generator.binomial(CHECKS, np.broadcast_to(risk, (TRIALS, m, runs))).sum(axis=0) / CHECKS
    sizes = np.full((m, runs), float(TRIALS))
    true = mean * (1 - rare)
    found = mean_intervals(sums, sizes, Resamples(m, seed=2, replicates=1000))
    held = [interval is not None and interval.low <= true <= interval.high for interval in found]
    return float(np.mean(held)), float(np.mean([i.high - i.low for i in found if i is not None]))


@pytest.mark.parametrize(
    ("mean", "alike", "rare"),
    [(0.8, 2, 0.0), (0.93, 3, 0.0), (0.98, 10, 0.01)],
    ids=["hard", "usual", "rare"],
)
@pytest.mark.parametrize("m", [8, 20, 77])
def test_small_domains_are_covered(m: int, mean: float, alike: float, rare: float) -> None:
    """Of 1,500 runs at least 94 %: with few scenarios the interval is cautious by construction (error 0.6 %)."""
    assert simulate(m, mean, alike, rare, 1500)[0] >= 0.94


@pytest.mark.parametrize(
    ("m", "mean", "alike", "rare"),
    [(690, 0.8, 2, 0.0), (690, 0.93, 3, 0.0), (690, 0.98, 10, 0.01), (300, 0.9, 3, 0.0)],
    ids=["hard", "usual", "rare", "fewer"],
)
def test_the_bootstrap_covers(m: int, mean: float, alike: float, rare: float) -> None:
    """Of 2,000 runs 93 to 97 % (error 0.5 %)."""
    held, _ = simulate(m, mean, alike, rare, 2000)
    assert 0.93 <= held <= 0.97


def test_the_cautious_interval_is_not_wasteful() -> None:
    """Not far wider than the bootstrap where the bootstrap is right."""
    cautious, bootstrap = simulate(MANY - 1, 0.93, 3, 0.0, 200)[1], simulate(MANY, 0.93, 3, 0.0, 200)[1]
    assert 1.0 < cautious / bootstrap < 1.25
