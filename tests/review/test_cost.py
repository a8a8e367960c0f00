"""What a plan says before anything is stored, and the rule as a file."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from primum.errors import PrimumError
from primum.review.cost import cost_of
from primum.review.policy import Controls, Double, default_policy, default_text, read_policy
from primum.review.queue import draw_up, look
from tests.review.build import DOMAINS, policy, result, scenario


def planned(rule, count: int = 300):  # type: ignore[no-untyped-def]
    cases = [result(n, "fail" if n < 20 else "pass", DOMAINS[n % 3]) for n in range(count)]
    names = [scenario(one.case.scenario, one.domain) for one in cases]
    return cost_of(draw_up("r", [look(one, None, rule) for one in cases], names, rule, "s"), rule)


def test_reasons_readings_and_hours_are_counted():
    rule = msgspec.structs.replace(policy(0.1), double=Double(1.0, 0.5), controls=Controls(0.1, 0.1))
    cost = planned(rule)
    assert cost.reasons == (("critical-failed", 20), ("routine", 30)) and cost.drawn == 50
    assert cost.items == {"case": 50, "gold": 5, "repeat": 5} and cost.second == 20 + 15
    assert cost.readings == 50 + 35 + 5 + 5
    assert cost.hours == pytest.approx((95 * 3 + 0.15 * 35 * 5) / 60)


def test_more_routine_readings_buy_a_narrower_interval_and_a_lower_bound():
    few, many = planned(policy(0.05)), planned(policy(0.5))
    assert many.bought[0].width < few.bought[0].width
    bounds = [{row.name: row.none_found for row in cost.strata} for cost in (few, many)]
    routine = [name for name in bounds[0] if name.startswith("routine")]
    assert all(bounds[1][name] < bounds[0][name] < 1 for name in routine)
    assert all(bounds[0][name] is None for name in bounds[0] if name.startswith("certain")), "all are read"


def test_the_bound_is_the_exact_one():
    cost = planned(policy(0.5), 620)
    row = next(row for row in cost.strata if row.name == "routine/safety")
    assert row.none_found == pytest.approx(1 - 0.05 ** (1 / row.drawn))


def test_planning_twice_says_the_same():
    assert planned(policy(0.2)) == planned(policy(0.2))


def test_the_packaged_policy_can_be_copied_and_changed(tmp_path: Path):
    copy = tmp_path / "mine.yaml"
    copy.write_text(default_text().replace("share: 0.10", "share: 0.20"))
    changed = read_policy(str(copy))
    assert changed.routine.share == 0.2
    assert msgspec.structs.replace(changed, routine=default_policy().routine) == default_policy()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  - severe ", "  - sever ", "'sever' is not valid. Did you mean 'severe'?"),
        ("share: 0.10", "share: 0.0", "routine.share"),
        ("share: 0.10", "shar: 0.10", "unknown field 'shar'. Did you mean 'share'?"),
        ("gold: 0.05", "gold: 1.5", "controls.gold"),
        ("max_readings: null", "max_readings: 0", "max_readings"),
        ("lease_minutes: 30", "lease_minutes: 0", "lease_minutes"),
    ],
)
def test_a_mistake_in_a_policy_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, says: str):
    file = tmp_path / "mine.yaml"
    assert Counter(default_text())  # the text is there
    file.write_text(default_text().replace(old, new, 1))
    with pytest.raises(PrimumError) as caught:
        read_policy(str(file))
    assert (
        says in str(caught.value)
        and str(caught.value).startswith(f"{file}:")
        and "\n" not in str(caught.value)
    )


def test_a_policy_that_is_not_there_is_said():
    with pytest.raises(PrimumError, match=r"no review policy defualt; .*Did you mean 'default'"):
        read_policy("defualt")
