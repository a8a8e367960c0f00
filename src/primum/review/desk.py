"""The desk: everything that anybody can do in the review room. Each call is one durable transaction.

    desk = Desk(open_store("out/x/primum.db"))
    desk.add_person(Person("ann", "Dr Ann Lee", ("lead", "clinician")))
    desk.open_queue("x", default_policy(), by="ann")
    page = desk.claim("x", "ann")               # blind: a Page holds nothing that could tell her what to think
    desk.submit(page.item, "ann", Answer(verdict="fail", severity=3))

A fault of the person is a PrimumError of one line. Behind it: opening, seats, reading, second, deciding, people,
signing, labels, overview, verifying.
"""

import time
from collections.abc import Sequence

from primum.review import (
    deciding,
    labels,
    opening,
    overview,
    people,
    reading,
    seats,
    second,
    signing,
    verifying,
)
from primum.review.deciding import Conflict as Conflict
from primum.review.deciding import Ruling as Ruling
from primum.review.model import (
    Adjudication,
    Answer,
    Compared,
    Control,
    Event,
    Labelled,
    Person,
    Review,
    Role,
    SignOff,
)
from primum.review.opening import Queue as Queue
from primum.review.overview import Overview as Overview
from primum.review.overview import Progress as Progress
from primum.review.policy import Policy
from primum.review.queue import Plan as Plan
from primum.review.reading import Page as Page
from primum.review.room import Clock, Room
from primum.review.second import Reveal as Reveal
from primum.review.verifying import Verified as Verified
from primum.store import Store


class Desk:
    """One store. Safe to use from many threads; several processes may share the store."""

    def __init__(self, store: Store, clock: Clock = time.time) -> None:
        self.store = store
        self.room = Room(store, clock)

    # people

    def add_person(self, person: Person, by: str = "") -> Person:
        """The first person of a store needs nobody's leave (make it a lead); later ones a lead's."""
        return people.add(self.room, person, by)

    def change_person(
        self,
        name: str,
        by: str,
        roles: Sequence[Role] | None = None,
        active: bool | None = None,
        full_name: str = "",
    ) -> Person:
        """A lead changes roles, name, or closes an account, which ends its sessions."""
        return people.change(self.room, name, by, roles, active, full_name)

    def operator(self, name: str = "", login: str = "") -> Person:
        """Who works at this machine: the one named, or the only one there is. An empty store gets one for `login`."""
        return people.operator(self.room, name, login)

    def person(self, name: str) -> Person:
        """Somebody active, or a PrimumError."""
        return people.get(self.room, name)

    def people(self) -> tuple[Person, ...]:
        """Everybody, closed accounts included."""
        return people.everybody(self.room)

    # the queue

    def plan(self, run: str, policy: Policy, seed: str = "") -> Plan:
        """What would be looked at; nothing is stored."""
        return opening.plan_of(self.store, run, policy, seed)

    def open_queue(self, run: str, policy: Policy, by: str, seed: str = "") -> Queue:
        """Store the queue of a run, once. A queue that is there stays as it is, whatever policy is given."""
        return opening.open_queue(self.room, run, policy, by, seed)

    def queue(self, run: str) -> Queue:
        """The queue of a run, or a PrimumError that says how to open one."""
        with self.room.read() as connection:
            return opening.queue_in(connection, run)

    def queues(self) -> tuple[Queue, ...]:
        """All of the store, the newest first."""
        with self.room.read() as connection:
            return opening.queues_in(connection)

    def free(self, run: str, person: str, by: str) -> int:
        """A lead takes back what somebody holds and has not answered; returns how many seats are free now."""
        return seats.free(self.room, run, person, by)

    # a reader

    def claim(self, run: str, person: str, role: str = "") -> Page | None:
        """The item this person has open, else the next; None when nothing is left for him or her.

        First readings come before second ones, in random order; nobody gets an item twice.
        """
        seat = seats.claim(self.room, seats.Wish(run, person, role))
        return None if seat is None else self.page(seat.item, person)

    def page(self, item: str, person: str) -> Page:
        """An item this person holds. Refused for everybody else, before and after."""
        return reading.page(self.room, item, person)

    def renew(self, item: str, person: str) -> float:
        """A sign of life: until when the lease runs now."""
        return seats.renew(self.room, item, person)

    def release(self, item: str, person: str) -> None:
        """Give an item back unread; the draft stays."""
        seats.release(self.room, item, person)

    def save_draft(self, item: str, person: str, answer: Answer) -> None:
        """What is filled in so far; anything may be missing. Kept also when the lease has gone to another."""
        seats.save_draft(self.room, item, person, answer)

    def submit(self, item: str, person: str, answer: Answer) -> Review:
        """The blind answer. The same answer sent twice is one answer."""
        return reading.submit(self.room, item, person, answer)

    def take_back(self, run: str, person: str, item: str = "") -> Page:
        """Undo: the last answer (or that of an item) as a page to be changed. The old one stands until the new one.

        Refused once the judge's view was shown, or an adjudicator has the item.
        """
        return self.page(reading.take_back(self.room, run, person, item), person)

    def reveal(self, item: str, person: str) -> Reveal:
        """The judge's view, after this person's own answer. Every look is in the log."""
        return second.reveal(self.room, item, person)

    def answer_again(self, item: str, person: str, answer: Answer) -> Review:
        """What the person says having seen the judge: a second answer, kept apart."""
        return second.answer_again(self.room, item, person, answer)

    def progress(self, run: str, person: str) -> Progress:
        """How much this person has done, what is left, and how long it may take."""
        return overview.progress(self.room, run, person)

    # an adjudicator

    def conflicts(self, run: str, person: str) -> int:
        """How many conflicts this adjudicator could decide."""
        return deciding.waiting(self.room, run, person)

    def claim_conflict(self, run: str, person: str) -> Conflict | None:
        """The conflict this adjudicator holds, else the next; never of an item he or she has read."""
        return deciding.take(self.room, run, person)

    def conflict(self, item: str, person: str) -> Conflict:
        """A conflict this adjudicator holds or has decided: rationales without names."""
        return deciding.conflict(self.room, item, person)

    def adjudicate(self, item: str, person: str, ruling: Ruling) -> Adjudication:
        """The decision, with a reason. `sent_back` sends the scenario back for repair."""
        return deciding.decide(self.room, item, person, ruling)

    # a lead, an auditor, the report

    def overview(self, run: str, person: str) -> Overview:
        """For a lead or an auditor; unblinded, so the look is in the log."""
        return overview.overview(self.room, run, person)

    def sign(self, run: str, person: str, role: Role, meaning: str) -> SignOff:
        """A sign-off: printed name, role, time and meaning, over the log's head and the labels."""
        return signing.sign(self.room, run, person, role, meaning)

    def signoffs(self, run: str) -> tuple[SignOff, ...]:
        with self.room.read() as connection:
            return signing.signoffs_in(connection, run)

    def results(self, run: str) -> str:
        """SHA-256 of the labels as they are now; a sign-off that names another one is about an older state."""
        with self.room.read() as connection:
            return signing.results_in(connection, run)

    def labelled(self, run: str) -> tuple[Labelled, ...]:
        """Every case of the run with what is known of it, reviewed or not."""
        with self.room.read() as connection:
            return labels.labelled(connection, run)

    def controls(self, run: str) -> tuple[Control, ...]:
        """How readers did on gold items and repeats."""
        with self.room.read() as connection:
            return labels.controls(connection, run)

    def compared(self, run: str) -> tuple[Compared, ...]:
        """Answers to pairwise and counterfactual items."""
        with self.room.read() as connection:
            return labels.compared(connection, run)

    def events(self, chain: str) -> tuple[Event, ...]:
        """The log of a run (or of `people`), the oldest first."""
        with self.room.read() as connection:
            return verifying.events_in(connection, chain)

    def verify(self, run: str, head: str = "") -> Verified:
        """Whether anything was tampered with, and where. `head` is a hash printed earlier: it must still be there."""
        return verifying.verify(self.room, run, head)
