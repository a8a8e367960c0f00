"""Agreement of raters, to the printed digits of the published examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle

from primum.stats.agreement import fleiss_kappa, krippendorff_alpha, two_raters
from primum.stats.raters import agreement, ordinal_alpha

N = None
FOUR_RATERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def test_two_raters_golden() -> None:
    found = two_raters(118, 5, 2, 0)
    assert round(found.agreement, 3) == 0.944
    assert found.kappa is not None and round(found.kappa, 6) == -0.023392
    assert found.ac1 is not None and round(found.ac1, 6) == 0.940776
    assert found.prevalence == pytest.approx(3.5 / 125)


def test_alpha_golden() -> None:
    two = [[0] * 123 + [1] * 2, [0] * 118 + [1] * 5 + [0] * 2]
    found = [krippendorff_alpha(two), *(krippendorff_alpha(FOUR_RATERS, of) for of in ("nominal", "ordinal"))]  # type: ignore[arg-type]
    assert [None if one is None else round(one, 6) for one in found] == [-0.024691, 0.743421, 0.815388]


def test_perfect_agreement_is_one_and_a_single_answer_is_unknown() -> None:
    assert two_raters(5, 0, 0, 5).kappa == 1.0
    assert two_raters(10, 0, 0, 0).kappa is None
    assert two_raters(10, 0, 0, 0).ac1 == 1.0
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]], "ordinal") == 1.0
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None


def test_fleiss_by_hand() -> None:
    """Items (2,1), (3,0), (0,3): P̄ = (1/3 + 1 + 1)/3 = 7/9; shares 5/9 and 4/9: Pe = 41/81."""
    assert fleiss_kappa([[2, 1], [3, 0], [0, 3]]) == pytest.approx((7 / 9 - 41 / 81) / (1 - 41 / 81))
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa([[2, 1], [1, 1]])


def as_items(both: int, first: int, second: int, neither: int) -> list[tuple[bool, bool]]:
    """The cells of a two-rater table as items: (failed by one, failed by the other)."""
    cells = ((False, False), (False, True), (True, False), (True, True))
    return [
        cell for cell, times in zip(cells, (both, first, second, neither), strict=True) for _ in range(times)
    ]


def test_rare_failures_show_all_coefficients_side_by_side() -> None:
    found = agreement(as_items(118, 5, 2, 0), seed=1)
    assert (found.items, found.raters, found.single) == (125, 2, 0)
    assert found.percent.value == 0.944
    values = [found.cohen.value, found.ac1.value, found.alpha.value]
    assert [None if one is None else round(one, 6) for one in values] == [-0.023392, 0.940776, -0.024691]
    assert found.prevalence.value == pytest.approx(3.5 / 125)
    for figure in (found.percent, found.cohen, found.ac1, found.alpha, found.fleiss, found.prevalence):
        assert figure.value is not None and figure.interval
        assert figure.interval.low <= figure.value <= figure.interval.high


def test_the_interval_of_agreement_is_that_of_a_share() -> None:
    """118 of 125 agree: the bootstrap of a share is the binomial distribution over its n."""
    found = agreement(as_items(118, 5, 2, 0), seed=1, replicates=20_000).percent.interval
    low, high = (oracle.binom(125, 118 / 125).ppf(q) / 125 for q in (0.025, 0.975))
    assert found and (found.low, found.high) == pytest.approx((low, high), abs=0.009)


def test_missing_answers_keep_alpha_and_ac1_and_rule_out_cohen_and_fleiss() -> None:
    found = agreement(
        [(True, True, None), (False, None, False), (False, False, False), (None, None, True)], seed=1
    )
    assert (found.items, found.raters, found.single) == (3, 3, 1)
    assert found.cohen.value is None and found.fleiss.value is None
    assert found.alpha.value == 1.0 and found.ac1.value == 1.0


def test_perfect_agreement_has_no_interval_of_width_0() -> None:
    found = agreement([(True, True), (False, False)] * 20, seed=1)
    assert found.cohen.value == 1.0 and found.cohen.interval is None


def test_two_raters_are_gwets_and_cohens_formulas_by_hand() -> None:
    """40/10/5/45: agreement .85; margins .5 and .45; chance .5; Gwet's chance 2 x .525 x .475."""
    found = two_raters(40, 10, 5, 45)
    assert found.kappa == pytest.approx((0.85 - 0.5) / 0.5)
    assert found.ac1 == pytest.approx((0.85 - 0.49875) / (1 - 0.49875))


def test_severity_is_ordinal() -> None:
    """The published 4 x 12 example, one row an item; a near miss costs less than a far one."""
    items = [tuple(None if v is None else int(v) for v in item) for item in zip(*FOUR_RATERS, strict=True)]
    found = ordinal_alpha(items, seed=1)
    assert found.value is not None and round(found.value, 6) == 0.815388
    assert found.interval and found.interval.low < found.value < found.interval.high
    base = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)] * 4
    near, far = ordinal_alpha([*base, (0, 1)], seed=1).value, ordinal_alpha([*base, (0, 4)], seed=1).value
    assert near is not None and far is not None and near > far


def test_scenarios_are_resampled_where_items_repeat_them() -> None:
    items = [(True, True)] * 10 + [(True, False)] * 10 + [(False, False)] * 30
    single, whole = (
        agreement(items, 1, of).percent.interval for of in (range(50), [n // 10 for n in range(50)])
    )
    assert single and whole and whole.high - whole.low > 1.5 * (single.high - single.low)


def test_no_item_answered_twice_is_no_agreement() -> None:
    found = agreement([(True, None), (None, False)], seed=1)
    assert (found.items, found.single) == (0, 2)
    assert found.percent.value is None and ordinal_alpha([(1, None)], seed=1).value is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_who_is_first_changes_no_coefficient(items: list[tuple[bool, bool]]) -> None:
    one, other = (agreement(rows, 1, replicates=2) for rows in (items, [(b, a) for a, b in items]))
    for name in ("percent", "cohen", "fleiss", "alpha", "ac1", "prevalence"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value)
