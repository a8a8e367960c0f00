"""Evidence that may be looked at after every result: the promise is kept at every look, over any number of runs."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from primum.stats import sequential
from primum.stats.sequential import drift, evidence


def test_clean_scenarios_end_up_as_evidence_and_one_failure_does_not_ruin_it():
    clean = evidence([0] * 1500, 0.01)
    assert clean[-1] > 1000
    assert evidence([0] * 700 + [1] + [0] * 800, 0.01)[-1] > 20


def test_failures_are_evidence_of_a_rate_above():
    assert evidence([1, 0, 1, 1, 0, 1, 1, 1], 0.05, "at most")[-1] > 1000
    assert evidence([0] * 50, 0.05, "at most")[-1] < 1


@pytest.mark.parametrize("null", ["at least", "at most"])
def test_a_true_null_is_rejected_in_at_most_5_percent_of_sequences(null):
    """2,000 sequences at the very threshold, looked at after each of 600 results."""
    random = np.random.default_rng(1)
    crossed = sum((evidence(random.random(600) < 0.03, 0.03, null) >= 20).any() for _ in range(2000))
    assert crossed / 2000 <= 0.05


@given(st.lists(st.integers(0, 1), min_size=1, max_size=7), st.sampled_from([0.05, 0.3, 0.7]))
def test_it_is_a_fair_game_at_the_threshold(past, threshold):
    """Whatever came before, the expected evidence after the next result is the evidence now."""
    for null in ("at least", "at most"):
        now = evidence(past, threshold, null)[-1]
        worse, better = (evidence([*past, x], threshold, null)[-1] for x in (1, 0))
        assert threshold * worse + (1 - threshold) * better == pytest.approx(now)


def test_the_sum_of_draws_is_exact():
    chances = [0.1, 0.5, 1.0, 0.25]
    for count in range(6):
        by_hand = sum(
            np.prod([c if x else 1 - c for c, x in zip(chances, case, strict=True)])
            for case in product((0, 1), repeat=4)
            if sum(case) >= count
        )
        assert sequential._at_least(chances, count) == pytest.approx(by_hand)


def test_a_bet_is_fair():
    """Its mean over p uniform on (0, 1) is 1, integrated over −log p; what lies beyond 600 is 1/600."""
    found, _ = quad(lambda t: sequential._bet(np.exp(-t)) * np.exp(-t), 0, 600, limit=500)
    assert found == pytest.approx(1 - 1 / 600, abs=1e-3)


def test_a_history_without_change_raises_an_alarm_at_most_as_often_as_promised():
    """1,500 targets, each evaluated eight times on the same eighty scenarios."""
    random, alarms = np.random.default_rng(5), 0
    for _ in range(1500):
        risk = random.beta(0.3, 3, 80)
        alarms += drift(random.random((8, 80)) < risk)[-1].alarm
    assert alarms / 1500 <= 0.05


def test_a_target_that_gets_worse_is_found():
    random = np.random.default_rng(6)
    before, after = random.random((3, 200)) < 0.03, random.random((2, 200)) < 0.15
    steps = drift(np.vstack([before, after]))
    assert [step.alarm for step in steps[:3]] == [False] * 3
    assert steps[-1].alarm


def test_a_target_that_gets_better_raises_no_alarm():
    random = np.random.default_rng(7)
    history = np.vstack([random.random((2, 200)) < 0.2, random.random((3, 200)) < 0.02])
    assert not any(step.alarm for step in drift(history))


def test_an_alarm_stands():
    history = np.vstack([np.zeros((3, 100)), np.ones((1, 100)), np.zeros((4, 100))])
    steps = drift(history)
    assert [step.alarm for step in steps] == [False] * 3 + [True] * 5


def test_the_first_run_and_unknown_scenarios_tell_nothing():
    (first,) = drift([[1, 0, 1]])
    assert (first.p, first.expected, first.evidence, first.alarm) == (None, None, 1.0, False)
    nothing = drift([[1, np.nan], [np.nan, 1]])[1]
    assert (nothing.scenarios, nothing.p, nothing.evidence) == (0, None, 1.0)


def test_the_order_of_scenarios_does_not_matter():
    random = np.random.default_rng(8)
    history = (random.random((4, 30)) < 0.3).astype(float)
    mixed = history[:, random.permutation(30)]
    assert [s.evidence for s in drift(history)] == pytest.approx([s.evidence for s in drift(mixed)])
