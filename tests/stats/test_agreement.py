"""Agreement of raters, to the printed digits of the published examples."""

import pytest

from primum.stats.agreement import fleiss_kappa, krippendorff_alpha, two_raters

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
