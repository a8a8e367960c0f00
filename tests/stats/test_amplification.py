"""Amplification and many paired differences: by hand on eight rows, on shared draws, and under mutation."""

import numpy as np
import pytest
from numpy.typing import NDArray

from primum.stats.amplification import Amplification, amplification
from primum.stats.differences import gap_interval, mean_difference_intervals
from primum.stats.paired import difference_interval
from primum.stats.resample import Resamples

Floats = NDArray[np.float64]


def test_eight_rows_by_hand() -> None:
    """Four scenarios, each before and after the edit, two trials: 2 errors of 8 become 3 of 8."""
    before = ([1, 0, 1, 0], [2, 2, 2, 2])
    after = ([2, 0, 1, 0], [2, 2, 2, 2])
    found = amplification(before, after, Resamples(4, seed=1))
    assert (found.base, found.edited, found.scenarios) == (0.25, 0.375, 4)
    assert (found.difference, found.ratio) == (0.125, 1.5)
    assert found.ratio_interval is None  # four scenarios are too few for one


def test_no_error_before_leaves_the_ratio_unknown_but_not_the_difference() -> None:
    found = amplification(([0, 0], [1, 1]), ([1, 0], [1, 1]), Resamples(2, seed=1))
    assert (found.ratio, found.difference) == (None, 0.5)
    nobody = amplification(([0], [1]), ([0], [0]), Resamples(1, seed=1))
    assert (nobody.scenarios, nobody.difference) == (0, None)


def sides(m: int = 300, seed: int = 6) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    generator = np.random.default_rng(seed)
    risk, trials = generator.beta(1, 4, m), np.full(m, 3.0)
    edited = np.clip(risk * 1.5, 0, 1)
    return (generator.binomial(3, risk) * 1.0, trials), (generator.binomial(3, edited) * 1.0, trials)


def found_for(base: tuple[Floats, Floats], edited: tuple[Floats, Floats]) -> Amplification:
    return amplification(base, edited, Resamples(len(base[0]), seed=2, replicates=2000))


def test_both_intervals_hold_their_estimate_and_agree_on_the_sign() -> None:
    found = found_for(*sides())
    assert found.difference_interval is not None and found.ratio_interval is not None
    assert found.difference is not None and found.ratio is not None
    assert found.difference_interval.low < found.difference < found.difference_interval.high
    assert found.ratio_interval.low < found.ratio < found.ratio_interval.high
    assert (found.difference_interval.low > 0) == (found.ratio_interval.low > 1)


def test_swapping_the_sides_turns_the_sign_and_inverts_the_ratio() -> None:
    base, edited = sides()
    found, swapped = found_for(base, edited), found_for(edited, base)
    assert swapped.difference == pytest.approx(-(found.difference or 0))
    assert swapped.ratio == pytest.approx(1 / (found.ratio or 1))
    assert found.ratio_interval is not None and swapped.ratio_interval is not None
    assert swapped.ratio_interval.low == pytest.approx(1 / found.ratio_interval.high, rel=0.01)


def test_order_changes_nothing_but_the_draws_and_copies_of_trials_change_nothing() -> None:
    base, edited = sides()
    order = np.random.default_rng(1).permutation(300)
    shuffled = found_for(*[(e[order], t[order]) for e, t in (base, edited)])  # type: ignore[arg-type]
    doubled = found_for(*[(2 * e, 2 * t) for e, t in (base, edited)])  # type: ignore[arg-type]
    found = found_for(base, edited)
    assert shuffled.ratio == found.ratio
    assert doubled == found


def test_a_scenario_without_one_side_leaves_both() -> None:
    base, edited = sides()
    trials = edited[1].copy()
    trials[:100] = 0
    errors = edited[0] * (trials > 0)
    found = found_for(base, (errors, trials))
    kept = found_for((base[0][100:], base[1][100:]), (errors[100:], trials[100:]))
    assert (found.scenarios, found.ratio) == (200, kept.ratio)


def test_many_differences_at_once_follow_the_rules_of_one() -> None:
    generator = np.random.default_rng(8)
    columns = np.column_stack([
        generator.normal(0.1, 0.2, 200),
        np.where(np.arange(200) < 5, 0.5, 0.0),  # too few scenarios differ
        np.where(np.arange(200) < 20, generator.normal(0, 0.1, 200), np.nan),  # too few pairs
    ]).clip(-1, 1)  # fmt: skip
    found = mean_difference_intervals(columns, Resamples(200, seed=3))
    for column, interval in zip(columns.T, found, strict=True):
        alone = difference_interval(column[~np.isnan(column)], seed=3)
        assert interval is not None and alone is not None
        assert interval.method == alone.method
        assert (interval.low, interval.high) == pytest.approx((alone.low, alone.high), abs=0.004)


def test_a_gap_turns_round_with_its_sides_and_covers() -> None:
    generator = np.random.default_rng(9)
    held = 0
    for _ in range(300):
        shared = generator.beta(9, 1, (77, 1))
        scores = generator.binomial(8, np.clip(shared - [0.0, 0.05], 0, 1), (3, 77, 2)).sum(axis=0) / 8
        sizes = np.full((77, 2), 3.0)
        true = float(np.clip(shared, 0, 1).mean() - np.clip(shared - 0.05, 0, 1).mean())
        resamples = Resamples(77, seed=1, replicates=1000)
        interval, turned = (gap_interval(scores[:, order], sizes, resamples) for order in ([0, 1], [1, 0]))
        assert interval is not None and turned is not None
        assert (turned.low, turned.high) == pytest.approx((-interval.high, -interval.low), abs=1e-9)
        held += interval.low <= true <= interval.high
    assert held / 300 >= 0.92
