"""The gate is a promise: what it passes was shown, what it fails was shown, and it says when neither was."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.campaign.model import FrozenPolicy
from primum.reporting.gate.decide import gate_of, named_runs
from primum.reporting.gate.file import gate_bytes, read_gate, write_gate
from primum.reporting.gate.model import GateResult, RuleResult
from tests.reporting.played import many, played


def policy(*rules: str, critical: str = "by-threshold", **fields: object) -> FrozenPolicy:
    """Rules as TOML lines separated by ';'."""
    head = [f'name = "test"\ncritical = "{critical}"', *(f"{k} = {_toml(v)}" for k, v in fields.items())]
    tables = ["[[rules]]\n" + rule.replace("; ", "\n") for rule in rules]
    text = "\n".join([*head, *tables])
    return FrozenPolicy("test", text, sha256(text.encode()).hexdigest())


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


BELOW_1 = 'metric = "critical-scenario-rate"; at_most = 0.01'
BELOW_10 = 'metric = "critical-scenario-rate"; at_most = 0.10'


def rule(result: GateResult, place: int = 0) -> RuleResult:
    return result.targets[0].rules[place]


def decide(scenarios: dict[str, str], *rules: str, **fields: object) -> GateResult:
    return gate_of(played(scenarios), policy(*rules, **fields))


# three states


@pytest.mark.parametrize(
    ("counts", "decision"),
    [({"p": 299}, "PASS"), ({"p": 298}, "INCONCLUSIVE"), ({"p": 299, "f": 1}, "INCONCLUSIVE"),
     ({"p": 473, "f": 1}, "PASS"), ({"p": 290, "f": 10}, "FAIL")],
)  # fmt: skip
def test_a_rate_passes_when_shown_below_and_fails_when_shown_above(counts, decision):
    assert decide(many(**counts), BELOW_1).decision == decision


def test_inconclusive_says_how_many_scenarios_would_decide():
    found = rule(decide(many(p=50), BELOW_1))
    assert (found.decision, found.needed) == ("INCONCLUSIVE", 299)
    assert "about 299 would decide" in found.reason
    assert decide(many(p=299), BELOW_1).decision == "PASS"


def test_an_estimate_at_the_threshold_says_that_no_sample_decides():
    found = rule(decide(many(p=90, f=10), BELOW_10))
    assert (found.decision, found.needed) == ("INCONCLUSIVE", None)
    assert "too close" in found.reason


def test_every_row_shows_threshold_estimate_interval_and_n():
    found = rule(decide(many(p=290, f=10), BELOW_10))
    assert (found.threshold, found.count, found.of, found.scenarios) == (0.10, 10, 300, 300)
    assert found.interval.low < found.estimate == 10 / 300 < found.interval.high < 0.10


def test_trials_do_not_stand_in_for_scenarios():
    case_rate = 'metric = "critical-case-rate"; at_most = 0.01'
    assert decide(many(pppppppppp=30), case_rate).decision == "INCONCLUSIVE"
    assert decide(many(p=300), case_rate).decision == "PASS"


# critical failures


def test_one_critical_failure_fails_whatever_the_mean():
    result = decide(many(p=999, f=1), 'metric = "mean-score"; at_least = 0.5', critical="none-allowed")
    assert (result.decision, rule(result, 1).decision) == ("FAIL", "PASS")
    assert rule(result).cases == ("f-0000.pha.1",)


def test_confirmed_and_provisional_failures_are_told_apart():
    scenarios = many(p=9, f=1)
    fresh, seen = (played(scenarios, reviewed=reviewed) for reviewed in (False, True))
    strict, lenient = policy(critical="none-allowed"), policy(critical="none-confirmed")
    assert [gate_of(run, strict).decision for run in (fresh, seen)] == ["FAIL", "FAIL"]
    assert [gate_of(run, lenient).decision for run in (fresh, seen)] == ["INCONCLUSIVE", "FAIL"]
    target = gate_of(fresh, strict).targets[0]
    assert (target.critical_confirmed, target.critical_provisional) == (0, 1)
    assert "1 critical failure (0 confirmed, 1 provisional)" in rule(gate_of(fresh, strict)).reason


def test_by_threshold_lets_only_the_rules_count():
    assert decide(many(p=999, f=1), BELOW_10, critical="by-threshold").decision == "PASS"


# what is missing


def test_what_is_undecided_counts_as_failed_to_pass_and_as_passed_to_fail():
    assert decide({**many(p=299), "lost": "?"}, BELOW_1).decision == "INCONCLUSIVE"
    assert decide({**many(p=299), "lost": "?"}, BELOW_1, undecided="left-out").decision == "PASS"
    doubtful = {**many(f=10, p=50), **{f"lost-{n}": "x" for n in range(240)}}
    assert decide(doubtful, BELOW_10, undecided="as-failed").decision == "INCONCLUSIVE"


def test_a_failure_that_stands_whatever_is_missing_is_a_failure():
    assert decide({**many(f=100, p=100), **many(x=20)}, BELOW_10).decision == "FAIL"


def test_more_missing_than_the_limit_never_passes():
    scenarios = {**many(p=940), **many(x=60)}
    found = rule(decide(scenarios, BELOW_10, undecided="left-out"))
    assert found.decision == "INCONCLUSIVE"
    assert "60 of 1,000 planned cases are undecided, more than 5.0%" in found.reason
    assert decide(scenarios, BELOW_10, undecided="left-out", missing=0.1).decision == "PASS"


def test_planned_cases_that_were_not_reached_are_not_passes():
    run = played(many(p=300), planned=400)
    assert gate_of(run, policy(BELOW_1, undecided="left-out", missing=1.0)).decision == "INCONCLUSIVE"


def test_a_run_without_any_decision_passes_nothing():
    result = decide(many(x=20), BELOW_10, 'metric = "minimum-score"; at_least = 0.1', critical="none-allowed")
    assert {one.decision for one in result.targets[0].rules} == {"INCONCLUSIVE"}


def test_bounds_show_what_the_missing_could_do():
    found = rule(decide({**many(p=8, f=1), **many(x=1)}, BELOW_10))
    assert (found.best, found.estimate, found.worst) == (0.1, pytest.approx(1 / 9), 0.2)


# other rules


@pytest.mark.parametrize(
    ("text", "scenarios", "decision"),
    [
        ('metric = "minimum-score"; at_least = 0.5', many(p=20), "PASS"),
        ('metric = "minimum-score"; at_least = 0.5', many(p=20, f=1), "FAIL"),
        ('metric = "zero-scores"; at_most = 0', {**many(p=20), "z": "0"}, "FAIL"),
        ('metric = "zero-scores"; at_most = 1', {**many(p=20), "z": "0"}, "PASS"),
        ('metric = "mean-score"; at_least = 0.9', many(p=200), "PASS"),
        ('metric = "mean-score"; at_least = 0.9', many(p=50, f=50), "FAIL"),
        ('metric = "mean-score"; at_least = 0.9', many(p=7, f=1), "INCONCLUSIVE"),
        ('metric = "missing-share"; at_most = 0.1', {**many(p=19), **many(x=1)}, "PASS"),
        ('metric = "missing-share"; at_most = 0.01', {**many(p=19), **many(x=1)}, "INCONCLUSIVE"),
        ('metric = "reviewed-share"; at_least = 0.5', many(p=20), "INCONCLUSIVE"),
    ],
)
def test_each_metric(text, scenarios, decision):
    assert decide(scenarios, text, undecided="left-out", missing=1.0).decision == decision


def test_a_minimum_number_of_scenarios_is_a_minimum():
    text = BELOW_10 + "; min_scenarios = 100"
    assert decide(many(p=60), text).decision == "INCONCLUSIVE"
    assert rule(decide(many(p=60), text)).needed == 100
    assert decide(many(p=100), text).decision == "PASS"


def test_by_domain_makes_one_row_a_domain_and_a_named_domain_may_not_be_absent():
    domains = dict.fromkeys(many(f=30), "privacy") | dict.fromkeys(many(p=60), "equity")
    run = played(many(p=60, f=30), domains=domains)
    rows = gate_of(run, policy(BELOW_10 + '; by = "domain"')).targets[0].rules
    assert [(one.slice, one.decision) for one in rows] == [
        ("domain equity", "PASS"),
        ("domain privacy", "FAIL"),
    ]
    (absent,) = gate_of(run, policy(BELOW_10 + '; by = "domain"; only = ["toxicity"]')).targets[0].rules
    assert (absent.decision, absent.reason) == ("INCONCLUSIVE", "the run holds no case of it")


def test_many_rules_do_not_fail_a_target_by_chance():
    """3 of 13 is beyond 5 % on its own (p = .02); as the worst of twenty groups it is what chance does."""
    names = {f"d{n:02d}-{m}": "f" if n == 0 and m < 3 else "p" for n in range(20) for m in range(13)}
    run = played(names, domains={name: name[:3] for name in names})
    text = 'metric = "critical-scenario-rate"; at_most = 0.05; by = "domain"'
    alone = gate_of(run, policy(text + '; only = ["d00"]')).targets[0].rules[0]
    among = gate_of(run, policy(text)).targets[0].rules[0]
    assert (alone.decision, among.decision) == ("FAIL", "INCONCLUSIVE")
    assert among.p_fail == pytest.approx(min(1.0, 20 * alone.p_fail))
    assert gate_of(run, policy(text)).tests == 20


def test_several_targets_each_have_a_result_and_one_failure_fails_all():
    run = played({"sim:good": many(p=300), "sim:bad": many(f=200, p=100)})
    result = gate_of(run, policy(BELOW_1))
    assert [(one.label, one.decision) for one in result.targets] == [
        ("sim:bad (simulated)", "FAIL"), ("sim:good (simulated)", "PASS"),
    ]  # fmt: skip
    assert result.decision == "FAIL"
    assert "simulated" in result.headline


# not worse than an earlier run

NOT_WORSE = 'metric = "not-worse-critical"; than = "before"; margin = 0.05'


@pytest.mark.parametrize(
    ("before", "after", "decision"),
    [("p", "p", "PASS"), ("p", "f", "FAIL")],
)
def test_not_worse_than_an_earlier_run(before, after, decision):
    names = [f"s{n}" for n in range(200)]
    earlier = played(dict.fromkeys(names, before), run="r-before")
    result = gate_of(played(dict.fromkeys(names, after)), policy(NOT_WORSE), {"before": earlier})
    assert result.decision == decision
    assert named_runs(policy(NOT_WORSE)) == ("before",)


def test_too_few_pairs_do_not_show_that_nothing_got_worse():
    names = [f"s{n}" for n in range(20)]
    both = dict.fromkeys(names, "p")
    assert gate_of(played(both), policy(NOT_WORSE), {"before": played(both)}).decision == "INCONCLUSIVE"


def test_runs_that_cannot_be_compared_are_inconclusive_with_the_reason():
    other = played(many(p=9), hashes={"rubric": "another"})
    found = rule(gate_of(played(many(p=9)), policy(NOT_WORSE), {"before": other}))
    assert (found.decision, "rubric" in found.reason) == ("INCONCLUSIVE", True)
    assert rule(gate_of(played(many(p=9)), policy(NOT_WORSE))).decision == "INCONCLUSIVE"


# when the thresholds were set


def test_thresholds_count_as_set_before_only_if_the_run_holds_exactly_them():
    frozen = policy(BELOW_1)
    run = played(many(p=300), policy=frozen)
    assert "thresholds were set before the run" in gate_of(run, frozen).headline
    assert "thresholds were set after the run" in gate_of(run, policy(BELOW_10)).headline
    assert "thresholds were set after the run" in gate_of(played(many(p=300)), frozen).headline


def test_the_result_holds_the_policy_whole():
    frozen = policy(BELOW_1)
    record = gate_of(played(many(p=3)), frozen).policy
    assert (record.text, record.sha256) == (frozen.text, sha256(frozen.text.encode()).hexdigest())


# laws

letters = st.text("pf?x", min_size=1, max_size=3)


@given(st.lists(letters, min_size=1, max_size=40), st.randoms())
@settings(deadline=None, max_examples=50)
def test_the_order_of_the_scenarios_changes_no_decision(trials, random):
    scenarios = {f"s{n}": text for n, text in enumerate(trials)}
    mixed = list(scenarios.items())
    random.shuffle(mixed)
    one, other = decide(scenarios, BELOW_10), decide(dict(mixed), BELOW_10)
    assert rule(one).p_pass == pytest.approx(rule(other).p_pass)
    assert one.decision == other.decision


@given(st.lists(letters, min_size=2, max_size=60))
@settings(deadline=None, max_examples=60)
def test_deciding_what_is_missing_against_the_target_never_turns_a_decision_to_pass(trials):
    """A failed answer where there was none is never better for the target."""
    scenarios = {f"s{n}": text for n, text in enumerate(trials)}
    worse = {name: text.replace("x", "f").replace("?", "f") for name, text in scenarios.items()}
    rank = {"FAIL": 0, "INCONCLUSIVE": 1, "PASS": 2}
    assert (
        rank[decide(worse, BELOW_10, missing=1.0).decision]
        <= rank[decide(scenarios, BELOW_10, missing=1.0).decision]
    )


# gate.json


def test_gate_json_is_read_back_while_the_results_are_the_same(tmp_path):
    run = played(many(p=30, f=1))
    result = gate_of(run, policy(BELOW_1))
    write_gate(tmp_path, result)
    assert read_gate(tmp_path, run) == result
    assert read_gate(tmp_path, played(many(p=31))) is None
    assert read_gate(tmp_path, played(many(p=30, f=1), reviewed=True)) is None
    assert read_gate(tmp_path / "nowhere", run) is None
    assert gate_bytes(result) == gate_bytes(gate_of(run, policy(BELOW_1)))
