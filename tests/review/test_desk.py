"""The desk: who gets what, what is kept, and who decides. On both databases."""

from collections import Counter

import msgspec
import pytest

from primum.errors import PrimumError
from primum.review.desk import Ruling
from primum.review.model import Answer, CheckAnswer, Labelled
from primum.store import Store
from tests.review.build import (
    ANN, BAD, BOB, CAT, EVA, FAIL, LEAD, MISSES, PASS, RUN, Clock, keep, mixed, policy, read_all, result, staffed,
)  # fmt: skip


def one_case(store: Store, how: str = "pass", double: float = 1.0):  # type: ignore[no-untyped-def]
    """A desk whose queue is a single case, read twice."""
    keep(store, [result(0, how)])
    clock = Clock()
    desk = staffed(store, clock)
    desk.open_queue(RUN, policy(1.0, double=double), by=LEAD)
    return desk, clock


def label(desk) -> Labelled:  # type: ignore[no-untyped-def]
    (found,) = desk.labelled(RUN)
    return found


def test_a_queue_is_worked_to_its_end_by_two_people(store: Store) -> None:
    keep(store, mixed(60))
    desk = staffed(store)
    queue = desk.open_queue(RUN, policy(0.5), by=LEAD)
    first = read_all(desk, ANN)
    second = read_all(desk, BOB)
    assert sorted(first) == sorted(second) and len(first) == queue.items, "each item by two different people"
    assert desk.claim(RUN, CAT) is None
    labels = desk.labelled(RUN)
    assert len(labels) == 60, "every case of the run has a row"
    assert all(one.reviewed and one.final is False for one in labels if one.drawn)
    assert all(not one.reviewed and one.state == "provisional" for one in labels if not one.drawn)
    assert {one.pi for one in labels if one.stratum == "no-reply"} == {0.0}
    assert desk.verify(RUN).whole
