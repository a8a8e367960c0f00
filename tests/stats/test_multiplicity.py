"""Adjusted p values, against definitions and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from primum.stats.multiplicity import benjamini_hochberg, holm

ps = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(ps)
def test_benjamini_hochberg_agrees_with_scipy(p):
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


@given(ps)
def test_holm_rejects_what_the_step_down_rule_rejects(p):
    for alpha in (0.01, 0.05, 0.3):
        rejected = set()
        for rank, place in enumerate(np.argsort(p, kind="stable")):
            if p[place] * (len(p) - rank) > alpha:
                break
            rejected.add(int(place))
        assert set(np.flatnonzero(holm(p) <= alpha).tolist()) == rejected


@given(ps)
def test_an_adjusted_p_is_never_smaller_and_holm_never_below_bh(p):
    assert (holm(p) >= benjamini_hochberg(p) - 1e-12).all()
    assert (benjamini_hochberg(p) >= np.array(p) - 1e-12).all()
    assert (holm(p) <= 1).all()


@given(ps, st.randoms())
def test_the_order_is_that_of_the_input(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    assert holm([p[i] for i in order]) == pytest.approx(holm(p)[order])


def test_hand_computed():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_nothing_to_adjust_is_nothing():
    assert len(holm([])) == len(benjamini_hochberg([])) == 0


@pytest.mark.parametrize("wrong", [[1.2], [-0.1], [float("nan")]])
def test_what_is_no_p_is_refused(wrong):
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm(wrong)
