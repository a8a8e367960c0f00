"""Calibration and faithful wording: three forecasters, the edge of the last bin, and the published traps."""

import numpy as np
import pytest

from primum.stats.calibration import calibration, trust_reward
from primum.stats.faithfulness import (
    Assertion,
    conditional_faithfulness,
    confidence_of,
    faithfulness,
    mean_faithfulness,
)


def test_a_perfect_forecaster() -> None:
    found = calibration([1.0, 1.0, 0.0, 0.0], [1, 1, 0, 0])
    assert (found.ece, found.brier, found.overconfident_wrong) == (0.0, 0.0, 0)


def test_a_constant_forecaster_who_is_right_as_often_as_he_says() -> None:
    found = calibration([0.75] * 4, [1, 1, 1, 0])
    assert (found.ece, found.brier) == (0.0, 0.1875)
    assert calibration([0.95] * 4, [1, 1, 1, 0]).ece == pytest.approx(0.2)


def test_an_inverted_forecaster() -> None:
    found = calibration([0.0, 0.0, 1.0, 1.0], [1, 1, 0, 0])
    assert (found.ece, found.brier, found.overconfident_wrong, found.wrong) == (1.0, 1.0, 2, 2)


def test_full_confidence_stays_in_the_last_bin() -> None:
    found = calibration([1.0, 0.95], [1, 1])
    assert [(b.n, b.confidence) for b in found.bins] == [(2, 0.975)]
    assert sum(b.n for b in calibration(np.linspace(0, 1, 11), np.ones(11)).bins) == 11


def test_two_bins_by_hand() -> None:
    """Bin 0.2: confidence 0.2, right 1/2 → 0.3; bin 0.9: 0.9, right 2/2 → 0.1; mean 0.2."""
    found = calibration([0.2, 0.2, 0.9, 0.9], [1, 0, 1, 1])
    assert found.ece == pytest.approx(0.2)
    assert found.brier == pytest.approx((0.64 + 0.04 + 0.01 + 0.01) / 4)


def test_an_unreadable_confidence_is_counted_apart() -> None:
    found = calibration([0.5, np.nan], [1, 0])
    assert (found.n, found.missing, found.accuracy) == (1, 1, 1.0)
    assert calibration([], []).ece is None
    with pytest.raises(ValueError, match="percentages"):
        calibration([95], [1])


def test_the_reward() -> None:
    assert trust_reward(1.0, right=True) == 0.0
    assert trust_reward(0.9, right=False) == pytest.approx(np.log(0.1) - 1)
    assert trust_reward(None, right=True, penalty=0.5) == pytest.approx(np.log(0.5))


def test_faithfulness_by_hand() -> None:
    assert confidence_of(["yes", "yes", "no", "n/a"]) == 0.625
    assert faithfulness([Assertion(0.9, 0.4), Assertion(0.5, 0.5)]) == pytest.approx(0.75)
    assert mean_faithfulness([[Assertion(1, 1)], [Assertion(1, 0)]]) == 0.5
    assert mean_faithfulness([]) is None


def test_empty_bins_are_skipped_and_full_confidence_is_kept() -> None:
    """Two answers: confidence 0.55 with F = 0.8, and 1.0 with F = 0.6."""
    answers = [[Assertion(0.75, 0.55)], [Assertion(0.6, 1.0)]]
    assert conditional_faithfulness(answers) == pytest.approx(0.7)


def test_the_published_code_can_be_matched() -> None:
    """There, the answer at 1.0 is dropped and nine empty bins count as 0: 0.8/10."""
    answers = [[Assertion(0.75, 0.55)], [Assertion(0.6, 1.0)]]
    assert conditional_faithfulness(answers, parity=True) == pytest.approx(0.08)
    assert conditional_faithfulness([[Assertion(1, 1)]], parity=True) is None
