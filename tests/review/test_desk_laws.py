"""The desk's laws, whatever people do in whatever order: hypothesis plays a clinic at it. And many at once."""

import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from primum.errors import PrimumError
from primum.review.desk import Desk, Ruling
from primum.review.model import ADJUDICATION, Answer, Person
from primum.review.outcome import differ
from primum.store import Store, open_store
from primum.store.tables import review_reviews, review_seats
from tests.postgres import new_database
from tests.review.build import (
    ANN,
    BOB,
    CAT,
    EVA,
    FAIL,
    LEAD,
    MISSES,
    PASS,
    RUN,
    Clock,
    keep,
    mixed,
    policy,
    staffed,
)  # fmt: skip

READERS = (ANN, BOB, CAT, EVA)
ANSWERS = st.sampled_from([PASS, PASS, FAIL, FAIL, MISSES, msgspec.structs.replace(FAIL, severity=1)])
PEOPLE = st.sampled_from(READERS)


class Clinic(RuleBasedStateMachine):
    """Whoever does whatever whenever. The model remembers what each person last said of each item."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[tuple[str, str], Answer] = {}
        self.rows = 0
        """Answers that were taken, changes included."""
        self.decided: dict[str, Ruling] = {}
        self.drafts: dict[tuple[str, str], Answer] = {}
        self.seen: set[tuple[str, str]] = set()

    def make_url(self) -> str:
        self.folder = tempfile.TemporaryDirectory()
        return str(Path(self.folder.name) / "clinic.db")

    @initialize()
    def opens(self) -> None:
        self.store = open_store(self.make_url())
        keep(self.store, mixed(9))
        self.clock = Clock()
        self.desk = staffed(self.store, self.clock)
        self.desk.open_queue(RUN, policy(0.7, double=0.6), by=LEAD)
        self.required = {one.item: 0 for one in self.desk.labelled(RUN) if one.item}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.desk.verify(RUN).whole, self.desk.verify(RUN).broken
            self.store.close()

    @rule(minutes=st.sampled_from([1, 20, 40]))
    def time_passes(self, minutes: int) -> None:
        self.clock.minutes(minutes)

    @rule(who=PEOPLE)
    def claims(self, who: str) -> None:
        page = self.desk.claim(RUN, who)
        if page is not None:
            holder = self.seat(page.item, who)
            assert holder is not None and holder.person == who
            if (page.item, who) in self.drafts:
                assert page.draft == self.drafts[page.item, who], "what was written is there again"

    @rule(who=PEOPLE, answer=ANSWERS)
    def works(self, who: str, answer: Answer) -> None:
        page = self.desk.claim(RUN, who)
        if page is not None:
            try:
                self.desk.submit(page.item, who, answer)
            except PrimumError as error:
                assert page.changing and "adjudicator" in str(error)
                return
            self.took(page.item, who, answer)

    @rule(who=PEOPLE, answer=ANSWERS)
    def drafts_something(self, who: str, answer: Answer) -> None:
        page = self.desk.claim(RUN, who)
        if page is not None:
            self.desk.save_draft(page.item, who, answer)
            self.drafts[page.item, who] = answer

    @rule(who=PEOPLE, answer=ANSWERS, data=st.data())
    def sends_for_any_item(self, who: str, answer: Answer, data: st.DataObject) -> None:
        """A tab that stood open for long, a forged address: only its holder gets through."""
        item = data.draw(st.sampled_from(sorted(self.required)))
        seat = self.seat(item, who)
        try:
            self.desk.submit(item, who, answer)
        except PrimumError:
            return
        assert seat is not None and seat.round != ADJUDICATION
        if self.stored() == self.rows:
            assert self.said[item, who] == answer, "only what was said already is not written again"
        else:
            assert seat.state in ("open", "reopened")
            self.took(item, who, answer)

    @rule(who=PEOPLE)
    def takes_back(self, who: str) -> None:
        mine = [item for item, person in self.said if person == who]
        try:
            page = self.desk.take_back(RUN, who)
        except PrimumError as error:
            assert not mine or any(word in str(error) for word in ("adjudicator", "seen the judge"))
            return
        assert page.item in mine

    @rule(who=PEOPLE)
    def gives_back(self, who: str) -> None:
        page = self.desk.claim(RUN, who)
        if page is not None:
            try:
                self.desk.release(page.item, who)
            except PrimumError as error:
                assert page.changing and "is answered" in str(error)

    @rule(who=PEOPLE, data=st.data())
    def looks_at_the_judge(self, who: str, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(sorted(self.required)))
        try:
            self.desk.reveal(item, who)
        except PrimumError:
            return
        assert (item, who) in self.said, "nobody sees the judge before having answered"
        self.seen.add((item, who))

    @rule(decision=st.sampled_from(["pass", "fail", "sent_back", "cannot_judge"]))
    def adjudicates(self, decision: str) -> None:
        conflict = self.desk.claim_conflict(RUN, EVA)
        if conflict is not None:
            assert (conflict.item, EVA) not in self.said, "a third person"
            ruling = Ruling(decision, "because", "other")  # type: ignore[arg-type]
            try:
                self.desk.adjudicate(conflict.item, EVA, ruling)
            except PrimumError as error:
                assert "is changing the answer" in str(error)
                return
            self.decided[conflict.item] = ruling

    def took(self, item: str, who: str, answer: Answer) -> None:
        assert item not in self.decided, "what is decided stays"
        assert (item, who) not in self.seen, "who has seen the judge changes nothing"
        self.said[item, who] = answer
        self.drafts.pop((item, who), None)
        self.rows += 1

    def seat(self, item: str, who: str):  # type: ignore[no-untyped-def]
        query = sa.select(review_seats).where(review_seats.c.item == item, review_seats.c.person == who)
        with self.store.database.read() as connection:
            return connection.execute(query).first()

    def stored(self) -> int:
        with self.store.database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(review_reviews)) or 0

    @precondition(lambda self: hasattr(self, "desk"))
    @invariant()
    def nothing_is_lost_doubled_or_crossed(self) -> None:
        with self.store.database.read() as connection:
            seats = connection.execute(sa.select(review_seats)).all()
        assert self.stored() == self.rows, "every answer that was taken is there, once"
        people = Counter((seat.item, seat.person) for seat in seats if seat.person)
        assert all(times == 1 for times in people.values()), "nobody sits twice at one item"
        said = defaultdict(dict)  # type: ignore[var-annotated]
        for (item, who), answer in self.said.items():
            said[item][who] = answer
        for label in self.desk.labelled(RUN):
            if not label.item:
                assert label.first == () and label.final is None
                continue
            mine = said[label.item]
            assert {one.reviewer: one.failed for one in label.first} == {
                who: {"pass": False, "fail": True}.get(answer.verdict or "") for who, answer in mine.items()
            }
            if label.item in self.decided:
                assert label.adjudicator == EVA and label.reviewed
                wanted = {"pass": False, "fail": True}.get(self.decided[label.item].decision)
                assert label.final is wanted
            else:
                assert label.final is None or not differ(label.first)
                assert label.conflict == (label.reviewed is False and len(mine) == self.wanted(label.item) > 0
                                          and differ(label.first))  # fmt: skip

    def wanted(self, item: str) -> int:
        query = sa.select(sa.func.count()).where(
            review_seats.c.item == item, review_seats.c.round > ADJUDICATION
        )
        with self.store.database.read() as connection:
            return connection.scalar(query) or 0


STEPS = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a step is a dozen transactions: shrinking takes minutes
)  # fmt: skip


def test_whatever_people_do_on_sqlite() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Clinic, settings=STEPS)


def test_whatever_people_do_on_postgresql(postgres_server: str) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    class Team(Clinic):
        def make_url(self) -> str:
            return new_database(postgres_server)

    run_state_machine_as_test(Team, settings=settings(STEPS, max_examples=6))


# many at once


def crowd(store: Store, count: int = 8) -> tuple[Desk, list[str]]:
    desk = staffed(store)
    names = [f"reader-{n}" for n in range(count)]
    for name in names:
        desk.add_person(Person(name, name.title(), ("clinician",)), by=LEAD)
    return desk, names


def at_once(work: list) -> list[BaseException]:  # type: ignore[type-arg]
    """Runs all of it in threads that start together; returns what went wrong."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(one) -> None:  # type: ignore[no-untyped-def]
        gate.wait()
        try:
            one()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_many_readers_at_once_lose_double_and_cross_nothing(store: Store, url: str) -> None:
    """Half of them in a second process' view of the store: another engine, another lock."""
    keep(store, mixed(60))
    desk, names = crowd(store)
    queue = desk.open_queue(RUN, policy(0.6), by=LEAD)
    with open_store(url) as again:
        desks = [desk, Desk(again, desk.room.clock)]
        given: dict[str, list[tuple[str, Answer]]] = {name: [] for name in names}

        def reads(number: int, name: str) -> None:
            mine = desks[number % 2]
            while (page := mine.claim(RUN, name)) is not None:
                answer = Answer(verdict="pass", severity=0, comment=f"{name} on {page.item}")
                mine.submit(page.item, name, answer)
                given[name].append((page.item, answer))

        work = [lambda n=n, name=name: reads(n, name) for n, name in enumerate(names)]
        assert at_once(work) == []
    taken = Counter(item for items in given.values() for item, _ in items)
    assert sum(taken.values()) == queue.readings and set(taken.values()) == {2}
    for label in desk.labelled(RUN):
        assert len({one.reviewer for one in label.first}) == (2 if label.drawn else 0)
    with store.database.read() as connection:
        from primum.review.room import reviews_in

        for review in reviews_in(connection):
            assert review.answer.comment == f"{review.reviewer} on {review.item}", (
                "nobody's words under another's name"
            )
    assert desk.verify(RUN).whole


def test_one_person_in_many_windows_gets_one_item(store: Store) -> None:
    keep(store, mixed(30))
    desk = staffed(store)
    desk.open_queue(RUN, policy(1.0), by=LEAD)
    got: list[str] = []
    assert at_once([lambda: got.append(desk.claim(RUN, ANN).item) for _ in range(6)]) == []
    assert len(got) == 6 and len(set(got)) == 1


KILLED = """
import sys
from primum.review.desk import Desk
from primum.review.model import Answer
from primum.store import open_store
desk = Desk(open_store(sys.argv[1]))
while (page := desk.claim("r-review", sys.argv[2])) is not None:
    desk.save_draft(page.item, sys.argv[2], Answer(comment="draft of " + page.item))
    print("draft", page.item, flush=True)
    desk.submit(page.item, sys.argv[2], Answer(verdict="pass", severity=0))
    print("done", page.item, flush=True)
"""


def test_a_process_killed_in_the_middle_loses_nothing_it_had_been_told_was_kept(
    store: Store, url: str
) -> None:
    keep(store, mixed(120))
    desk = staffed(store, time.time)
    desk.open_queue(RUN, policy(1.0), by=LEAD)
    told: list[tuple[str, str, str]] = []
    for who, lines in ((ANN, 9), (BOB, 4), (CAT, 15)):
        command = [sys.executable, "-c", KILLED, url, who]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(lines):
                what, item = child.stdout.readline().split()
                told.append((who, what, item))
            child.kill()  # SIGKILL: it cannot tidy up
            told += [(who, *line.split()) for line in child.stdout if len(line.split()) == 2]  # type: ignore[misc]
    readers = {
        label.item: {one.reviewer for one in label.first} for label in desk.labelled(RUN) if label.item
    }
    for who, what, item in told:
        if what == "done":
            assert who in readers[item]
        elif who not in readers[item]:
            assert desk.page(item, who).draft == Answer(comment=f"draft of {item}")
    assert desk.verify(RUN).whole


def test_two_readers_who_finish_at_once_and_differ_open_one_conflict(store: Store) -> None:
    desk = staffed(store)
    for round_ in range(6):
        run = f"r-{round_}"
        keep(store, mixed(1, seed=2), run)
        desk.open_queue(run, policy(1.0), by=LEAD)
        ann, bob = desk.claim(run, ANN), desk.claim(run, BOB)
        assert ann.item == bob.item
        sent = ((ann.item, ANN, PASS), (bob.item, BOB, FAIL))
        assert at_once([partial(desk.submit, *one) for one in sent]) == []
        assert desk.conflicts(run, EVA) == 1


def test_two_leads_open_one_queue(store: Store) -> None:
    keep(store, mixed(30))
    desk = staffed(store)
    opened: list[object] = []
    seeds = ["one", "two", "three"]
    assert at_once([lambda s=s: opened.append(desk.open_queue(RUN, policy(), LEAD, s)) for s in seeds]) == []
    assert len({msgspec.json.encode(queue) for queue in opened}) == 1
    assert desk.verify(RUN).whole


def test_the_database_itself_refuses_a_second_seat_a_second_answer_and_a_reader_too_many(
    store: Store,
) -> None:
    """Whoever goes past the desk: two different people, so many readers, one answer each."""
    keep(store, mixed(1, seed=2))
    desk = staffed(store)
    desk.open_queue(RUN, policy(1.0), by=LEAD)
    page = desk.claim(RUN, ANN)
    review = desk.submit(page.item, ANN, PASS)
    with store.database.read() as connection:
        row = dict(connection.execute(sa.select(review_reviews)).one()._mapping)

    def refused(statement: sa.Executable) -> None:
        with pytest.raises(sa.exc.IntegrityError), store.database.write() as connection:
            connection.execute(statement)

    second = sa.update(review_seats).where(review_seats.c.item == page.item, review_seats.c.round == 2)
    refused(second.values(person=ANN))  # the same person as second reader
    third = sa.update(review_seats).where(
        review_seats.c.item == page.item, review_seats.c.round == ADJUDICATION
    )
    refused(third.values(person=ANN))  # and as adjudicator
    new = sa.insert(review_reviews)
    refused(new.values({**row, "id": "x", "person": BOB}))  # a second answer for one seat
    refused(new.values({**row, "id": "x", "round": 2}))  # a second answer of one person
    refused(new.values({**row, "id": "x", "person": BOB, "round": 3}))  # a reader more than was planned
    changed = {**row, "supersedes": review.id}
    with store.database.write() as connection:
        connection.execute(new.values({**changed, "id": "x"}))
    refused(new.values({**changed, "id": "y"}))  # one answer changed twice at once
