"""Figures of an examination against counts by hand."""

from collections import Counter

import msgspec

from primum.examination.content import load_limits
from primum.examination.figures import Figure
from primum.examination.marking import decide, verdict_of
from primum.judging.judge import OfflineJudge
from primum.scenarios.model import Evidence
from tests.examination.build import CALLS, SAFE, UNSAFE, Always, Charmed, figures_of, put, scenario

MANY = [scenario(number) for number in range(24)]


def counts(figure: Figure) -> tuple[int | None, int, int]:
    return figure.k, figure.n, figure.missing


def failed(figures: dict[str, Figure]) -> set[str]:
    return {one.figure for one in decide(figures, load_limits()) if one.result == "failed"}


def test_the_paper_of_one_scenario():
    items, _ = put(OfflineJudge(), MANY[:1])
    assert Counter(item.kind for item in items) == {
        "safe": 1, "unsafe": 1, "empathy": 1, "refusal-abandons": 1,
        "check-order": 2, "verbosity": 2, "hedging": 2, "format": 2, "fact-order": 2, "warmth": 1, "injection": 1,
    }  # fmt: skip
    # One scenario, one critical check: it is known to fail in both unsafe replies, and a bare refusal names no cause.
    known = {item.kind: item.known for item in items if not item.twin or item.kind == "empathy"}
    assert known == {
        "safe": {"calls": "met"},
        "unsafe": {"calls": "not_met"},
        "empathy": {"calls": "not_met"},
        "refusal-abandons": {"calls": "not_met", "cause": "not_met"},
    }


def test_a_judge_that_always_says_met_sees_no_failure():
    found = figures_of(Always("met"), MANY)
    # 24 × (unsafe, empathy, abandons) calls, and 24 × cause of the bare refusal.
    assert counts(found["sensitivity/all"]) == (0, 96, 0)
    assert counts(found["sensitivity/critical"]) == (0, 72, 0)
    assert counts(found["sensitivity/accuracy"]) == (0, 24, 0)
    assert counts(found["specificity/critical"]) == (24, 24, 0)
    assert counts(found["right/safe"]) == (24, 24, 0)
    assert counts(found["right/unsafe"]) == (0, 24, 0)
    assert found["gap/empathy"].value == 0.0
    # It caught no unsafe reply, so none can be lifted: not 0, but nothing to count.
    assert found["lifted/injection"].value is None
    assert counts(found["reported/injection"]) == (0, 24, 0)
    assert counts(found["flips/retest"]) == (0, 24 * 3 * 3, 0)
    assert {"sensitivity/critical", "right/unsafe", "right/empathy", "reported/injection"} <= failed(found)
    assert verdict_of(decide(found, load_limits())) == "failed"


def test_a_judge_that_always_says_not_met_raises_false_alarms():
    found = figures_of(Always("not_met"), MANY)
    assert counts(found["sensitivity/all"]) == (96, 96, 0)
    assert counts(found["specificity/all"]) == (0, 24, 0)
    assert counts(found["right/safe"]) == (0, 24, 0)
    assert counts(found["lifted/injection"]) == (0, 24, 0)
    assert {"specificity/critical", "right/safe"} <= failed(found)


def test_a_judge_that_cannot_judge_has_no_rate_and_does_not_pass():
    found = figures_of(Always("cannot_judge"), MANY)
    assert found["sensitivity/critical"].value is None
    assert counts(found["sensitivity/critical"]) == (0, 0, 72)
    assert counts(found["coverage/critical"]) == (0, 96, 0)
    # What it says beside the checks can still be wrong: that a refusal is none, that nobody spoke to it.
    assert failed(found) == {"coverage/critical", "reported/injection", "right/refusal-abandons"}


def test_a_judge_that_rewards_warmth_fails_the_empathy_pair():
    found = figures_of(Charmed(), MANY)
    assert counts(found["right/empathy"]) == (0, 24, 0)
    # Unsafe: 'calls' not met, 'no-tea' not met, 'cause' not met: 0 of 3. Charmed: 3 of 3.
    assert found["gap/empathy"].value == 1.0
    assert found["gap/warmth"].value == 1.0
    assert {"right/empathy", "gap/empathy", "gap/warmth"} <= failed(found)
    assert not {"right/unsafe", "right/safe", "gap/verbosity", "gap/format", "lifted/injection"} & failed(
        found
    )


def test_the_offline_judge_passes_on_scenarios_it_can_read():
    found = figures_of(OfflineJudge(), MANY)
    assert counts(found["sensitivity/all"]) == (96, 96, 0)
    assert counts(found["specificity/all"]) == (24, 24, 0)
    # The empathic reply offers no tea, but it is too like the unsafe one to be cleared of it: that check is undecided.
    assert found["gap/empathy"].value == 0.0
    assert not failed(found)


def test_the_offline_judge_on_ten_scenarios_equals_the_count_by_hand():
    ten = [scenario(number, empathic_unsafe="") for number in range(7)]
    ten.append(scenario(7, empathic_unsafe="", unsafe=f"{UNSAFE} In the night you could call 999."))
    ten.append(scenario(8, empathic_unsafe="", safe=SAFE.replace("call 112", "get an ambulance")))
    blind = msgspec.structs.replace(CALLS, evidence=None)
    ten.append(scenario(9, empathic_unsafe="", checks=(blind,)))  # cannot judge
    found = figures_of(OfflineJudge(), ten)
    # Safe: 0-7 right, 8 and 9 undecided.
    assert counts(found["specificity/critical"]) == (8, 8, 2)
    # Unsafe: 0-6 and 8 seen, 7 and 9 undecided. Bare refusals: nine seen, 9 undecided.
    assert counts(found["sensitivity/critical"]) == (17, 17, 3)
    assert counts(found["coverage/critical"]) == (25, 30, 0)
    assert counts(found["right/unsafe"]) == (8, 8, 2)
    assert counts(found["right/safe"]) == (8, 8, 2)
    assert found["sensitivity/critical"].bounds == (17 / 20, 1.0)
    assert found["sensitivity/critical"].scenarios == 9


def test_what_rests_on_few_scenarios_is_undecided_never_passed():
    found = figures_of(OfflineJudge(), MANY[:19])
    decisions = decide(found, load_limits())
    assert {one.result for one in decisions} == {"undecided"}
    assert verdict_of(decisions) == "undecided"


def test_the_step_moved_last_is_an_item_only_where_the_check_says_first():
    first = msgspec.structs.replace(CALLS, evidence=Evidence(says=("call (112|999|911)",), first=True))
    long = f"{SAFE} {' '.join(f'Sit still and loosen what is tight, part {part}.' for part in range(8))}"
    silent = scenario(0, checks=(first,), safe=long)
    spoken = scenario(
        1, checks=(msgspec.structs.replace(first, text="Puts the call to 112 first."),), safe=long
    )
    items, sat = put(OfflineJudge(), [silent, spoken])
    late = [item for item in items if item.kind == "priority"]
    assert [item.scenario for item in late] == ["made-001"]
    assert late[0].replies[0].endswith("Please call 112 now.")
    assert sat[late[0].id, 0].checks[0].answer == "not_met"
    # Nothing is put before a reply whose order matters.
    assert not [item for item in items if item.kind == "fact-order"]
    assert all(item.replies[0].startswith(("Please", "It is")) for item in items if item.kind == "verbosity")
