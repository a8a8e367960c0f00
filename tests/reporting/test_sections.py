"""What each section says when there is something to show, and when there is not."""

import re

import msgspec
import pytest

from primum.campaign.model import CaseResult
from primum.reporting.analysis.findings import Flip
from primum.reporting.gate.model import Decision
from primum.reporting.html import render_report
from primum.reporting.model import Summary
from primum.reporting.summary import summarise
from primum.stats.intervals import Interval
from primum.transforms.model import Edit
from tests.reporting.build import SCENARIOS, judged, manifest, realistic
from tests.reporting.material import comparison, crosswalk, gate

CRITICAL = (False, True, True, True)
ONE_FAILURE = [judged(0, CRITICAL), *[judged(index) for index in range(1, 9)]]


def summary(results: list[CaseResult], *targets: str, **changed: object) -> Summary:
    plan = manifest(len(results), targets or ("example/alpha",), **changed)
    return summarise(plan, results, scenarios=SCENARIOS)


def section(source: str, name: str) -> str:
    """The text of one section, tags left out."""
    inside = source[source.index(f'<section id="{name}"') :]
    text = re.sub(r"<[^>]+>", " ", inside[: inside.index("</section>")])
    return " ".join(text.split())


def test_the_first_tiles_say_the_worst_how_sure_and_what_was_not_tested() -> None:
    text = section(render_report(summary(ONE_FAILURE)), "verdict")
    start = text[: text.index("Gates")]
    assert re.search(
        r"The worst 11\.1% example/alpha ✗ critical failures found 1/9 decided cases failed", start
    )
    assert "How sure 0.3%–48.2%" in start or re.search(r"How sure \d", start)
    assert re.search(r"Not yet reviewed by a clinician ?: all verdicts are provisional", start)
    assert "The judge is not calibrated" in start
    assert "Not tested" in start


def test_the_judge_is_not_calibrated_for_every_domain_it_judged() -> None:
    text = section(render_report(summary(ONE_FAILURE)), "verdict")
    named = text[text.index("not calibrated for") :].split(":")[0]
    for domain in ("clinical accuracy", "equity", "ethics", "medical errors", "privacy", "robustness", "safety",
                   "system", "toxicity"):  # fmt: skip
        assert domain in named


def test_no_gate_was_set() -> None:
    assert "No gate was set." in section(render_report(summary(ONE_FAILURE)), "verdict")


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ("PASS", "✓ PASS PASS: thresholds frozen before the run"),
        ("FAIL", "✗ FAIL FAIL: thresholds frozen before the run"),
        ("INCONCLUSIVE", "? INCONCLUSIVE INCONCLUSIVE: thresholds frozen before the run"),
    ],
)
def test_a_gate_stands_first_with_threshold_estimate_interval_and_n(
    decision: Decision, sentence: str
) -> None:
    source = render_report(summary(ONE_FAILURE), gate=gate(decision))
    text = section(source, "verdict")
    assert text.startswith(sentence)
    row = text[text.index("Gates: threshold, estimate, interval and n") :]
    assert "11.1% ≤ 1.0% 2.0%–31.0% 1/9 9" in row
    assert f"critical failures (≤ 1.0%) {sentence[0]} 1/9 {decision}" in text
    assert ("812 scenarios" in row) == (decision == "INCONCLUSIVE")
    assert "No gate was set" not in text
    if decision == "FAIL":
        assert (
            'href="#case-1"'
            in source[source.index("Every rule on every target") : source.index("Critical findings")]
        )


def test_thresholds_set_after_the_run_are_said_to_be() -> None:
    late = gate("PASS")
    late = msgspec.structs.replace(late, policy=msgspec.structs.replace(late.policy, frozen=False))
    assert "set after the run : its thresholds were not fixed" in section(
        render_report(summary(ONE_FAILURE), gate=late), "verdict"
    )


def test_controls_without_an_attack_are_called_control_results() -> None:
    text = section(render_report(summary(ONE_FAILURE)), "attacks")
    assert "No attack was played: these are control results." in text


def test_an_attack_is_shown_against_its_control() -> None:
    attacked = [
        msgspec.structs.replace(one, case=msgspec.structs.replace(one.case, attack="pressure-ladder"))
        for one in (judged(index, CRITICAL) for index in range(9, 18))
    ]
    text = section(render_report(summary([*ONE_FAILURE, *attacked])), "attacks")
    assert "pressure-ladder, example/alpha 11.1% → 100% 1/9 9/9 +0.889" in text
    assert "No attack was played" not in text
    assert "No transform was applied" in text


def test_the_trace_leads_from_the_scenario_to_the_prompt() -> None:
    edit = Edit("typos", "stays", "take two tablets", "take ten tablets")
    traced = judged(0, CRITICAL, trace=(edit,))
    source = render_report(summary([traced, *ONE_FAILURE[1:]]))
    text = section(source, "worst")
    assert (
        "From the scenario to the prompt typos the safe answer stays before take two tablets after take ten"
        in text
    )
    assert 'take <mark class="failed">ten</mark> tablets' in source
    assert "From the scenario" not in section(render_report(summary(ONE_FAILURE)), "worst")


def test_without_counterfactuals_equity_says_so_and_shows_the_domain() -> None:
    text = section(render_report(summary(ONE_FAILURE)), "equity")
    assert "No counterfactual was run:" in text
    assert "example/alpha 0% (0/1)" in text


def test_flips_by_label_stand_beside_flips_by_paraphrase() -> None:
    found = summary(ONE_FAILURE)
    assert found.findings is not None
    flip = Flip("example/alpha", "race", 100, 12, 9, 100, 4, Interval(0.01, 0.15, "bootstrap"))
    found = msgspec.structs.replace(found, findings=msgspec.structs.replace(found.findings, flips=(flip,)))
    text = section(render_report(found), "equity")
    assert "race, example/alpha 4.0% → 12.0% 4/100 12/100 +0.080 +0.010 to +0.150 9 / 3" in text
    assert "No counterfactual" not in text


def test_one_try_says_that_repeats_were_not_measured() -> None:
    assert "was not measured" in section(render_report(summary(ONE_FAILURE)), "repeats")


def test_repeats_show_the_curve_and_every_try() -> None:
    tries = [
        msgspec.structs.replace(one, case=msgspec.structs.replace(one.case, trial=index % 3))
        for index in range(27)
        for one in [
            judged(
                index, CRITICAL if index == 1 else (True,) * 4, of=SCENARIOS[sorted(SCENARIOS)[index // 3]]
            )
        ]
    ]
    text = section(render_report(summary(tries, trials=3)), "repeats")
    assert "example/alpha 1 3.7%" in text  # one failure among 27 tries
    assert "example/alpha 3 11.1%" in text  # one of nine scenarios failed at least once
    assert "✓ no critical failure ✗ failed a critical check ✓ no critical failure" in text


def test_nobody_has_reviewed_is_said_and_amendments_are_drawn() -> None:
    text = section(render_report(summary(ONE_FAILURE)), "judges")
    assert "Nobody has reviewed a case of this run" in text
    reviewed = [judged(0, CRITICAL, state="amended"), judged(1, state="confirmed"), *ONE_FAILURE[2:]]
    text = section(render_report(summary(reviewed)), "judges")
    assert "A clinician has looked at 2 of 9 judged cases" in text
    assert "example/alpha 50.0% (1/2)" in text


def test_change_names_what_is_new_and_links_to_it() -> None:
    source = render_report(summary(ONE_FAILURE), change=comparison())
    text = section(source, "change")
    assert "on 9 common scenarios ; 2 left out" in text or "on 9 common scenarios; 2 left out" in text
    assert "New failures: 1 scenario" in text
    assert "primum show old-case" in text
    assert "critical failure rate, example/alpha +0.111 +0.010 to +0.300 worse" in text
    assert "No earlier run was given" in section(render_report(summary(ONE_FAILURE)), "change")


def test_every_control_leads_to_a_finding_or_is_not_evaluated() -> None:
    source = render_report(summary(ONE_FAILURE), crosswalk=crosswalk())
    rows = re.findall(
        r"<tr[^>]*>(?:(?!</tr>).)*mono(?:(?!</tr>).)*</tr>", section_source(source, "crosswalk"), re.S
    )
    assert len(rows) == 2
    assert all("href=" in row or "not evaluated" in row for row in rows)
    assert "evidence for" in rows[0]
    assert "compliant" not in source.lower()


def section_source(source: str, name: str) -> str:
    inside = source[source.index(f'<section id="{name}"') :]
    return inside[: inside.index("</section>")]


def test_systems_are_compared_with_intervals_and_q() -> None:
    targets = ("sim:random", "example/alpha")
    text = section(render_report(summary(list(realistic(540, targets)), *targets)), "between")
    assert "Gap between the best and the worst system" in text
    assert re.search(r"q: Benjamini–Hochberg over \d+ tests?", text)
    assert "One target was tested" in section(render_report(summary(ONE_FAILURE)), "between")


def test_the_heat_map_has_an_excerpt_when_there_are_many_targets() -> None:
    targets = tuple(f"sim:model-{number}" for number in range(6))
    source = render_report(summary(list(realistic(1080, targets)), *targets))
    assert "The 4 worst targets in the 4 worst domains" in source
    assert "The whole map: 6 targets, 9 domains" in source


def test_every_failure_that_the_tables_show_leads_to_its_prompt_and_answer() -> None:
    source = render_report(summary(ONE_FAILURE))
    table = section_source(source, "patterns")
    assert set(re.findall(r'href="#(case-\d+)"', table)) == {"case-1"}
    assert "primum show" not in table  # nothing is left to be looked up elsewhere
    case = source[source.index('id="case-1"') :]
    assert case.index("My chest has felt tight") < case.index('class="target-line"') < case.index("Checks ")
