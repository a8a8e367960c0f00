"""Who is at the other end of a browser: sessions in the database, found by the hash of their cookie."""

import secrets
from hashlib import sha256

import sqlalchemy as sa

from primum.store.database import Database
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


def person_of(database: Database, secret: str, now: float, idle: float = IDLE) -> str | None:
    """The person of a session that is not over and who may still enter."""
    key = digest(secret)
    query = (
        sa.select(sessions.c.person, sessions.c.seen)
        .join(people, people.c.id == sessions.c.person)
        .where(
            sessions.c.token == key,
            sessions.c.expires > now,
            sessions.c.seen > now - idle,
            people.c.active == 1,
        )
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if now - row.seen > TOUCH:
        with database.write() as connection:
            connection.execute(sessions.update().where(sessions.c.token == key).values(seen=now))
    person: str = row.person
    return person


def close_session(database: Database, secret: str) -> None:
    """Signed out: the cookie opens nothing any more."""
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.token == digest(secret)))


def close_all(database: Database, person: str) -> None:
    """Every session of a person, on every device."""
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.person == person))
