"""Pairs of scenarios: the difference, its interval, and how often chance makes one as large."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from primum.stats.intervals import Interval
from primum.stats.paired import Paired, mcnemar_exact, non_inferior, paired_difference, sign_flip_p

values = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))
pairs = st.lists(st.tuples(values, values), min_size=2, max_size=25)


@given(pairs)
@settings(deadline=None, max_examples=60)
def test_swapping_the_sides_turns_the_sign_and_nothing_else(rows):
    a, b = map(list, zip(*rows, strict=True))
    one, other = paired_difference(a, b, 1, 200), paired_difference(b, a, 1, 200)
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-12)
    assert one.p == pytest.approx(other.p)


@given(pairs, st.integers(0, 1000))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_scenarios_does_not_matter_to_an_exact_p(rows, seed):
    rows = rows[:12]
    mixed = list(np.random.default_rng(seed).permutation(np.array(rows)))
    first = sign_flip_p([a - b for a, b in rows], 1)[0]
    assert sign_flip_p([a - b for a, b in mixed], 2)[0] == pytest.approx(first)


@given(pairs)
@settings(deadline=None, max_examples=60)
def test_the_interval_holds_the_estimate_and_stays_on_the_scale(rows):
    a, b = map(list, zip(*rows, strict=True))
    found = paired_difference(a, b, 1, 300)
    assert -1 - 1e-9 <= found.interval.low <= found.estimate + 1e-9
    assert found.estimate - 1e-9 <= found.interval.high <= 1 + 1e-9


def test_repeating_every_pair_narrows_the_interval():
    random = np.random.default_rng(1)
    a, b = random.random(40), random.random(40)
    one = paired_difference(a, b, 1).interval
    four = paired_difference(np.tile(a, 4), np.tile(b, 4), 1).interval
    assert four.high - four.low < 0.6 * (one.high - one.low)


def test_breaking_the_pairs_changes_the_p():
    random = np.random.default_rng(4)
    base = random.random(60) * 0.8
    a, b = base + 0.05, base + random.normal(0, 0.01, 60)
    assert paired_difference(a, b, 1).p < 0.001
    assert paired_difference(a, random.permutation(b), 1).p > 0.01


@pytest.mark.parametrize("n", [8, 14])
def test_exact_p_agrees_with_scipy(n):
    difference = np.round(np.random.default_rng(n).normal(0.2, 0.5, n), 2)
    oracle = stats.permutation_test(
        (difference,), np.mean, permutation_type="samples", n_resamples=2**n, alternative="two-sided"
    )
    assert sign_flip_p(difference, 1)[0] == pytest.approx(oracle.pvalue, abs=1e-9)


def test_drawn_p_agrees_with_scipy():
    difference = np.random.default_rng(3).normal(0.12, 0.5, 60)
    oracle = stats.permutation_test(
        (difference,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(1)
    )
    assert sign_flip_p(difference, 1, 20_000)[0] == pytest.approx(oracle.pvalue, abs=0.01)


def test_each_column_of_a_matrix_has_the_p_it_has_alone():
    matrix = np.random.default_rng(5).normal(0.1, 0.5, (40, 3))
    together = sign_flip_p(matrix, 7, 2000)
    assert together == pytest.approx([sign_flip_p(matrix[:, i], 7, 2000)[0] for i in range(3)])


def test_a_scenario_without_a_difference_changes_no_p():
    difference = [0.5, -0.2, 0.3, 0.4, 0.1]
    assert sign_flip_p([*difference, 0.0, 0.0], 1)[0] == sign_flip_p(difference, 1)[0]


def test_under_the_null_the_p_is_uniform():
    """4,000 null data sets: no more than 5 % of p at or below 0.05, 10 % at or below 0.1 …"""
    random = np.random.default_rng(11)
    p = sign_flip_p(random.choice([-1, -0.5, 0.5, 1], (30, 4000)), 1, 999)
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(p <= level) <= level + 3 * np.sqrt(level * (1 - level) / 4000)
    assert np.mean(p <= 0.5) > 0.42


@pytest.mark.parametrize(("b", "c"), [(0, 5), (3, 3), (2, 9), (1, 0), (0, 0), (30, 55)])
def test_mcnemar_agrees_with_the_binomial_test(b, c):
    oracle = stats.binomtest(b, b + c).pvalue if b + c else 1.0
    assert mcnemar_exact(b, c) == pytest.approx(oracle)


def test_no_difference_at_all_still_has_an_interval():
    """Three hundred scenarios that agree do not show that every scenario in the world agrees."""
    found = paired_difference([0.0] * 300, [0.0] * 300, 1)
    assert (found.estimate, found.p) == (0.0, 1.0)
    assert 0.01 < found.interval.high < 0.02
    assert found.interval.low == -found.interval.high


def test_rare_differences_are_covered():
    """One scenario in two hundred newly fails: the bootstrap would cover far less than 95 %."""
    random, held = np.random.default_rng(2), 0
    for _ in range(300):
        interval = paired_difference(random.random(200) < 0.005, np.zeros(200), 1, 200).interval
        held += interval.low <= 0.005 <= interval.high
    assert held / 300 >= 0.95


@pytest.mark.parametrize(("n", "worse", "better"), [(300, 0.05, 0.02), (60, 0.2, 0.1), (25, 0.3, 0.1)])
def test_the_interval_covers_the_true_difference(n, worse, better):
    """300 data sets: at least 92 % of 95 % intervals hold the truth (95 % less three standard errors is 91 %)."""
    random, held = np.random.default_rng(n), 0
    for seed in range(300):
        draw = random.random(n)
        interval = paired_difference(draw < worse, draw > 1 - better, seed, 500).interval
        held += interval.low <= worse - better <= interval.high
    assert held / 300 >= 0.92


def test_too_little_says_none():
    assert paired_difference([], [], 1) == Paired(None, None, None, 0)
    assert paired_difference([1.0], [0.0], 1).interval is None


def test_unaligned_or_missing_values_are_refused():
    with pytest.raises(ValueError, match="aligned"):
        paired_difference([1.0], [0.0, 1.0], 1)
    with pytest.raises(ValueError, match="no pair"):
        paired_difference([1.0, np.nan], [0.0, 1.0], 1)


@pytest.mark.parametrize(
    ("low", "margin", "shown"), [(-0.01, 0.02, True), (-0.03, 0.02, False), (0.01, 0, True)]
)
def test_non_inferior_means_the_whole_interval_lies_above_minus_the_margin(low, margin, shown):
    assert non_inferior(Paired(0.0, Interval(low, 0.5, ""), 0.5, 9), margin) is shown


def test_without_an_interval_non_inferiority_is_unknown():
    assert non_inferior(Paired(0.0, None, None, 1), 0.1) is None
