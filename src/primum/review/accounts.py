"""How the people of a team enter the review app: invited, each with a password of their own.

A person signs in with the name that the desk knows the person by. Who is active and may do what is the desk's business.
"""

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError
from primum.review import passwords
from primum.review.sessions import close_all, digest, token
from primum.review.throttle import forgive, take_turn
from primum.store.database import Database
from primum.store.tables import review_accounts as accounts
from primum.store.tables import review_people as people

INVITED_FOR = 7 * 86_400.0
"""Seconds that the link of an invitation is good for."""
WRONG = "this name and password do not go together"
USED = "this invitation is used up or too old; ask for a new one"


class Account(msgspec.Struct, frozen=True):
    """One account, without its secrets."""

    person: str
    has_password: bool
    invited: bool
    """A link is waiting."""


def named(login: str) -> str:
    """A sign-in name as it is kept.

    >>> named("  Ann@Clinic.example ")
    'ann@clinic.example'
    """
    clean = "".join(login.split()).casefold()
    if not 3 <= len(clean) <= 100 or not clean.isprintable() or "/" in clean:
        raise PrimumError("a sign-in name has 3 to 100 characters; an e-mail address will do")
    return clean


def invite(database: Database, person: str, now: float) -> str:
    """Make, or open again, the account of a person; returns the secret of the link, which works once.

    Until the link is used, an old password stays good: a link sent by mistake locks nobody out.
    """
    secret = token()
    values = {"invite": digest(secret), "invite_until": now + INVITED_FOR, "changed": now}
    put = database.insert(accounts).values(person=person, **values)
    with database.write() as connection:
        connection.execute(put.on_conflict_do_update(index_elements=[accounts.c.person], set_=values))
    return secret


def invited(database: Database, secret: str, now: float) -> str | None:
    """Whom a link invites; None where it was used, is too old or was never made."""
    query = (
        sa.select(accounts.c.person)
        .join(people, people.c.id == accounts.c.person)
        .where(accounts.c.invite == digest(secret), accounts.c.invite_until > now, people.c.active == 1)
    )
    with database.read() as connection:
        person: str | None = connection.scalar(query)
        return person


def accept(database: Database, secret: str, password: str, now: float) -> str:
    """Set the password of the person whom the link invites; the link is used up, older sessions end."""
    person = invited(database, secret, now)
    if person is None:
        raise PrimumError(USED)
    passwords.check_strength(password, person)
    new = {"password": passwords.hashed(password), "invite": None, "invite_until": None, "changed": now}
    with database.write() as connection:
        change = accounts.update().where(accounts.c.invite == digest(secret)).values(**new)
        if connection.execute(change).rowcount != 1:  # used between our look and now
            raise PrimumError(USED)
    close_all(database, person)
    return person


def sign_in(database: Database, login: str, password: str, address: str, now: float) -> str:
    """The person, if name and password go together. Says neither which was wrong nor whether the name exists."""
    name = "".join(login.split()).casefold()[:100]
    take_turn(database, name, address, now)
    query = (
        sa.select(accounts.c.password)
        .join(people, people.c.id == accounts.c.person)
        .where(accounts.c.person == name, people.c.active == 1)
    )
    with database.read() as connection:
        stored = connection.scalar(query)
    if not passwords.matches(stored, password[: passwords.LONGEST]):
        raise PrimumError(WRONG)
    forgive(database, name, address)
    return name


def is_password_of(database: Database, person: str, password: str) -> bool:
    """For a signature: the person who is signed in, once more."""
    with database.read() as connection:
        stored = connection.scalar(sa.select(accounts.c.password).where(accounts.c.person == person))
    return passwords.matches(stored, password[: passwords.LONGEST])


def shut_out(database: Database, person: str) -> None:
    """No session and no invitation of this person is good any more."""
    with database.write() as connection:
        none = {"invite": None, "invite_until": None}
        connection.execute(accounts.update().where(accounts.c.person == person).values(**none))
    close_all(database, person)


def all_accounts(database: Database) -> dict[str, Account]:
    """By person."""
    with database.read() as connection:
        rows = connection.execute(sa.select(accounts)).all()
    return {row.person: Account(row.person, row.password is not None, row.invite is not None) for row in rows}
