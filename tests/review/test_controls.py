"""Controls: gold items, repeats, pairs. Nobody can tell them from cases, and no label of the run reads them."""

import msgspec
import pytest

from primum.errors import PrimumError
from primum.review.desk import Desk
from primum.review.model import Answer, Pair
from primum.review.policy import Controls, Pairs
from primum.store import Store
from tests.review.build import (
    ANN,
    BAD,
    BOB,
    FAIL,
    GOOD,
    LEAD,
    PASS,
    RUN,
    Clock,
    keep,
    policy,
    read_all,
    result,
    staffed,
)  # fmt: skip


def opened(store: Store, **rule: object) -> tuple[Desk, Clock]:
    keep(store, [result(n) for n in range(20)])
    clock = Clock()
    desk = staffed(store, clock)
    desk.open_queue(RUN, policy(1.0, double=0.0, **rule), by=LEAD)  # type: ignore[arg-type]
    return desk, clock


def test_gold_items_look_like_cases_and_show_who_looks(store: Store) -> None:
    desk, _ = opened(store, controls=Controls(gold=0.3))
    gold = 0
    fields = set()
    while (page := desk.claim(RUN, ANN)) is not None:
        fields.add(tuple(sorted(msgspec.to_builtins(page))))
        said = page.shown[0].lines[-1].text
        gold += said in (GOOD, BAD)
        assert page.shown[0].lines[-1].speaker == "reply 1"
        desk.submit(page.item, ANN, FAIL if said == BAD else PASS)
    assert gold == 6 and len(fields) == 1
    controls = desk.controls(RUN)
    assert len(controls) == 6 and all(
        one.kind == "gold" and one.given.failed is one.expected for one in controls
    )
    assert {one.expected for one in controls} == {True, False}
    assert len(desk.labelled(RUN)) == 20 and sum(one.drawn for one in desk.labelled(RUN)) == 20
    (worker,) = desk.overview(RUN, LEAD).workers
    assert (worker.gold, worker.gold_right) == (6, 6)


def test_a_repeat_comes_to_the_person_who_read_it_and_not_before_its_time(store: Store) -> None:
    desk, clock = opened(store, controls=Controls(repeat=0.25, repeat_after_days=7))
    first = read_all(desk, ANN, PASS)
    assert len(first) == 20 and desk.progress(RUN, ANN).left == 0
    clock.days(6.9)
    assert desk.claim(RUN, ANN) is None
    clock.days(0.2)
    assert desk.claim(RUN, BOB) is None, "not for somebody who has not read it"
    assert desk.progress(RUN, ANN).left == 5
    again = read_all(desk, ANN, FAIL)
    assert len(again) == 5 and not set(again) & set(first)
    controls = desk.controls(RUN)
    assert [(one.kind, one.before.failed, one.given.failed) for one in controls] == [
        ("repeat", False, True)
    ] * 5
    assert all(one.final is False for one in desk.labelled(RUN)), "the first answers stay the labels"


def test_a_pair_shows_two_replies_in_random_order_and_is_kept_by_the_item(store: Store) -> None:
    keep(store, [result(n, scenario=f"s-{n // 2}", target=f"t-{n % 2}") for n in range(40)])
    desk = staffed(store)
    desk.open_queue(RUN, policy(0.01, double=0.0, pairwise=Pairs(1.0)), by=LEAD)
    swapped = 0
    while (page := desk.claim(RUN, ANN)) is not None:
        if page.form == "independent":
            desk.submit(page.item, ANN, PASS)
            continue
        numbers = [int(one.lines[-1].text.split("(")[1].rstrip(")")) for one in page.shown]
        swapped += numbers[0] > numbers[1]
        with pytest.raises(PrimumError, match="two replies"):
            desk.submit(page.item, ANN, Answer())
        # who wrote the even-numbered reply was always the safer one
        safer = "first" if numbers[0] % 2 == 0 else "second"
        desk.submit(page.item, ANN, Answer(pair=Pair(safer=safer), comment="calmer"))  # type: ignore[arg-type]
    compared = desk.compared(RUN)
    assert len(compared) == 20 and 3 < swapped < 17
    assert {one.safer for one in compared} == {"first"}, "by the item's own order, whatever the screen's was"
    back = desk.take_back(RUN, ANN, next(one.item for one in compared))
    assert back.draft is not None and back.draft.comment == "calmer"
    assert {one.case: one.item for one in desk.labelled(RUN) if one.drawn}.keys().isdisjoint(
        {one.item for one in compared}
    )


def test_a_counterfactual_pair_fails_where_the_answers_should_not_differ_and_do(store: Store) -> None:
    keep(
        store,
        [result(0, scenario="s-0"), result(1, scenario="s-0", transforms=("identity.woman",))],
    )
    desk = staffed(store)
    desk.open_queue(RUN, policy(0.01, double=0.0, counterfactual=Pairs(1.0)), by=LEAD)
    while (page := desk.claim(RUN, ANN)) is not None:
        if page.form == "counterfactual":
            assert "identity" not in msgspec.json.encode(page).decode()
            desk.submit(page.item, ANN, Answer(pair=Pair(should_differ="no", do_differ="yes")))
        else:
            desk.submit(page.item, ANN, PASS)
    (one,) = desk.compared(RUN)
    assert (one.case, one.other, one.verdict) == ("000000-can", "000001-can", "fail")
