"""How far the review is: for a reader what is left, for a lead or an auditor everything. Figures with intervals are the
report's; here are counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from statistics import median

import msgspec
import sqlalchemy as sa

from primum.review import labels
from primum.review.model import ADJUDICATION, READERS, Labelled, Review
from primum.review.opening import Queue, queue_in
from primum.review.outcome import MISSING, standing
from primum.review.room import Room, by_item, person_in, policy_in, reviews_in
from primum.review.seats import DAY, SEATS
from primum.store.tables import review_items, review_people, review_reviews, review_seats

LONGEST = 3600.0
"""Seconds of one reading that count; more was a pause."""
REPAIR = (MISSING, "ambiguous")


class Progress(msgspec.Struct, frozen=True):
    """Where one reader stands."""

    done: int
    left: int
    """Readings that this person could still do now."""
    seconds_each: float | None
    """Median of this person's own readings; None before the first."""

    @property
    def seconds_left(self) -> float | None:
        return None if self.seconds_each is None else self.left * self.seconds_each


class Worker(msgspec.Struct, frozen=True):
    """What one person has done."""

    person: str
    name: str
    readings: int
    decisions: int
    seconds_each: float | None
    last: float | None
    gold_right: int
    gold: int


class Agreement(msgspec.Struct, frozen=True):
    """Two roles over the cases that both have judged, before any adjudication."""

    first: str
    second: str
    cases: int
    agreed: int


class Disputed(msgspec.Struct, frozen=True):
    """A check that readers of one reply answered differently."""

    scenario: str
    check: str
    items: int


class Repair(msgspec.Struct, frozen=True):
    """A scenario that could not be judged as it is."""

    scenario: str
    readers: int
    """Answers that miss information or find it ambiguous."""
    sent_back: int
    comments: tuple[str, ...]


class Overview(msgspec.Struct, frozen=True):
    """The lead's page."""

    queue: Queue
    readings_done: int
    conflicts: int
    decided: int
    states: dict[str, int]
    """Of the cases that were drawn."""
    reasons: tuple[tuple[str, int, int], ...]
    """Reason, cases drawn for it, and how many of them are reviewed; `routine` are those without one."""
    workers: tuple[Worker, ...]
    a_day: tuple[tuple[int, int], ...]
    """Days since the epoch (UTC) and readings on them."""
    agreement: tuple[Agreement, ...]
    disputed: tuple[Disputed, ...]
    repairs: tuple[Repair, ...]
    missed: tuple[Labelled, ...]
    """The judge passed them; the final label is a failure."""
    alarms: tuple[Labelled, ...]
    """The judge failed them; the final label is no failure."""


def progress(room: Room, run: str, person: str) -> Progress:
    with room.read() as connection:
        person_in(connection, person, *READERS)
        mine = review_reviews.c.person == person
        own = _durations(connection, review_reviews.c.run == run, mine)
        left = _left(connection, run, person, room.clock())
    return Progress(len(own), left, median(own) if own else None)


def _durations(connection: sa.Connection, *mine: sa.ColumnElement[bool]) -> list[float]:
    """Seconds of each item's last blind answer. Of three columns only: every page of a reader asks."""
    reviews = review_reviews.c
    query = sa.select(reviews.item, reviews.submitted - reviews.started).where(
        *mine, reviews.shown_judge == 0
    )
    last = {row[0]: row[1] for row in connection.execute(query.order_by(reviews.submitted))}
    return [min(LONGEST, seconds) for seconds in last.values()]


def _left(connection: sa.Connection, run: str, person: str, now: float) -> int:
    """Items with a seat that this person holds or could take. Counted for every page, so in three cheap steps."""
    free = sa.or_(SEATS.person.is_(None), SEATS.lease_until <= now, SEATS.person == person)
    open_ = [SEATS.state == "open", SEATS.round > ADJUDICATION, free]
    places = sa.select(sa.func.count(SEATS.place.distinct())).where(SEATS.run == run, *open_)
    other = review_seats.alias()
    sits = [other.c.run == run, other.c.person == person, sa.or_(other.c.state != "open", other.c.round == 0)]
    more = sa.exists().where(SEATS.item == other.c.item, *open_)
    done = sa.select(sa.func.count()).select_from(other).where(*sits, more)
    reviews, item = review_reviews.c, review_items.c
    before = now - policy_in(connection, run).controls.repeat_after_days * DAY
    due = sa.exists().where(reviews.item == item.of, reviews.person == person, reviews.submitted <= before)
    waits = sa.exists().where(SEATS.item == item.id, *open_)
    early = sa.select(sa.func.count()).where(item.run == run, item.kind == "repeat", waits, ~due)
    all_, own, later = (connection.scalar(query) or 0 for query in (places, done, early))
    return all_ - own - later


def _seconds_each(reviews: Sequence[Review]) -> float | None:
    spent = [min(LONGEST, one.submitted - one.started) for one in reviews]
    return median(spent) if spent else None


def overview(room: Room, run: str, person: str) -> Overview:
    with room.write() as connection:
        person_in(connection, person, "lead", "auditor")
        queue = queue_in(connection, run)
        room.log(connection, run, person, "saw the overview", run)
    with room.read() as connection:
        cases = labels.labelled(connection, run)
        reviews = reviews_in(connection, review_reviews.c.run == run)
        workers = _workers(connection, run, reviews, cases)
        items = {item.id: item.scenario for item in labels.items_in(connection, run)}
    first = standing(reviews)
    drawn = [one for one in cases if one.drawn]
    return Overview(
        queue=queue,
        readings_done=len(first),
        conflicts=sum(one.conflict for one in cases),
        decided=sum(bool(one.adjudicator) for one in cases),
        states=dict(Counter(one.state for one in drawn)),
        reasons=_by_reason(drawn),
        workers=workers,
        a_day=tuple(sorted(Counter(int(one.submitted // DAY) for one in first).items())),
        agreement=_agreement(cases),
        disputed=_disputed(first, items),
        repairs=_repairs(first, items, cases),
        missed=tuple(one for one in cases if one.judged is False and one.final is True),
        alarms=tuple(one for one in cases if one.judged is True and one.final is False),
    )


def _by_reason(drawn: Sequence[Labelled]) -> tuple[tuple[str, int, int], ...]:
    count, reviewed = Counter[str](), Counter[str]()
    for one in drawn:
        for reason in one.reasons or ("routine",):
            count[reason] += 1
            reviewed[reason] += one.reviewed
    return tuple((reason, count[reason], reviewed[reason]) for reason in sorted(count))


def _workers(
    connection: sa.Connection, run: str, reviews: Sequence[Review], cases: Sequence[Labelled]
) -> tuple[Worker, ...]:
    names = {row.id: row.name for row in connection.execute(sa.select(review_people))}
    own: defaultdict[str, list[Review]] = defaultdict(list)
    for review in standing(reviews):
        own[review.reviewer].append(review)
    gold: defaultdict[str, list[bool]] = defaultdict(list)
    for control in labels.controls(connection, run):
        if control.kind == "gold":
            gold[control.given.reviewer].append(control.given.failed is control.expected)
    decisions = Counter(one.adjudicator for one in cases if one.adjudicator)
    return tuple(
        Worker(
            person=name,
            name=names.get(name, name),
            readings=len(own[name]),
            decisions=decisions[name],
            seconds_each=_seconds_each(own[name]),
            last=max((one.submitted for one in own[name]), default=None),
            gold_right=sum(gold[name]),
            gold=len(gold[name]),
        )
        for name in sorted({*own, *decisions})
    )


def _agreement(cases: Iterable[Labelled]) -> tuple[Agreement, ...]:
    both, same = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for case in cases:
        told = [one for one in case.first if one.failed is not None]
        for a, b in combinations(told, 2):
            roles = (min(a.role, b.role), max(a.role, b.role))
            both[roles] += 1
            same[roles] += a.failed is b.failed
    return tuple(Agreement(*roles, both[roles], same[roles]) for roles in sorted(both))


def _disputed(first: Iterable[Review], items: dict[str, str]) -> tuple[Disputed, ...]:
    """The most disputed first."""
    found: Counter[tuple[str, str]] = Counter()
    for item, reviews in by_item(first).items():
        answers: defaultdict[str, set[str]] = defaultdict(set)
        for review in reviews:
            for one in review.answer.answers:
                answers[one.check].add(one.answer)
        for check, given in answers.items():
            found[items[item], check] += {"met", "not_met"} <= given
    ranked = sorted(
        ((count, *place) for place, count in found.items() if count), key=lambda row: (-row[0], row)
    )
    return tuple(Disputed(scenario, check, count) for count, scenario, check in ranked)


def _repairs(first: Iterable[Review], items: dict[str, str], cases: Iterable[Labelled]) -> tuple[Repair, ...]:
    readers: Counter[str] = Counter()
    comments: defaultdict[str, list[str]] = defaultdict(list)
    for review in first:
        if review.answer.verdict == "cannot_judge" and review.answer.reason in REPAIR:
            readers[items[review.item]] += 1
            comments[items[review.item]] += [review.answer.comment] if review.answer.comment else []
    back = Counter(one.scenario for one in cases if one.state == "sent_back")
    return tuple(
        Repair(name, readers[name], back[name], tuple(comments[name]))
        for name in sorted({*readers, *back}, key=lambda name: (-back[name], -readers[name], name))
    )
