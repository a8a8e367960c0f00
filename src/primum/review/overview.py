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
    other = review_seats.alias()
    with room.read() as connection:
        person_in(connection, person, *READERS)
        now, days = room.clock(), policy_in(connection, run).controls.repeat_after_days
        mine = review_reviews.c.person == person
        own = standing(reviews_in(connection, review_reviews.c.run == run, mine))
        has = sa.exists().where(other.c.item == SEATS.item, other.c.person == person)
        due = sa.exists().where(
            review_reviews.c.item == review_items.c.of,
            mine,
            review_reviews.c.submitted <= now - days * DAY,
        )
        free = sa.and_(sa.or_(SEATS.person.is_(None), SEATS.lease_until <= now), ~has)
        could = sa.or_(SEATS.person == person, sa.and_(free, sa.or_(review_items.c.kind != "repeat", due)))
        open_ = [SEATS.run == run, SEATS.state == "open", SEATS.round > ADJUDICATION, could]
        seats = sa.select(SEATS.item).distinct().join(review_items, review_items.c.id == SEATS.item)
        left = connection.scalar(sa.select(sa.func.count()).select_from(seats.where(*open_).subquery()))
    return Progress(len(own), left or 0, _seconds_each(own))


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
