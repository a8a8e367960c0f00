"""How often somebody may try to sign in. Kept in the database: a restart forgives nothing."""

import sqlalchemy as sa

from primum.errors import PrimumError
from primum.store.database import Database
from primum.store.tables import review_logins as tries

WINDOW = 15 * 60.0
"""Seconds that a try counts."""
PER_LOGIN_HERE, PER_ADDRESS, PER_LOGIN = 5, 30, 50
"""Tries of one name from one address; of all names from there; of one name from everywhere."""


class TooMany(PrimumError):
    """Signing in is closed for a while."""


def take_turn(database: Database, login: str, address: str, now: float) -> None:
    """Count this try before the password is looked at, so that tries made at once are all counted."""
    mine, here = tries.c.login == login, tries.c.address == address
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("LOCK TABLE review_logins IN SHARE ROW EXCLUSIVE MODE"))
        connection.execute(tries.delete().where(tries.c.at < now - WINDOW))
        for which, most in ((mine & here, PER_LOGIN_HERE), (here, PER_ADDRESS), (mine, PER_LOGIN)):
            times = connection.scalars(sa.select(tries.c.at).where(which).order_by(tries.c.at)).all()
            if len(times) >= most:
                wait = max(1, round((times[-most] + WINDOW - now) / 60))
                raise TooMany(f"too many tries to sign in; try again in {wait} min")
        connection.execute(tries.insert(), {"login": login, "address": address, "at": now})


def forgive(database: Database, login: str, address: str) -> None:
    """The password was right: what was mistyped before it no longer counts."""
    with database.write() as connection:
        connection.execute(tries.delete().where(tries.c.login == login, tries.c.address == address))
