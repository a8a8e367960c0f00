"""What every part of the desk stands on: transactions, who is asking, and rows as structs."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import msgspec
import sqlalchemy as sa

from primum.canonical import canonical_bytes
from primum.errors import PrimumError
from primum.review import log
from primum.review.model import Adjudication, Answer, CheckAnswer, Item, Person, Review, Role
from primum.review.policy import Policy
from primum.store import Store
from primum.store.tables import (
    review_adjudications,
    review_items,
    review_people,
    review_queues,
    review_reviews,
    review_words,
)

Clock = Callable[[], float]
Words = dict[str, Any]


class Room:
    """One store, one clock. Every write is one durable transaction with its row in the log."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.db = store.database
        self.clock = clock
        # Threads of one process take turns: SQLite's own waiting is by polling, which is unfair to the last.
        self._turn: threading.Lock | nullcontext[None] = (
            threading.Lock() if self.db.is_sqlite else nullcontext()
        )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.db.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with self._turn, self.db.write() as connection:
            yield connection

    def log(
        self,
        connection: sa.Connection,
        chain: str,
        person: str,
        action: str,
        subject: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> str:
        """The last thing a transaction does."""
        return log.append(self.db, connection, chain, self.clock(), person, action, subject, data)

    def add(self, connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert a row; returns what the log says of it."""
        connection.execute(table.insert(), dict(row))
        return {"table": table.name, "row": row["id"], "sha256": log.row_digest(row)}


def person_in(connection: sa.Connection, name: str, *roles: Role, alone: bool = False) -> Person:
    """Who this is, if active and in one of the roles; else a PrimumError. `alone`: one window of a person at a time."""
    query = sa.select(review_people).where(review_people.c.id == name)
    if alone:
        query = query.with_for_update(key_share=True)  # answers that name this person need not wait
    row = connection.execute(query).first()
    if row is None:
        raise PrimumError(f"nobody here is called '{name}'; a lead can add people")
    person = person_of(row)
    if not person.active:
        raise PrimumError(f"the account of {person.name} is closed")
    if roles and not set(roles) & set(person.roles):
        raise PrimumError(f"{person.name} is not {' or '.join(roles)}; a lead can change roles")
    return person


def person_of(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.name, tuple(row.roles.split()), bool(row.active))


def policy_in(connection: sa.Connection, run: str) -> Policy:
    """The policy that the queue of a run was drawn by."""
    content = connection.scalar(sa.select(review_queues.c.policy).where(review_queues.c.run == run))
    if content is None:
        raise PrimumError(f"run {run} has no review queue; open one with: primum review open {run}")
    return msgspec.json.decode(content, type=Policy)


def item_in(connection: sa.Connection, name: str) -> Item:
    row = connection.execute(sa.select(review_items).where(review_items.c.id == name)).first()
    if row is None:
        raise PrimumError(f"there is no item '{name}'")
    return item_of(row)


def item_of(row: sa.Row[Any]) -> Item:
    values = {name: row._mapping[name] for name in Item.__struct_fields__}
    values["reasons"] = tuple(values["reasons"].split())
    values["swapped"] = bool(values["swapped"])
    return Item(**values)


def item_row(item: Item) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in item.__struct_fields__}
    return {**row, "reasons": " ".join(item.reasons), "swapped": int(item.swapped)}


def words_name(words: Words) -> str:
    """The hash that words go by; nothing for nothing."""
    return log.text_digest(canonical_bytes(words)) if any(words.values()) else ""


def keep_words(connection: sa.Connection, insert: Callable[[sa.Table], Any], run: str, words: Words) -> str:
    """Store what somebody wrote, apart from its row, so that it can be forgotten; returns the hash it goes by."""
    name = words_name(words)
    if name:
        row = {"run": run, "sha256": name, "content": canonical_bytes(words)}
        connection.execute(insert(review_words).on_conflict_do_nothing(), row)
    return name


def without_words(answer: Answer) -> tuple[Answer, Words]:
    """An answer apart from what may hold words of a reply or of a person."""
    told = {one.check: [one.reason, one.quote] for one in answer.answers if one.reason or one.quote}
    bare = msgspec.structs.replace(
        answer,
        quote="",
        comment="",
        answers=tuple(CheckAnswer(one.check, one.answer) for one in answer.answers),
    )
    return bare, {"quote": answer.quote, "comment": answer.comment, "answers": told}


def with_words(answer: Answer, words: Words) -> Answer:
    told = words.get("answers", {})
    return msgspec.structs.replace(
        answer,
        quote=words.get("quote", ""),
        comment=words.get("comment", ""),
        answers=tuple(
            CheckAnswer(one.check, one.answer, *told.get(one.check, ("", ""))) for one in answer.answers
        ),
    )


_WITH_WORDS = review_words.c.content.label("said")


def reviews_in(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Review]:
    """Answers with their words, the oldest first. Erased words are empty."""
    table = review_reviews
    joined = table.outerjoin(
        review_words, sa.and_(review_words.c.run == table.c.run, review_words.c.sha256 == table.c.words)
    )
    query = sa.select(table, _WITH_WORDS).select_from(joined).where(*where)
    rows = connection.execute(query.order_by(table.c.submitted, table.c.id))
    return [_review_of(row) for row in rows]


def _review_of(row: sa.Row[Any]) -> Review:
    answer = msgspec.json.decode(row.content, type=Answer)
    return Review(
        id=row.id,
        item=row.item,
        reviewer=row.person,
        role=row.role,
        round=row.round,
        answer=with_words(answer, msgspec.json.decode(row.said) if row.said else {}),
        shown_judge=bool(row.shown_judge),
        started=row.started,
        submitted=row.submitted,
        supersedes=row.supersedes or "",
    )


def adjudications_in(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Adjudication]:
    table = review_adjudications
    joined = table.outerjoin(
        review_words, sa.and_(review_words.c.run == table.c.run, review_words.c.sha256 == table.c.words)
    )
    query = sa.select(table, _WITH_WORDS).select_from(joined).where(*where)
    return [
        Adjudication(
            id=row.id,
            item=row.item,
            adjudicator=row.person,
            decision=row.decision,
            reason=msgspec.json.decode(row.said)["reason"] if row.said else "",
            ground=row.ground,
            severity=row.severity,
            harms=tuple(row.harms.split()),
            decided=row.decided,
            supersedes=row.supersedes or "",
        )
        for row in connection.execute(query.order_by(table.c.decided, table.c.id))
    ]


def by_item(rows: Iterable[Review]) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return found
