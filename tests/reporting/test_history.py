"""Dated runs: the trend, the alarm, and which runs do not belong in it."""

import re
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from primum.errors import PrimumError
from primum.reporting.history.page import render_history, trend
from primum.reporting.history.trend import history
from tests.reporting.build import START
from tests.reporting.played import TARGET, played

MONTH = 30 * 86_400.0
NAMES = [f"s{n:03d}" for n in range(200)]


def dated(month: int, failing: int, **options: object):
    random = np.random.default_rng(month)
    bad = set(random.choice(200, failing, replace=False).tolist())
    scenarios = {name: "f" if n in bad else "p" for n, name in enumerate(NAMES)}
    return played(scenarios, run=f"r-{month}", created=START + month * MONTH, label=f"m{month}", **options)


CALM = [dated(month, 8) for month in range(4)]


def test_runs_are_told_in_the_order_of_their_dates():
    found = history([CALM[2], CALM[0], CALM[1]], TARGET)
    assert [point.label for point in found.points] == ["m0", "m1", "m2"]
    assert [(point.failed, point.scenarios) for point in found.points] == [(8, 200)] * 3


def test_the_same_rate_raises_no_alarm_and_a_jump_does():
    assert not history(CALM, TARGET).alarm
    found = history([*CALM, dated(4, 60)], TARGET)
    assert found.alarm
    assert f"ALARM since {found.points[4].created}" in found.sentence
    assert [point.step.alarm for point in found.points] == [False] * 4 + [True]


def test_one_run_is_no_trend():
    found = history(CALM[:1], TARGET)
    assert "a trend needs more" in found.sentence
    assert found.points[0].step.p is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"hashes": {"rubric": "old"}}, "rubric"),
        ({"protocol": "das"}, "another protocol"),
        ({"trials": 3}, "3 trials instead of 1"),
    ],
)
def test_a_run_unlike_the_newest_is_left_out_with_the_reason(changed, reason):
    old = dated(0, 8)
    old = replace(old, manifest=msgspec.structs.replace(old.manifest, **changed))
    found = history([old, *CALM[1:]], TARGET)
    assert [one.run for one in found.left_out] == ["r-0"]
    assert reason in found.left_out[0].reason
    assert len(found.points) == 3


def test_a_target_nobody_tested_is_an_error_with_a_hint():
    with pytest.raises(PrimumError, match="Did you mean 'example/alpha'"):
        history(CALM, "example/alfa")


def test_simulated_targets_are_called_so():
    runs = [played({"sim:leaky": {"s": "p", "t": "f"}}, created=START + n) for n in range(2)]
    assert history(runs, "sim:leaky").label == "sim:leaky (simulated)"


def test_undecided_scenarios_are_counted_and_compared_with_nothing():
    a, b = played({"s": "p", "t": "x"}), played({"s": "p", "t": "f"}, created=START + 1)
    found = history([a, b], TARGET)
    assert [point.undecided for point in found.points] == [1, 0]
    assert found.points[1].step.scenarios == 1


def test_the_page_is_one_file_without_script_and_holds_every_figure():
    found = history([*CALM, dated(4, 60)], TARGET)
    page = render_history(found)
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert page.count("<tr>") == 6
    assert page.count('class="bad"') == 1
    assert page == render_history(found)


def test_the_picture_starts_at_zero_and_holds_every_interval():
    picture = trend(history([*CALM, dated(4, 60)], TARGET))
    bottom = picture.ticks[0][0]
    assert picture.ticks[0][1] == "0%"
    assert picture.ticks[-1][1] == "40.0%"
    for mark in picture.marks:
        assert picture.ticks[-1][0] <= mark.top <= mark.y <= mark.bottom <= bottom
    assert [mark.x for mark in picture.marks] == sorted(mark.x for mark in picture.marks)


def test_names_are_escaped():
    runs = [played({"<b>x": {"s": "p"}}, label="<i>")]
    page = render_history(history(runs, "<b>x"))
    assert not re.search(r"<[bi]>", page)
