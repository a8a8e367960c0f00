"""The findings of a run: by hand on a few rows, and what must and must not change when the rows are tampered with."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest

from primum.campaign.execute import case_row
from primum.campaign.model import Case, CaseResult
from primum.errors import PrimumError
from primum.reporting.analysis.analyse import analyse
from primum.reporting.analysis.findings import Findings
from primum.reporting.columns import gather
from primum.reporting.overview import overview
from primum.reporting.summary import summarise
from primum.scenarios.model import Dimension
from primum.store import open_store
from tests.reporting.build import SCENARIOS, judged, manifest, scenario, score, unjudged

A, B = "example/alpha", "example/beta"
PASS, FAIL, SOFT = (True,) * 4, (False, True, True, True), (True, True, True, False)
"""Everything met; the critical omission missed; only the last, not critical, missed."""


def case(index: int, of: int, met: Sequence[bool] | None, target: str = A, trial: int = 0) -> CaseResult:
    """One trial of scenario number `of`; without `met` it has no verdict."""
    place = scenario(of)
    plain = judged(index, tuple(met), of=place) if met else unjudged(index, "empty")
    fields = Case(index=index, id=f"c{index:05d}", scenario=place.id, target=target, trial=trial)
    return msgspec.structs.replace(plain, case=fields, domain=place.domain, subdomain=place.subdomain)


def found(results: Iterable[CaseResult], targets: tuple[str, ...] = (A,), trials: int = 1) -> Findings:
    rows = list(results)
    run = manifest(len(rows), targets, trials=trials)
    return analyse(gather(run, rows, 5), run, SCENARIOS, seed=3, replicates=500)


def scored(index: int, of: int, target: str, **dimensions: float) -> CaseResult:
    """A case with these scores on the dimensions; the composite is their mean."""
    value = sum(dimensions.values()) / len(dimensions)
    named: dict[Dimension, float] = {key: float(score) for key, score in dimensions.items()}  # type: ignore[misc]
    row = case(index, of, PASS, target)
    told = msgspec.structs.replace(score(PASS), value=value, low=value, high=value, dimensions=named)
    return msgspec.structs.replace(row, score=told)


def two_targets() -> list[CaseResult]:
    """Forty scenarios twice, beta worse on every fourth."""
    rows = [case(n, n, PASS if n % 5 else SOFT) for n in range(40)]
    return rows + [case(40 + n, n, FAIL if n % 4 == 0 else PASS, B) for n in range(40)]


def test_three_models_fire_one_rule_each() -> None:
    def of(target: str, values: list[float], start: int) -> list[CaseResult]:
        return [scored(start + n, n, target, safety=value) for n, value in enumerate(values)]

    spread = [1.0] * 90 + [0.55] * 10
    wide = [0.9] * 30 + [1.0] * 60 + [0.88] * 10
    low = [1.0] * 99 + [0.4]
    rows = of("spread", spread, 0) + of("wide", wide, 100) + of("low", low, 200)
    targets = found(rows, ("spread", "wide", "low")).targets
    assert {t.name: t.unstable for t in targets} == {"spread": ("sd",), "wide": ("iqr",), "low": ("min",)}


def test_gap_decoupling_and_spread_on_eight_rows() -> None:
    """Scenarios 0 and 9 are in clinical-accuracy, 1 and 10 in safety.

    alpha: 0.8, 1.0 | 0.5, 0.7 → domain means 0.9 and 0.6. beta: 1.0, 1.0 | 0.1, 0.3 → 1.0 and 0.2.
    """
    rows = [
        scored(n, of, A, robustness=value)
        for n, (of, value) in enumerate([(0, 0.8), (9, 1.0), (1, 0.5), (10, 0.7)])
    ]
    rows += [
        scored(4 + n, of, B, robustness=value)
        for n, (of, value) in enumerate([(0, 1.0), (9, 1.0), (1, 0.1), (10, 0.3)])
    ]
    findings = found(rows, (A, B))
    gaps = {gap.domain: gap for gap in findings.gaps}
    assert [gap.domain for gap in findings.gaps] == ["safety", "clinical-accuracy"]
    assert (gaps["safety"].best, gaps["safety"].worst, gaps["safety"].delta) == (A, B, pytest.approx(0.4))
    assert (gaps["clinical-accuracy"].best, gaps["clinical-accuracy"].delta) == (B, pytest.approx(0.1))
    first, second = findings.targets[0].spread
    assert (first.domain, first.rank, first.stable) == ("safety", 1, False)
    assert first.sd_cases == pytest.approx(0.02**0.5)
    assert second.sd_subdomains == pytest.approx(0.02**0.5)  # two subdomains with one case each
    assert [d.r for d in findings.decoupling] == [None, None]  # nobody was scored on equity or accuracy
    pair = findings.pairs[0]
    assert (pair.first, pair.second, pair.scenarios) == (A, B, 4)
    assert pair.score_difference == pytest.approx((-0.2 + 0 + 0.4 + 0.4) / 4)


def test_decoupled_dimensions_over_four_targets() -> None:
    marks = {"t1": (0.9, 0.2), "t2": (0.8, 0.4), "t3": (0.7, 0.6), "t4": (0.6, 0.8)}
    rows = [
        scored(2 * n + half, half, name, robustness=x, equity=y)
        for n, (name, (x, y)) in enumerate(marks.items())
        for half in (0, 1)
    ]
    robust_and_fair = found(rows, tuple(marks)).decoupling[0]
    assert (robust_and_fair.n, robust_and_fair.r) == (4, pytest.approx(-1.0))
    assert robust_and_fair.points[0] == ("t1", pytest.approx(0.9), pytest.approx(0.2))


def test_patterns_count_cases_once_and_only_where_the_check_was_answered() -> None:
    rows = [case(0, 0, FAIL), case(1, 1, FAIL), case(2, 9, PASS), case(3, 2, SOFT), case(4, 3, None)]
    patterns = {pattern.code: pattern for pattern in found(rows).targets[0].patterns}
    assert set(patterns) == {"!safety/omission", "robustness/commission"}
    urgent = patterns["!safety/omission"]
    assert (urgent.cases, urgent.of, urgent.critical) == (2, 4, True)
    assert urgent.domains == {"clinical-accuracy": (1, 2), "medical-errors": (0, 1), "safety": (1, 1)}


def test_without_the_scenarios_there_are_no_patterns() -> None:
    rows = [case(0, 0, FAIL)]
    run = manifest(1, (A,))
    assert analyse(gather(run, rows, 5), run, None, seed=3, replicates=200).targets[0].patterns == ()


def three_trials() -> list[CaseResult]:
    """Scenario 0 passes thrice, 1 fails once, 2 fails thrice, 3 has one trial without a verdict."""
    played = [[PASS] * 3, [PASS, FAIL, PASS], [FAIL] * 3, [FAIL, None, PASS]]
    return [
        case(3 * of + trial, of, met, trial=trial)
        for of, row in enumerate(played)
        for trial, met in enumerate(row)
    ]


def test_repeats_by_hand() -> None:
    repeats = found(three_trials(), trials=3).targets[0].repeats
    assert repeats is not None
    assert (repeats.trials, repeats.scenarios, repeats.flaky) == (3, 3, 1)
    assert [point.any_fail for point in repeats.curve] == pytest.approx([4 / 9, (0 + 2 / 3 + 1) / 3, 2 / 3])
    assert [point.all_pass for point in repeats.curve] == pytest.approx([5 / 9, (1 + 1 / 3) / 3, 1 / 3])
    for point in repeats.curve:
        assert point.interval is not None
        assert point.interval.low <= point.any_fail <= point.interval.high


def test_strips_show_the_trials_of_what_is_flaky() -> None:
    strips = found(three_trials(), trials=3).targets[0].strips
    assert [(strip.domain, strip.trials) for strip in strips] == [
        ("equity", ("fail", "missing", "pass")),
        ("safety", ("pass", "fail", "pass")),
    ]


def test_one_trial_has_no_repeats() -> None:
    target = found([case(0, 0, FAIL), case(1, 1, PASS)]).targets[0]
    assert (target.repeats, target.strips) == (None, ())


def test_items_that_tell_nothing_are_named() -> None:
    names = ("t1", "t2", "t3")
    rows = [
        case(12 * place + 3 * of + trial, of, met, name, trial)
        for place, name in enumerate(names)
        for of, met_by_trial in enumerate([[PASS] * 3, [FAIL] * 3, [PASS, FAIL, PASS], [PASS, PASS, SOFT]])
        for trial, met in enumerate(met_by_trial)
    ]
    findings = found(rows, names, trials=3)
    assert findings.item_counts == {"inverted": 0, "floor": 1, "flaky": 1, "ceiling": 1}
    assert [(i.kind, i.scenario) for i in findings.items] == [
        ("floor", scenario(1).id),
        ("flaky", scenario(2).id),
        ("ceiling", scenario(0).id),
    ]


def test_a_scenario_that_better_systems_fail_is_inverted() -> None:
    names = tuple(f"t{n}" for n in range(8))
    rows = []
    for place, name in enumerate(names):
        for of in range(10):
            bad = of > 0 and of <= place
            turned = of == 0 and place < 4
            rows.append(case(len(rows), of, FAIL if bad or turned else PASS, name))
    inverted = [item for item in found(rows, names).items if item.kind == "inverted"]
    assert [item.scenario for item in inverted] == [scenario(0).id]
    assert inverted[0].value > 0.7


def test_two_targets_are_too_few_to_blame_a_scenario() -> None:
    findings = found([case(0, 0, PASS), case(1, 0, PASS, B)], (A, B))
    assert findings.items == () and findings.item_counts["ceiling"] == 0


def test_zero_scores_are_listed_in_plan_order() -> None:
    rows = [case(n, n, (False,) * 4 if n % 2 else PASS) for n in range(6)]
    assert found(reversed(rows)).targets[0].zero_cases == ("c00001", "c00003", "c00005")


def test_q_values_are_over_all_tests_and_never_below_p() -> None:
    findings = found(two_targets(), (A, B))
    pair = findings.pairs[0]
    assert findings.tests == 2
    assert pair.score_p is not None and pair.score_q is not None and pair.score_q >= pair.score_p
    assert pair.failure_difference == pytest.approx(-0.25)
    assert pair.failure_p is not None and pair.failure_p < 0.01


# What must change, and what must not


def test_the_order_of_arrival_changes_nothing() -> None:
    rows = two_targets()
    assert found(rows[::-1], (A, B)) == found(rows, (A, B))
    assert found(rows[1::2] + rows[::2], (A, B)) == found(rows, (A, B))


def test_swapping_the_targets_turns_every_difference_round() -> None:
    pair, turned = (found(two_targets(), names).pairs[0] for names in ((A, B), (B, A)))
    assert (turned.first, turned.second) == (B, A)
    assert turned.score_difference == pytest.approx(-pair.score_difference)
    assert turned.failure_difference == pytest.approx(-(pair.failure_difference or 0))
    assert turned.score_p == pair.score_p
    assert pair.score_interval is not None and turned.score_interval is not None
    assert turned.score_interval.low == pytest.approx(-pair.score_interval.high)


def test_a_case_that_occurs_twice_is_refused() -> None:
    rows = two_targets()
    with pytest.raises(PrimumError, match="occurs twice"):
        found([*rows[:-1], rows[0]], (A, B))


def test_a_dropped_scenario_leaves_the_pair_and_moves_the_difference() -> None:
    rows = two_targets()
    rows[4] = case(4, 4, None)  # beta failed scenario 4, alpha now has no verdict on it
    before, after = found(two_targets(), (A, B)).pairs[0], found(rows, (A, B)).pairs[0]
    assert (before.scenarios, after.scenarios) == (40, 39)
    assert before.failure_difference == pytest.approx(-10 / 40)
    assert after.failure_difference == pytest.approx(-9 / 39)


def test_a_trial_without_a_verdict_takes_its_scenario_out_of_the_repeats() -> None:
    rows = three_trials()
    rows[0] = case(0, 0, None)
    repeats = found(rows, trials=3).targets[0].repeats
    assert repeats is not None
    assert repeats.scenarios == 2
    assert repeats.curve[0].any_fail == pytest.approx(4 / 6)


def test_what_one_target_does_leaves_the_other_alone() -> None:
    rows = two_targets()
    worse = [*rows[:79], case(79, 39, FAIL, B)]
    before, after = found(rows, (A, B)), found(worse, (A, B))
    assert after.targets[0] == before.targets[0]
    assert after.targets[1] != before.targets[1]


def test_the_stores_columns_give_the_same_figures_as_the_records(tmp_path: Path) -> None:
    rows = three_trials()
    run = manifest(len(rows), (A,), trials=3)
    with open_store(tmp_path / "primum.db") as store:
        store.save_run(run.run, msgspec.json.encode(run), run.created)
        store.commit(cases=[case_row(run.run, row, 0.0) for row in rows])
        seen = overview(run, store, replicates=500)
    whole = summarise(run, rows)
    target, full = seen.targets[0], whole.targets[0]
    assert target.overall == full.overall
    assert target.slices["domain"] == full.domains
    assert (target.outcomes, target.states, seen.reached) == (full.outcomes, full.states, 12)
    expected = analyse(gather(run, rows, 0), run, None, run.seed, replicates=500)
    assert all(not one.points for one in seen.findings.decoupling)  # dimensions are in the records only
    assert seen.findings == msgspec.structs.replace(expected, decoupling=seen.findings.decoupling)
