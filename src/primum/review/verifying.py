"""Whether anybody tampered with the review: every row of the log, and every row that the log tells of.

Tamper-evident, not tamper-proof: whoever rewrites the whole log, and every row, is found by a head that was printed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from primum.review import log
from primum.review.model import ADJUDICATION, Event
from primum.review.room import Room
from primum.store.tables import (
    review_adjudications,
    review_events,
    review_frame,
    review_heads,
    review_items,
    review_people,
    review_queues,
    review_reviews,
    review_seats,
    review_signoffs,
    review_words,
    runs,
)

TOLD = {table.name: table for table in (review_queues, review_reviews, review_adjudications, review_signoffs)}
"""Tables whose every row the log tells of."""


class Broken(msgspec.Struct, frozen=True):
    """One row that is not as it was written."""

    where: str
    """Table and row: `review_events 17`."""
    what: str


class Verified(msgspec.Struct, frozen=True):
    """What was found."""

    run: str
    rows: int
    """Rows of the log."""
    head: str
    """Its last hash: print it where the store cannot reach."""
    broken: tuple[Broken, ...]
    """The first is the earliest in the log."""

    @property
    def whole(self) -> bool:
        return not self.broken


def verify(room: Room, run: str, head: str = "") -> Verified:
    with room.read() as connection:
        events = events_in(connection, run)
        people = events_in(connection, log.PEOPLE)
        broken = [
            *_chain(connection, run, events),
            *_printed(connection, run, events, head),
            *_told(connection, run, events),
            *_drawn(connection, run),
            *_words(connection, run),
            *_seats(connection, run),
            *_chain(connection, log.PEOPLE, people),
            *_people(connection, people),
        ]
    return Verified(run, len(events), events[-1].hash if events else log.START, tuple(broken))


def events_in(connection: sa.Connection, chain: str) -> tuple[Event, ...]:
    query = sa.select(review_events).where(review_events.c.chain == chain).order_by(review_events.c.seq)
    return tuple(Event(**row._mapping) for row in connection.execute(query))


def _chain(connection: sa.Connection, chain: str, events: Sequence[Event]) -> Iterator[Broken]:
    """Each row's own hash, its link to the row before, and where the chain should end."""
    last, seq = log.START, 0
    for event in events:
        where = f"log {chain} row {event.seq}"
        if event.seq != seq + 1:
            yield Broken(where, f"{event.seq - seq - 1} rows before it are missing")
        if log.hash_of(event) != event.hash:
            yield Broken(where, "its content does not fit its hash")
        elif event.seq == seq + 1 and event.previous != last:
            yield Broken(
                where, "it does not follow the row before it, which was changed together with its hash"
            )
        last, seq = event.hash, event.seq
    row = connection.execute(sa.select(review_heads).where(review_heads.c.chain == chain)).first()
    told = (row.seq, row.hash) if row else (0, log.START)
    if told[0] > seq:
        yield Broken(f"log {chain} row {seq + 1}", f"{told[0] - seq} rows at the end are missing")
    elif told != (seq, last):
        yield Broken(f"log {chain} row {seq}", "the log does not end as its head says")


def _printed(connection: sa.Connection, run: str, events: Sequence[Event], head: str) -> Iterator[Broken]:
    """Every hash that was printed or signed is one of the log's."""
    known = {event.hash for event in events}
    if head and head not in known:
        yield Broken(f"log {run}", f"the printed head {head[:12]}… is not in it: the log was written anew")
    query = sa.select(review_signoffs).where(review_signoffs.c.run == run)
    for row in connection.execute(query):
        if row.head not in known:
            yield Broken(f"review_signoffs {row.id}", "it signs a head that is not in the log")


def _told(connection: sa.Connection, run: str, events: Sequence[Event]) -> Iterator[Broken]:
    """Every row of the tables is the one that the log tells of, and every one that it tells of is there."""
    told: dict[tuple[str, str], str] = {}
    for event in events:
        try:
            data = msgspec.json.decode(event.data)
        except msgspec.DecodeError:
            continue  # its hash has said so
        if isinstance(data, dict) and data.get("table") in TOLD:
            told[str(data["table"]), str(data.get("row"))] = str(data.get("sha256"))
    for name, table in TOLD.items():
        key = table.c.run if name == "review_queues" else table.c.id
        rows = {
            row._mapping[key.name]: row
            for row in connection.execute(sa.select(table).where(table.c.run == run))
        }
        for one, row in sorted(rows.items()):
            wanted = told.get((name, one))
            if wanted is None:
                yield Broken(f"{name} {one}", "the log does not tell of it")
            elif log.row_digest(row._asdict()) != wanted:
                yield Broken(f"{name} {one}", "its content is not what the log tells of")
        for table_name, one in told:
            if table_name == name and one not in rows:
                yield Broken(f"{name} {one}", "it is missing; the log tells of it")


def _drawn(connection: sa.Connection, run: str) -> Iterator[Broken]:
    """The cases with their probabilities, and the items: chained row by row, ending in the queue's own row."""
    queue = connection.execute(sa.select(review_queues).where(review_queues.c.run == run)).first()
    if queue is None:
        return
    for table, end in ((review_frame, queue.frame), (review_items, queue.items)):
        query = sa.select(table).where(table.c.run == run).order_by(table.c.place)
        last = log.START
        for row in connection.execute(query):
            if log.link(last, row._asdict()) != row.link:
                name = row.case if table is review_frame else row.id
                yield Broken(f"{table.name} {name}", "it is not as it was drawn, or the row before it is not")
            last = row.link
        if last != end:
            yield Broken(f"{table.name} {run}", "it does not end as the queue says: rows are missing or new")


def _words(connection: sa.Connection, run: str) -> Iterator[Broken]:
    """What people wrote fits the hash in their rows; missing only where the run was forgotten."""
    forgotten = connection.scalar(sa.select(runs.c.forgotten).where(runs.c.run == run)) is not None
    query = sa.select(review_words).where(review_words.c.run == run)
    kept = {row.sha256: row.content for row in connection.execute(query)}
    for name, content in kept.items():
        if log.text_digest(bytes(content)) != name:
            yield Broken(f"review_words {name[:12]}…", "the words do not fit their hash")
    for table in (review_reviews, review_adjudications):
        rows = sa.select(table.c.id, table.c.words).where(table.c.run == run, table.c.words != "")
        for row in connection.execute(rows):
            if row.words not in kept and not forgotten:
                yield Broken(f"{table.name} {row.id}", "its words are missing, and the run was not forgotten")


def _seats(connection: sa.Connection, run: str) -> Iterator[Broken]:
    """Every answered seat is held by the person who answered."""
    seats, reviews = review_seats.c, review_reviews.c
    both = sa.select(seats.item, seats.round, seats.person, reviews.person).join(
        review_reviews, sa.and_(reviews.item == seats.item, reviews.round == seats.round)
    )
    wrong = sa.or_(seats.person.is_(None), seats.person != reviews.person)
    for row in connection.execute(both.where(seats.run == run, seats.round != ADJUDICATION, wrong)):
        yield Broken(f"review_seats {row[0]} round {row[1]}", f"held by {row[2]}, answered by {row[3]}")


def _people(connection: sa.Connection, events: Sequence[Event]) -> Iterator[Broken]:
    """Names and roles are as the log last told."""
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        try:
            data = msgspec.json.decode(event.data)
        except msgspec.DecodeError:
            continue
        if event.action in ("added", "changed") and isinstance(data, dict):
            told.setdefault(event.subject, {"active": 1}).update(data)
    rows = {row.id: row for row in connection.execute(sa.select(review_people))}
    for name, row in sorted(rows.items()):
        wanted = told.get(name)
        if wanted is None:
            yield Broken(f"review_people {name}", "the log does not tell of this person")
        elif (row.name, row.roles, row.active) != (wanted["name"], wanted["roles"], wanted["active"]):
            yield Broken(f"review_people {name}", "name, roles or account are not as the log tells")
    for name in sorted(set(told) - set(rows)):
        yield Broken(f"review_people {name}", "this person is missing; the log tells of them")
