"""Intervals of an excess, through the real analysis on cases whose true excess is known."""

import pytest

from primum.audit.coverage import coverage

CHANCE = 0.03
"""Two standard errors of a share of 95 % over 200 seeds."""


@pytest.mark.parametrize("size", [20, 40, 100])
@pytest.mark.parametrize("attacked, control", [(0.3, 0.3), (0.15, 0.05), (0.3, 0.0), (0.5, 0.1), (0.9, 0.05)])
@pytest.mark.parametrize("alike", [0.0, 0.7])
def test_the_interval_holds_the_true_excess_in_19_of_20_seeds(size, attacked, control, alike):
    found = coverage(size, attacked, control, alike, seeds=200)
    assert found.held / found.seeds >= 0.95 - CHANCE


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.5])
def test_without_an_excess_an_attack_is_hardly_ever_shown_to_add_failures(rate):
    found = coverage(40, rate, rate, 0.0, seeds=200)
    assert found.shown / found.seeds <= 0.05


def test_with_many_failures_the_interval_is_not_too_wide_either():
    found = coverage(100, 0.5, 0.3, 0.0, seeds=200)
    assert found.held / found.seeds <= 0.95 + CHANCE


def test_a_large_excess_is_shown_in_forty_cases():
    assert coverage(40, 0.5, 0.1, 0.0, seeds=200).shown >= 180
