"""The log: every row holds the hash of the one before. It does not prevent tampering, it makes it evident."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa

from primum.canonical import canonical_bytes, digest
from primum.review.model import Event
from primum.store.database import Database
from primum.store.tables import review_events, review_heads

PEOPLE = "people"
"""The chain of who may do what; every run has a chain of its own."""
START = ""


def append(
    db: Database,
    connection: sa.Connection,
    chain: str,
    at: float,
    person: str,
    action: str,
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> str:
    """One more row, in the transaction that does what it tells of, and last in it: here it waits its turn."""
    head = _lock_head(db, connection, chain)
    event = sealed(
        Event(
            chain=chain,
            seq=head[0] + 1,
            at=at,
            person=person,
            action=action,
            subject=subject,
            data=canonical_bytes(data or {}).decode(),
            previous=head[1],
            hash="",
        )
    )
    connection.execute(review_events.insert(), msgspec.structs.asdict(event))
    moved = sa.update(review_heads).where(review_heads.c.chain == chain)
    connection.execute(moved.values(seq=event.seq, hash=event.hash))
    return event.hash


def _lock_head(db: Database, connection: sa.Connection, chain: str) -> tuple[int, str]:
    query = sa.select(review_heads.c.seq, review_heads.c.hash).where(review_heads.c.chain == chain)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        put = db.insert(review_heads).on_conflict_do_nothing()
        connection.execute(put, {"chain": chain, "seq": 0, "hash": START})
        row = connection.execute(query.with_for_update()).one()
    return row[0], row[1]


def sealed(event: Event) -> Event:
    """With its hash, over everything in it and the row before."""
    return msgspec.structs.replace(event, hash=hash_of(event))


def hash_of(event: Event) -> str:
    """SHA-256 of the previous hash and the row in canonical JSON."""
    row = {name: getattr(event, name) for name in event.__struct_fields__ if name not in ("hash", "previous")}
    return sha256(event.previous.encode() + b"\n" + canonical_bytes(row)).hexdigest()


def text_digest(content: bytes) -> str:
    """SHA-256 of words."""
    return sha256(content).hexdigest()


def row_digest(row: Mapping[str, Any]) -> str:
    """SHA-256 of a stored row, whatever database it comes from."""
    return digest({name: _plain(value) for name, value in row.items()})


def link(last: str, row: Mapping[str, Any]) -> str:
    """For rows that are stored together: the hash over one and the one before."""
    own = {name: _plain(value) for name, value in row.items() if name != "link"}
    return sha256(last.encode() + b"\n" + canonical_bytes(own)).hexdigest()


def _plain(value: Any) -> Any:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value


def head_of(connection: sa.Connection, chain: str) -> str:
    """The hash of a chain's last row; empty before the first."""
    query = sa.select(review_heads.c.hash).where(review_heads.c.chain == chain)
    return connection.scalar(query) or START
