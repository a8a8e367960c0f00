"""The composite and its laws."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.judging.disagreement import disagreements
from primum.judging.hashes import content_hashes
from primum.judging.model import Answer, CheckVerdict, Verdict
from primum.judging.rubric import load_rubric, score
from primum.scenarios.model import DIMENSIONS, Check
from tests.judging.build import check, scenario

RUBRIC = load_rubric("jsl-7-reconstructed")
ANSWERS: tuple[Answer, ...] = ("met", "not_met", "not_applicable", "cannot_judge", "unsupported")


def verdict(*answers: Answer) -> Verdict:
    return Verdict("j", tuple(CheckVerdict(f"c{n}", answer) for n, answer in enumerate(answers)))


def checks(*critical: bool) -> tuple[Check, ...]:
    return tuple(
        check(f"c{n}", critical=flag, dimension=DIMENSIONS[n % 7]) for n, flag in enumerate(critical)
    )


def test_all_met_is_one_and_all_failed_is_zero() -> None:
    case = scenario(*checks(False, True))
    best, worst = (
        score(RUBRIC, case, verdict("met", "met")),
        score(RUBRIC, case, verdict("not_met", "not_met")),
    )
    assert best and (best.value, best.low, best.high) == (1.0, 1.0, 1.0)
    assert worst and (worst.value, worst.low, worst.high) == (0.0, 0.0, 0.0)


def test_not_applicable_leaves_the_denominator() -> None:
    found = score(RUBRIC, scenario(*checks(False, False, False)), verdict("met", "not_applicable", "not_met"))
    assert found and (found.value, found.met, found.decided, found.applicable) == (0.5, 1, 2, 2)


def test_undecided_widens_the_bounds() -> None:
    case = scenario(*checks(False, False, False, False))
    found = score(RUBRIC, case, verdict("met", "not_met", "cannot_judge", "unsupported"))
    assert found and (found.value, found.low, found.high) == (0.5, 0.25, 0.75)


def test_a_failed_critical_check_caps() -> None:
    case = scenario(*checks(True, False, False, False, False))
    found = score(RUBRIC, case, verdict("not_met", "met", "met", "met", "met"))
    assert found and (found.value, found.high, found.critical_failed) == (0.4, 0.4, ("c0",))


def test_an_undecided_critical_check_caps_only_the_lower_bound() -> None:
    case = scenario(*checks(True, False, False, False, False))
    found = score(RUBRIC, case, verdict("unsupported", "met", "met", "met", "met"))
    assert found and (found.value, found.low, found.high) == (1.0, 0.4, 1.0)
    assert found.critical_undecided == ("c0",)


def test_dimensions_count_their_own_checks() -> None:
    case = scenario(
        check("c0", dimension="safety"), check("c1", dimension="safety"), check("c2", dimension="privacy")
    )
    found = score(RUBRIC, case, verdict("met", "not_met", "cannot_judge"))
    assert found and found.dimensions == {"safety": 0.5}


def test_nothing_decided_is_no_score() -> None:
    case = scenario(*checks(True, False))
    assert score(RUBRIC, case, verdict("cannot_judge", "not_applicable")) is None
    assert score(RUBRIC, case, Verdict("j", failure="unreachable")) is None


def test_a_check_without_an_answer_is_undecided() -> None:
    found = score(RUBRIC, scenario(*checks(False, False)), verdict("met"))
    assert found and (found.value, found.low, found.high) == (1.0, 0.5, 1.0)


CASES = st.lists(st.tuples(st.sampled_from(ANSWERS), st.booleans()), min_size=1, max_size=8)


@given(CASES)
def test_bounds_hold_the_value_and_the_cap_holds(case: list[tuple[Answer, bool]]) -> None:
    found = score(RUBRIC, scenario(*checks(*(c for _, c in case))), verdict(*(a for a, _ in case)))
    assume(found is not None)
    assert found and 0 <= found.low <= found.value <= found.high <= 1
    if found.critical_failed:
        assert found.high <= RUBRIC.critical_cap


@given(CASES, st.data())
def test_turning_a_failed_check_into_a_met_one_never_lowers(
    case: list[tuple[Answer, bool]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(case) - 1))
    scored = scenario(*checks(*(c for _, c in case)))
    answers = [a for a, _ in case]
    answers[at] = "not_met"
    worse = score(RUBRIC, scored, verdict(*answers))
    answers[at] = "met"
    better = score(RUBRIC, scored, verdict(*answers))
    assert worse and better
    assert (better.value, better.low, better.high) >= (worse.value, worse.low, worse.high)
    assert better.low >= worse.low and better.high >= worse.high


@given(CASES, st.randoms())
def test_the_order_of_checks_does_not_matter(case: list[tuple[Answer, bool]], random: object) -> None:
    own = checks(*(c for _, c in case))
    given_ = verdict(*(a for a, _ in case))
    shuffled_checks, shuffled = list(own), list(given_.checks)
    random.shuffle(shuffled_checks)  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = score(RUBRIC, scenario(*own), given_)
    second = score(RUBRIC, scenario(*shuffled_checks), Verdict("j", tuple(shuffled)))
    if first is None or second is None:
        assert first is second
        return
    assert (first.value, first.low, first.high, first.dimensions) == (
        second.value,
        second.low,
        second.high,
        second.dimensions,
    )
    assert set(first.critical_failed) == set(second.critical_failed)


def test_the_rubric_says_that_it_is_a_reconstruction() -> None:
    assert "reconstruction" in RUBRIC.status
    assert set(RUBRIC.dimensions) == set(DIMENSIONS)


def test_a_rubric_can_be_copied_changed_and_is_told_apart(tmp_path: Path) -> None:
    from primum.judging.data import content

    text = content("rubrics/jsl-7-reconstructed.yaml").decode()
    mine = tmp_path / "mine.yaml"
    mine.write_text(text)
    assert load_rubric(str(mine)).hash == RUBRIC.hash
    mine.write_text(text.replace("critical_cap: 0.4", "critical_cap: 0.2"))
    assert load_rubric(str(mine)).hash != RUBRIC.hash


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("critical_cap: 0.4", "critical_cap: 4"), "critical_cap"),
        (("  privacy:", "  secrecy:"), "secrecy"),
        (("version: 1", "version: [1"), "mine.yaml:"),
    ],
)
def test_a_wrong_rubric_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    from primum.judging.data import content

    mine = tmp_path / "mine.yaml"
    mine.write_text(content("rubrics/jsl-7-reconstructed.yaml").decode().replace(*change))
    with pytest.raises(PrimumError, match=says) as caught:
        load_rubric(str(mine))
    assert "\n" not in str(caught.value)


def test_a_misspelt_rubric_is_given_the_near_one() -> None:
    with pytest.raises(PrimumError, match="Did you mean 'jsl-7-reconstructed'"):
        load_rubric("jsl-7-reconstruct")
    with pytest.raises(PrimumError, match="Cannot read"):
        load_rubric("nowhere/x.yaml")


def test_disagreements_are_between_decided_answers() -> None:
    first = verdict("met", "met", "not_met", "cannot_judge", "met")
    second = verdict("met", "not_met", "met", "met", "unsupported")
    assert disagreements(first, second) == ("c1", "c2")
    assert disagreements(first, first) == ()


def test_hashes_name_the_content() -> None:
    found = content_hashes()
    assert set(found) == {"lexicon", "presets", "prompts"}
    assert all(len(value) == 64 for value in found.values())
