"""Rates of a whole run from its reviewed part: exact where theory is exact, right on average, honest about the rest."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle

from benchmarks.reviewing import OURS, SETTINGS, Score, simulate
from benchmarks.reviewing_docs import BEGIN, END, PAGE
from primum.stats.bank import Bank, rogan_gladen
from primum.stats.intervals import clopper_pearson
from primum.stats.reviewed import FLAGGED, UNFLAGGED, UNJUDGED, Draws, Run, make_run, missed

N = float("nan")


def queue(flagged: tuple[int, int], routine: tuple[int, int], waiting: int) -> Run:
    """All flagged cases read and a tenth or so of the others: (failures, labels) of each, and what was not drawn."""
    labels = [1.0] * flagged[0] + [0.0] * (flagged[1] - flagged[0])
    labels += [1.0] * routine[0] + [0.0] * (routine[1] - routine[0]) + [N] * waiting
    kind = [0] * flagged[1] + [1] * (routine[1] + waiting)
    pi = [1.0 if k == 0 else routine[1] / (routine[1] + waiting) for k in kind]
    return make_run(labels, pi, kind, kind, [UNFLAGGED if k else FLAGGED for k in kind], range(len(kind)))


def test_the_estimate_weighs_every_label_with_the_cases_it_stands_for() -> None:
    """100 flagged, 40 failed; 90 of 900 others read, 1 failed, so 10 stand behind it: (40 + 10) of 1,000."""
    draws = Draws(queue((40, 100), (1, 90), 810), seed=1)
    assert draws.rate().value == pytest.approx(0.05)
    assert draws.sensitivity().value == pytest.approx(40 / 50)
    assert draws.specificity().value == pytest.approx(890 / 950)
    assert draws.ppv().value == pytest.approx(40 / 100)
    assert draws.npv().value == pytest.approx(890 / 900)


def test_a_cell_is_the_beta_of_jeffreys_where_no_scenario_repeats() -> None:
    draws = Draws(queue((40, 100), (1, 90), 810), seed=1, replicates=200_000)
    wanted = [0.025, 0.25, 0.5, 0.75, 0.975]
    for cell, (k, n) in enumerate([(40, 100), (1, 90)]):
        found = np.quantile(draws.drawn_rates[:, cell], wanted)
        assert found == pytest.approx(oracle.beta(k + 0.5, n - k + 0.5).ppf(wanted), rel=0.02)
    share = draws.drawn_sizes[:, 0] / draws.drawn_sizes.sum(axis=1)
    assert np.quantile(share, wanted) == pytest.approx(oracle.beta(100.5, 900.5).ppf(wanted), rel=0.01)


def test_trials_of_a_scenario_add_less_than_scenarios_do() -> None:
    def width(clusters: list[int]) -> float:
        run = make_run([1.0] * 10 + [0.0] * 90, [1.0] * 100, [0] * 100, [0] * 100, [0] * 100, clusters)
        found = Draws(run, seed=1).rate().interval
        assert found
        return found.high - found.low

    assert width([place // 10 for place in range(100)]) > 1.8 * width(list(range(100)))


def test_unequal_chances_within_a_stratum_weigh_as_they_were() -> None:
    """A label drawn with 0.2 stands for five times one drawn with 1: 5 of 6 failed."""
    run = make_run(
        [1.0, 0.0, N, N, N, N], [0.2, 1.0, 0.2, 0.2, 0.2, 0.2], [0] * 6, [0] * 6, [0] * 6, range(6)
    )
    assert Draws(run, seed=1).rate().value == pytest.approx(5 / 6)


def test_a_domain_without_a_label_is_stood_for_by_the_others_of_its_kind() -> None:
    labels, strata = [1.0, 0.0, N, N, N, N], [0, 0, 0, 0, 1, 1]
    run = make_run(labels, [0.5] * 6, strata, [0] * 6, [0] * 6, range(6))
    assert run.weight.sum() == pytest.approx(6.0)
    assert Draws(run, seed=1).rate().value == pytest.approx(0.5)


def test_what_no_label_stands_for_cannot_be_known() -> None:
    run = make_run([1.0, N, N], [1.0, 0.1, 0.1], [0, 1, 1], [0, 1, 1], [1, 0, 0], range(3))
    draws = Draws(run, seed=1)
    assert draws.rate().value is None and draws.rate().interval is None
    assert draws.sensitivity().value is None
    assert draws.ppv().value == 1.0
    assert missed(run, seed=1).at_most == 2
    assert missed(run, seed=1).unknown == 2
    assert missed(run, seed=1).expected is None


def test_cases_the_judge_did_not_decide_are_in_the_rate_and_in_no_figure_of_the_judge() -> None:
    flags = [FLAGGED] * 10 + [UNFLAGGED] * 10 + [UNJUDGED] * 10
    run = make_run([1.0] * 10 + [0.0] * 10 + [1.0] * 10, [1.0] * 30, [0] * 30, [0] * 30, flags, range(30))
    draws = Draws(run, seed=1)
    assert draws.rate().value == pytest.approx(20 / 30)
    assert draws.sensitivity().value == 1.0


def test_a_block_without_a_label_borrows_and_says_so() -> None:
    run = make_run([1.0, 0.0, N, N], [0.5] * 4, [0] * 4, [0] * 4, [0, 0, 0, 1], range(4))
    assert run.borrowed == 1
    assert Draws(run, seed=1).rate().value == pytest.approx(0.5)


def test_a_case_that_could_not_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="could not be drawn"):
        make_run([1.0, N], [1.0, 0.0], [0, 1], [0, 1], [0, 0], range(2))


def test_one_seed_one_answer() -> None:
    run = queue((4, 10), (1, 30), 60)
    assert Draws(run, seed=5).rate() == Draws(run, seed=5).rate()
    assert missed(run, seed=5) == missed(run, seed=5)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, N]), st.integers(0, 2), st.integers(0, 4)),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 3),
)
def test_the_order_of_the_cases_changes_nothing_and_the_value_lies_in_its_interval(
    rows: list[tuple[float, int, int]], turn: int
) -> None:
    def rate(order: list[tuple[float, int, int]]) -> float | None:
        labels, strata, scenarios = (list(part) for part in zip(*order, strict=True))
        found = Draws(
            make_run(labels, [0.5] * len(order), strata, strata, [0] * len(order), scenarios), 1, 50
        ).rate()
        if found.value is not None:
            assert found.interval
            assert 0.0 <= found.interval.low <= found.value <= found.interval.high <= 1.0
        return found.value

    turned = rows[turn:] + rows[:turn]
    first, second = rate(rows), rate(turned)
    assert (first is None) == (second is None)
    assert first == pytest.approx(second) if first is not None else True


def test_the_bound_of_routine_cases_alone_is_that_of_clopper_and_pearson() -> None:
    """57 of 5,700 read and none failed: below 5.1 % of the others, plus what chance adds to a count."""
    run = make_run([0.0] * 57 + [N] * 5643, [0.01] * 5700, [0] * 5700, [0] * 5700, [0] * 5700, range(5700))
    upper = clopper_pearson(0, 57, 0.90).high
    found = missed(run, seed=1)
    assert upper * 5643 == pytest.approx(found.at_most, rel=0.03)
    assert (found.cases, found.expected, found.unknown) == (5643, 0.0, 0)


def test_a_finished_stratum_has_nothing_to_miss() -> None:
    run = make_run([1.0, 0.0] * 20, [1.0] * 40, [0] * 40, [0] * 40, [0] * 40, range(40))
    found = missed(run, seed=1)
    assert (found.cases, found.at_most, found.expected) == (0, 0, 0.0)


def test_the_bound_never_falls_when_one_more_routine_case_failed() -> None:
    bounds = [missed(queue((5, 10), (k, 60), 540), seed=1).at_most for k in range(5)]
    assert bounds == sorted(bounds)


def test_rogan_gladen_corrects_with_a_bank_of_its_own_and_refuses_the_queue() -> None:
    """Flagged .072 = .03 x .8 + .97 x .05 rounded; (.072 + .95 - 1) / .75."""
    apart = Bank(failures=1000, found=800, passes=1000, cleared=950, of_this_run=0)
    found = rogan_gladen(72, 1000, apart, seed=1)
    assert found.value == pytest.approx(0.022 / 0.75)
    assert found.interval and found.interval.low < 0.03 < found.interval.high
    with pytest.raises(ValueError, match="3 of the bank's labels are of this run"):
        rogan_gladen(72, 1000, Bank(10, 8, 10, 9, of_this_run=3), seed=1)
    assert rogan_gladen(72, 1000, Bank(10, 5, 10, 5, 0), seed=1).value is None
    assert rogan_gladen(72, 1000, Bank(0, 0, 10, 10, 0), seed=1).value is None


def test_a_small_bank_widens_the_interval_instead_of_being_taken_for_the_truth() -> None:
    def width(times: int) -> float:
        found = rogan_gladen(
            72, 1000, Bank(10 * times, 8 * times, 20 * times, 19 * times, 0), seed=1
        ).interval
        assert found
        return found.high - found.low

    assert width(1) > 1.4 * width(50)


REPLICATES = 300


@pytest.mark.parametrize("place", [0, 3, 5, 7, 8])
def test_the_interval_holds_the_truth_as_often_as_it_says(place: int) -> None:
    """Two settings of the reference, two with trials that are alike, one with nine unequal domains; simulated."""
    found = simulate(SETTINGS[place], REPLICATES, seed=11, draws=600, textbook=False)
    _unbiased(found.rates[OURS])
    slack = 3.0 * sqrt(0.95 * 0.05 / REPLICATES)
    assert 0.93 - slack <= found.rates[OURS].coverage <= 0.97 + slack
    assert found.sensitivity.coverage >= 0.93 - slack
    assert found.bound_held >= 0.95 - slack


def test_the_textbook_estimators_fail_on_the_same_runs() -> None:
    found = simulate(SETTINGS[0], 60, seed=3, draws=300).rates
    _unbiased(found[OURS])
    assert found["judge alone"].coverage < 0.2
    assert found["reviewed cases alone"].coverage < 0.2
    assert found["Rogan–Gladen, errors from the queue"].bias == pytest.approx(-0.03, abs=1e-3)
    assert found["prediction-powered, queue as random"].bias < -0.1
    assert found["stratified, normal interval"].coverage < 0.93
    assert found["stratified, bootstrap of scenarios"].coverage < 0.93


def _unbiased(score: Score) -> None:
    assert abs(score.bias) < 3.5 * score.error


def test_the_page_shows_every_simulated_setting_and_says_that_it_is_simulated() -> None:
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert [setting.name for setting in SETTINGS if f"| {setting.name} |" not in shown] == []
    assert shown.lstrip().startswith("Simulated:")
