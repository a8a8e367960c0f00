"""Who is at the other end of a browser: sessions in the database, found by the hash of their cookie."""

import secrets
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from primum.review.model import Person
from primum.review.room import person_of
from primum.store.database import Database
from primum.store.tables import review_keys as chosen
from primum.store.tables import review_people as people
from primum.store.tables import review_sessions as sessions

IDLE = 2 * 3600.0
"""Seconds without a request after which a session of a team ends."""
DAY = 12 * 3600.0
"""A session of a team ends after so many seconds, whatever happens in it."""
TOUCH = 60.0


def token() -> str:
    """A secret that cannot be guessed."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def open_session(database: Database, person: str, now: float, lasts: float = DAY) -> str:
    """A new session; returns the secret for the cookie. Sessions that are over are swept out."""
    secret = token()
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.expires < now))
        row = {"token": digest(secret), "person": person, "created": now, "seen": now, "expires": now + lasts}
        connection.execute(sessions.insert(), row)
    return secret


class Arrived(NamedTuple):
    """Who a request comes from."""

    person: Person
    keys: bytes | None
    """The keys that the person chose, as they are stored."""


def arrived(database: Database, secret: str, now: float, idle: float = IDLE) -> Arrived | None:
    """The person of a session that is not over, if he or she may still enter. One query: every page asks it."""
    token = digest(secret)
    query = (
        sa.select(people, sessions.c.seen, chosen.c.choices)
        .join(sessions, people.c.id == sessions.c.person)
        .outerjoin(chosen, chosen.c.person == people.c.id)
        .where(sessions.c.token == token, sessions.c.expires > now, sessions.c.seen > now - idle)
        .where(people.c.active == 1)
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if now - row.seen > TOUCH:
        with database.write() as connection:
            connection.execute(sessions.update().where(sessions.c.token == token).values(seen=now))
    return Arrived(person_of(row), row.choices)


def close_session(database: Database, secret: str) -> None:
    """Signed out: the cookie opens nothing any more."""
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.token == digest(secret)))


def close_all(database: Database, person: str) -> None:
    """Every session of a person, on every device."""
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.person == person))
