"""B against A: paired by scenario, refused where it would mislead, and every changed scenario named."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.campaign.model import EndpointRecord
from primum.errors import PrimumError
from primum.reporting.comparison.compare import compare, regressed
from primum.reporting.exports.junit import junit_of_comparison
from tests.reporting.played import many, played

NAMES = [f"s{n:03d}" for n in range(200)]


def runs(before: str | dict[str, str], after: str | dict[str, str], **options: object):
    spread = [dict.fromkeys(NAMES, one) if isinstance(one, str) else one for one in (before, after)]
    return compare(played(spread[0], run="r-a"), played(spread[1], run="r-b"), **options)


def change(before: dict[str, str], after: dict[str, str]):
    return runs(before, after).targets[0]


# the lists


def test_every_scenario_is_in_one_list():
    before = {"was-good": "pp", "was-bad": "ff", "bad": "pf", "good": "pp", "gone": "pp", "never": "xx"}
    after = {"was-good": "pf", "was-bad": "pp", "bad": "ff", "good": "pp", "gone": "xx", "never": "ff"}
    found = change(before, after)
    assert [item.scenario for item in found.new] == ["was-good"]
    assert [item.scenario for item in found.fixed] == ["was-bad"]
    assert [item.scenario for item in found.still] == ["bad"]
    assert [item.scenario for item in found.lost] == ["gone"]
    assert found.passing == 1


def test_a_changed_scenario_comes_with_trials_title_and_cases():
    (item,) = change({"s": "ppp"}, {"s": "pff"}).new
    assert (item.a_failed, item.a_of, item.b_failed, item.b_of) == (0, 3, 2, 3)
    assert (item.title, item.b_case) == ("Title of s", "s.pha.2")


def test_a_scenario_that_is_no_longer_decided_is_no_pass():
    found = change({"s": "p", "t": "p"}, {"s": "?", "t": "p"})
    assert (len(found.lost), found.passing, len(found.new)) == (1, 1, 0)
    assert "1 no longer decided" in found.sentence


def test_a_regression_is_a_new_failure_beyond_the_allowance():
    found = runs({"s": "p", "t": "p"}, {"s": "f", "t": "f"})
    assert [regressed(found, allowance) for allowance in (0, 1, 2)] == [True, True, False]


# the difference


def test_the_difference_is_over_scenarios_decided_on_both_sides():
    """Four scenarios: 0 → 1, 1/2 → 1/2, 0 → 0, and one that nobody decided in B."""
    found = change({"a": "pp", "b": "pf", "c": "pp", "d": "pp"}, {"a": "ff", "b": "fp", "c": "pp", "d": "xx"})
    failures = found.differences[0]
    assert (failures.a, failures.b) == (pytest.approx(0.5 / 3), pytest.approx(1.5 / 3))
    assert failures.estimate == pytest.approx(1 / 3)
    assert (failures.scenarios, failures.undecided) == (3, 1)
    assert (failures.lowest, failures.highest) == (pytest.approx(1 / 4), pytest.approx(2 / 4))


@pytest.mark.parametrize(
    ("before", "after", "margin", "drift"),
    [
        ("p", "f", None, "worse"),
        ("f", "p", None, "better"),
        ("p", "p", None, "no difference shown"),
        ("p", "p", 0.05, "not inferior"),
        ("p", "p", 0.001, "no difference shown"),
        ("p", "x", None, "cannot be compared"),
    ],
)
def test_the_verdict(before, after, margin, drift):
    found = runs(before, after, margin=margin)
    assert (found.drift, found.targets[0].differences[0].drift) == (drift, drift)


def test_a_few_flips_are_not_called_a_drift():
    flipped = {name: "f" if n < 3 else "p" for n, name in enumerate(NAMES)}
    found = runs("p", flipped)
    assert (found.drift, len(found.targets[0].new)) == ("no difference shown", 3)


def test_the_worst_target_speaks_for_all_and_p_is_adjusted_over_all():
    before = {"sim:a": many(p=40), "sim:b": many(p=40)}
    after = {"sim:a": many(p=40), "sim:b": dict.fromkeys(many(p=40), "f")}
    found = compare(played(before), played(after))
    assert [one.label for one in found.targets] == ["sim:b (simulated)", "sim:a (simulated)"]
    assert found.drift == "worse"
    assert found.targets[0].differences[0].p_adjusted >= 3 * found.targets[0].differences[0].p


# refusals


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"hashes": {"rubric": "another"}}, "rubric differs"),
        ({"judge": EndpointRecord("openai/gpt-5", "f" * 32, "openai")}, "judged by offline"),
        ({"attack": "pressure-ladder"}, "pressure-ladder"),
        ({"edition": {"s000": "rewritten"}}, "1 scenario"),
    ],
)
def test_what_is_not_comparable_is_refused_with_the_reason(other, told):
    same = dict.fromkeys(NAMES, "p")
    with pytest.raises(PrimumError, match="not comparable") as error:
        compare(played(same), played(same, **other))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_common_scenarios_can_be_compared_and_the_rest_is_counted():
    before, after = {"s": "p", "t": "p", "u": "p"}, {"s": "p", "t": "p", "v": "f"}
    run = played(after, edition={"t": "rewritten"})
    with pytest.raises(PrimumError, match="--common"):
        compare(played(before), run)
    found = compare(played(before), run, only_common=True)
    assert (found.scenarios, found.left_out) == (1, 3)


def test_nothing_in_common_is_said():
    with pytest.raises(PrimumError, match="no scenario with the same content"):
        compare(played({"s": "p"}), played({"t": "p"}), only_common=True)


def test_targets_are_paired_by_name_or_as_told():
    a, b = played({"m/old": {"s": "p"}}), played({"m/new": {"s": "f"}})
    with pytest.raises(PrimumError, match="--target-a"):
        compare(a, b)
    assert compare(a, b, pair=("m/old", "m/new")).targets[0].label == "m/old → m/new"
    with pytest.raises(PrimumError, match="Did you mean 'm/new'"):
        compare(a, b, pair=("m/old", "m/nwe"))


def test_other_code_and_other_trials_are_told():
    found = compare(
        played({"s": "p"}, hashes={"code": "1", "rubric": ""}),
        played({"s": "pp"}, hashes={"code": "2", "rubric": ""}),
    )
    assert any("different code" in caveat for caveat in found.caveats)
    assert any("1 and 2 trials" in caveat for caveat in found.caveats)


# laws

letters = st.text("pf?x", min_size=1, max_size=3)


@given(st.lists(st.tuples(letters, letters), min_size=1, max_size=30))
@settings(deadline=None, max_examples=50)
def test_swapping_the_runs_mirrors_everything(rows):
    a = {f"s{n}": one for n, (one, _) in enumerate(rows)}
    b = {f"s{n}": other for n, (_, other) in enumerate(rows)}
    there, back = change(a, b), change(b, a)
    assert {i.scenario for i in there.new} == {i.scenario for i in back.fixed}
    assert there.passing == back.passing
    for one, other in zip(there.differences, back.differences, strict=True):
        assert one.scenarios == other.scenarios
        if one.estimate is not None:
            assert one.estimate == pytest.approx(-other.estimate)
        assert (one.lowest, one.highest) == (pytest.approx(-other.highest), pytest.approx(-other.lowest))


@given(st.dictionaries(st.from_regex(r"s[0-9]{2}", fullmatch=True), letters, min_size=1, max_size=30))
@settings(deadline=None, max_examples=40)
def test_a_run_does_not_differ_from_itself(scenarios):
    found = change(scenarios, scenarios)
    assert (found.new, found.fixed, found.lost) == ((), (), ())
    assert {d.estimate for d in found.differences} <= {0.0, None}
    assert found.drift in ("no difference shown", "cannot be compared")


# JUnit


def test_junit_fails_new_failures_beyond_the_allowance_and_errors_what_nobody_knows():
    before, after = {"n": "p", "l": "p", "s": "f", "x": "f"}, {"n": "f", "l": "x", "s": "f", "x": "p"}
    found = runs(before, after)
    strict, lenient = (ET.fromstring(junit_of_comparison(found, allowance)) for allowance in (0, 1))
    assert (strict.get("failures"), strict.get("errors"), strict.get("tests")) == ("1", "1", "5")
    assert (lenient.get("failures"), lenient.get("errors")) == ("0", "1")
    assert strict.find(".//failure").get("message").startswith("passed before, fails now: Title of n")
