"""The laws of the queue. Whatever the run, the policy and the seed: they hold."""

from collections import Counter, defaultdict
from math import ceil

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.review.model import Item
from primum.review.policy import Controls, Double, Pairs, Policy, Routine, default_policy
from primum.review.queue import NO_REPLY, Plan, Seen, draw_up, look
from tests.review.build import DOMAINS, policy, result, scenario

RUN = "r"
SCENARIOS = [scenario(f"s-{n}", DOMAINS[n % 3]) for n in range(12)]


@st.composite
def runs(draw: st.DrawFn) -> list[Seen]:
    """Cases of a run as the rule sees them."""
    kinds = st.tuples(
        st.sampled_from(DOMAINS),
        st.sampled_from(["alpha", "beta"]),
        st.sampled_from(["", "", "", "pressure"]),
        st.sampled_from([(), (), (), ("critical-failed",), ("judge-judge", "undecided")]),
        st.integers(0, 9),
    )
    return [
        Seen(n, f"c{n}", f"s-{n % 12}", target, domain, arm, "judged", None if reasons else False, reasons, luck > 0,
             (f"s-{n % 12}", arm or "scripted", (), n))
        for n, (domain, target, arm, reasons, luck) in enumerate(draw(st.lists(kinds, max_size=120)))
    ]  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    share = st.floats(0.01, 1.0)
    return msgspec.structs.replace(
        default_policy(),
        routine=Routine(draw(share), draw(st.integers(0, 20))),
        attacked=Routine(draw(share), draw(st.integers(0, 5))),
        double=Double(draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.integers(0, 10))),
        controls=Controls(draw(st.floats(0, 0.3)), draw(st.floats(0, 0.3))),
        pairwise=Pairs(draw(st.sampled_from([0.0, 0.2]))),
        max_readings=draw(st.sampled_from([None, None, 30, 60, 100])),
    )


def drawn_up(seen: list[Seen], rule: Policy, seed: str) -> Plan | None:
    """None where the cap is below the least that is honest."""
    try:
        return draw_up(RUN, seen, SCENARIOS, rule, seed)
    except PrimumError as error:
        assert "readings are too few" in str(error) and rule.max_readings is not None
        return None


def cells(plan: Plan) -> dict[tuple[str, str], list]:  # type: ignore[type-arg]
    found = defaultdict(list)
    for one in plan.frame:
        found[one.stratum, one.target].append(one)
    return found


@settings(max_examples=150, deadline=None)
@given(runs(), policies(), st.text(min_size=1, max_size=8), st.randoms())
def test_the_order_in_which_cases_arrive_changes_nothing(seen, rule, seed, random):  # type: ignore[no-untyped-def]
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert drawn_up(shuffled, rule, seed) == drawn_up(seen, rule, seed)


@settings(max_examples=150, deadline=None)
@given(runs(), policies(), st.text(min_size=1, max_size=8))
def test_every_case_of_the_run_has_its_probability_drawn_or_not(seen, rule, seed):  # type: ignore[no-untyped-def]
    plan = drawn_up(seen, rule, seed)
    if plan is None:
        return
    assert [one.case for one in plan.frame] == [one.case for one in seen]
    for (stratum, _), members in cells(plan).items():
        (pi,) = {one.pi for one in members}
        drawn = sum(one.drawn for one in members)
        assert pi == (0.0 if stratum == NO_REPLY else drawn / len(members)), "pi is what was really done"
        assert stratum == NO_REPLY or drawn >= 1, "nothing that could be looked at has no chance"
    drawn_cases = Counter(
        item.case for item in plan.items if item.kind == "case" and item.form == "independent"
    )
    assert drawn_cases == Counter(one.case for one in plan.frame if one.drawn), "each once"
    pis = {one.case: one.pi for one in plan.frame}
    assert all(item.pi == pis[item.case] for item in plan.items if item.kind == "case" and not item.other)


@settings(max_examples=150, deadline=None)
@given(runs(), policies(), st.text(min_size=1, max_size=8))
def test_without_a_cap_all_that_is_certain_is_drawn_and_every_domain_has_its_floor(seen, rule, seed):  # type: ignore[no-untyped-def]
    rule = msgspec.structs.replace(rule, max_readings=None)
    plan = draw_up(RUN, seen, SCENARIOS, rule, seed)
    assert all(one.drawn and one.pi == 1.0 for one in plan.frame if one.reasons and one.stratum != NO_REPLY)
    strata = defaultdict(list)
    for one in plan.frame:
        strata[one.stratum].append(one)
    for stratum, members in strata.items():
        if "routine" in stratum:
            wanted = rule.attacked if stratum.startswith("attack/") else rule.routine
            drawn, count = sum(one.drawn for one in members), len(members)
            assert drawn >= min(count, wanted.min_per_domain)
            assert drawn >= ceil(wanted.share * count - 1e-9)


@settings(max_examples=150, deadline=None)
@given(runs(), policies(), st.text(min_size=1, max_size=8))
def test_a_cap_is_kept_and_second_readings_go_before_any_case(seen, rule, seed):  # type: ignore[no-untyped-def]
    free = draw_up(RUN, seen, SCENARIOS, msgspec.structs.replace(rule, max_readings=None), seed)
    plan = drawn_up(seen, rule, seed)
    if plan is None or rule.max_readings is None:
        return
    assert plan.readings <= rule.max_readings or plan == free
    if sum(one.drawn for one in plan.frame) < sum(one.drawn for one in free.frame):
        assert all(item.required == 1 for item in plan.items), "cases are given up only after second readings"


@settings(max_examples=100, deadline=None)
@given(runs(), policies(), st.text(min_size=1, max_size=8))
def test_items_say_nothing_by_their_names_and_places(seen, rule, seed):  # type: ignore[no-untyped-def]
    plan = drawn_up(seen, rule, seed)
    if plan is None:
        return
    ids = [item.id for item in plan.items]
    assert len(set(ids)) == len(ids) and all(set(one) <= set("0123456789abcdef") for one in ids)
    assert [item.place for item in plan.items] == list(range(len(ids)))
    by_id = {item.id: item for item in plan.items}
    for item in plan.items:
        if item.kind == "repeat":
            assert by_id[item.of].case == item.case and by_id[item.of].kind == "case"
        if item.kind == "gold":
            assert item.key in ("pass", "fail") and not item.case


def test_over_many_seeds_each_case_is_drawn_as_often_as_its_probability_says():
    seen = [look(result(n, domain="safety"), None, policy()) for n in range(20)]
    rule = policy(0.25)
    count = Counter[str]()
    for seed in range(2000):
        plan = draw_up(RUN, seen, [], rule, f"seed-{seed}")
        count.update(one.case for one in plan.frame if one.drawn)
    # binomial(2000, 0.25): standard deviation 19; over 20 cases six of them is never exceeded by chance
    assert all(abs(count[one.case] - 500) < 6 * 19.4 for one in seen), count


def test_under_a_cap_the_worst_are_not_preferred():
    """Never the top N: what is graver is drawn neither more nor less often than its neighbours in the stratum."""
    seen = [look(result(n, "fail"), None, policy()) for n in range(30)]
    count = Counter[str]()
    for seed in range(1000):
        plan = draw_up(RUN, seen, [], policy(cap=10), f"{seed}")
        assert sum(one.drawn for one in plan.frame) == 10 and {one.pi for one in plan.frame} == {1 / 3}
        count.update(one.case for one in plan.frame if one.drawn)
    assert all(abs(count[one.case] - 333) < 6 * 15 for one in seen), count


def test_the_case_of_the_paper():
    """100 high-risk, 20 disagreements, 570 routine at 5 %: deterministic given the seed, its reasons listed."""
    rule = msgspec.structs.replace(policy(0.05), certainty=("critical-failed", "judge-judge"))
    cases = [result(n, "fail") for n in range(100)] + [result(n, "split") for n in range(100, 120)]
    cases += [result(n) for n in range(120, 690)]
    seen = [look(one, None, rule) for one in cases]
    plan = draw_up(RUN, seen, [], rule, "seed")
    drawn = Counter(one.reasons for one in plan.frame if one.drawn)
    assert drawn == {("critical-failed",): 100, ("judge-judge",): 20, (): 29}
    assert {round(one.pi, 6) for one in plan.frame if not one.reasons} == {round(29 / 570, 6)}
    assert draw_up(RUN, seen, [], rule, "seed") == plan
    other = draw_up(RUN, seen, [], rule, "another seed")
    assert [one.drawn for one in other.frame] != [one.drawn for one in plan.frame]


def test_a_cap_below_one_case_of_every_kind_is_refused():
    seen = [look(result(n, domain=DOMAINS[n % 3]), None, policy()) for n in range(9)]
    with pytest.raises(
        PrimumError, match="2 readings are too few: one case of every kind, domain and target takes 3"
    ):
        draw_up(RUN, seen, [], policy(cap=2), "s")


@pytest.mark.parametrize(
    ("how", "reasons"),
    [
        ("pass", ()),
        ("fail", ("critical-failed",)),
        ("undecided", ("undecided",)),
        ("failed", ("no-verdict", "judge-failed")),
        ("split", ("judge-judge",)),
    ],
)
def test_why_a_case_is_certain(how: str, reasons: tuple[str, ...]):
    one = result(0, how)
    assert look(one, scenario(one.case.scenario, "safety"), default_policy()).reasons == reasons


def test_a_case_without_a_reply_stays_in_the_frame_and_cannot_be_drawn():
    plan = draw_up(RUN, [look(result(0, "lost"), None, policy())], [], policy(), "s")
    (one,) = plan.frame
    assert (one.stratum, one.pi, one.drawn, one.outcome, plan.items) == (
        NO_REPLY,
        0.0,
        False,
        "target_failed",
        (),
    )


def test_cases_of_attacks_are_strata_of_their_own():
    cases = [result(n) for n in range(10)] + [result(n, attack="pressure-ladder") for n in range(10, 20)]
    plan = draw_up(RUN, [look(one, None, policy()) for one in cases], [], policy(0.3), "s")
    assert Counter((one.stratum, one.arm) for one in plan.frame) == {
        ("routine/safety", ""): 10,
        ("attack/routine/safety", "pressure-ladder"): 10,
    }
    assert Counter(one.stratum for one in plan.frame if one.drawn) == {
        "routine/safety": 3,
        "attack/routine/safety": 3,
    }


def test_pairs_are_of_one_situation_or_of_one_case_with_another_person_in_it():
    cases = [result(0, scenario="s-1", target="alpha"), result(1, scenario="s-1", target="beta")]
    cases += [result(2, scenario="s-1", target="alpha", transforms=("identity.woman",))]
    cases += [result(3, scenario="s-1", target="alpha", transforms=("tone.angry",))]
    rule = policy(1.0, pairwise=Pairs(1.0), counterfactual=Pairs(1.0))
    plan = draw_up(RUN, [look(one, None, rule) for one in cases], [], rule, "s")
    pairs = {(item.form, item.case, item.other) for item in plan.items if item.other}
    assert pairs == {
        ("pairwise", "000000-alp", "000001-bet"),
        ("counterfactual", "000000-alp", "000002-alp"),
    }


def test_an_item_is_a_plain_value():
    item = Item("i", "r", "c", "s", "t", "d", "routine/d", (), 0.1, 1)
    assert msgspec.json.decode(msgspec.json.encode(item), type=Item) == item
