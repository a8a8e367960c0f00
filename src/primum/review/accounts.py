"""Who may enter the review app of a team: invited people with a password of their own.

An account belongs to a person of the desk; what that person may do is the desk's business, not this file's.
"""

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError
from primum.review import passwords
from primum.review.sessions import close_all, digest, token
from primum.review.throttle import forgive, take_turn
from primum.store.database import Database
from primum.store.tables import review_accounts as accounts

INVITED_FOR = 7 * 86_400.0
"""Seconds that the link of an invitation is good for."""
WRONG = "this name and password do not go together"


class Account(msgspec.Struct, frozen=True):
    """One account, without its secrets."""

    person: str
    login: str
    active: bool
    """A password was set."""
    invited: bool
    """A link is waiting."""
    closed: bool


def named(login: str) -> str:
    """A sign-in name as it is kept.

    >>> named("  Ann@Clinic.example ")
    'ann@clinic.example'
    """
    clean = " ".join(login.split()).casefold()
    if not 3 <= len(clean) <= 100:
        raise PrimumError("a sign-in name has 3 to 100 characters; an e-mail address will do")
    return clean


def invite(database: Database, person: str, login: str, now: float) -> str:
    """Make, or open again, the account of a person; returns the secret of the link, which works once.

    Until the link is used, an old password stays good: a link sent by mistake locks nobody out.
    """
    secret, name = token(), named(login)
    values = {"login": name, "invitation": digest(secret), "invited_until": now + INVITED_FOR, "closed": None}
    put = database.insert(accounts).values(person=person, **values)
    with database.write() as connection:
        owner = connection.scalar(sa.select(accounts.c.person).where(accounts.c.login == name))
        if owner not in (None, person):
            raise PrimumError(f"somebody else signs in as '{name}'; choose another name")
        connection.execute(put.on_conflict_do_update(index_elements=[accounts.c.person], set_=values))
    return secret


def invited(database: Database, secret: str, now: float) -> Account | None:
    """Whom a link invites; None where it was used, is too old or was never made."""
    query = sa.select(accounts).where(
        accounts.c.invitation == digest(secret), accounts.c.invited_until > now, accounts.c.closed.is_(None)
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    return _account(row) if row else None


def accept(database: Database, secret: str, password: str, now: float) -> str:
    """Set the password of the person whom the link invites; the link is used up, older sessions end."""
    account = invited(database, secret, now)
    if account is None:
        raise PrimumError("this invitation is used up or too old; ask for a new one")
    passwords.check_strength(password, account.login)
    change = accounts.update().where(accounts.c.invitation == digest(secret))
    new = {"password": passwords.hashed(password), "invitation": None, "invited_until": None}
    with database.write() as connection:
        if connection.execute(change.values(**new)).rowcount != 1:
            raise PrimumError("this invitation is used up or too old; ask for a new one")
    close_all(database, account.person)
    return account.person


def sign_in(database: Database, login: str, password: str, address: str, now: float) -> str:
    """The person, if name and password go together. Says neither which was wrong nor whether the name exists."""
    name = " ".join(login.split()).casefold()[:100]
    take_turn(database, name, address, now)
    query = sa.select(accounts.c.person, accounts.c.password).where(
        accounts.c.login == name, accounts.c.closed.is_(None)
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    if not passwords.matches(row.password if row else None, password[: passwords.LONGEST]) or row is None:
        raise PrimumError(WRONG)
    forgive(database, name, address)
    person: str = row.person
    return person


def is_password_of(database: Database, person: str, password: str) -> bool:
    """For a signature: the person who is signed in, once more."""
    with database.read() as connection:
        stored = connection.scalar(sa.select(accounts.c.password).where(accounts.c.person == person))
    return passwords.matches(stored, password[: passwords.LONGEST])


def close(database: Database, person: str, now: float) -> None:
    """Nobody enters with this account any more; what the person did stays."""
    with database.write() as connection:
        values = {"closed": now, "invitation": None, "invited_until": None}
        connection.execute(accounts.update().where(accounts.c.person == person).values(**values))
    close_all(database, person)


def all_accounts(database: Database) -> tuple[Account, ...]:
    """By sign-in name."""
    with database.read() as connection:
        return tuple(
            _account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.login))
        )


def _account(row: "sa.Row[object]") -> Account:
    fields = row._mapping
    return Account(
        person=fields["person"],
        login=fields["login"],
        active=fields["password"] is not None,
        invited=fields["invitation"] is not None,
        closed=fields["closed"] is not None,
    )
