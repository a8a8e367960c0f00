"""Who may do what. Every change is in the log; nobody is ever deleted."""

import re
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError, did_you_mean
from primum.review.log import PEOPLE
from primum.review.model import ROLES, Person, Role
from primum.review.room import Room, person_in, person_of
from primum.store.tables import review_people, review_sessions

ID = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def add(room: Room, person: Person, by: str = "") -> Person:
    """A new person. The first one of a store needs nobody's leave; later ones a lead's."""
    person = _checked(person)
    with room.write() as connection:
        if by or _count(connection):
            person_in(connection, by, "lead")
        row = {"id": person.id, "name": person.name, "roles": " ".join(person.roles)}
        put = room.db.insert(review_people).on_conflict_do_nothing().returning(review_people.c.id)
        made = connection.execute(put, {**row, "active": int(person.active), "created": room.clock()})
        if made.first() is None:
            raise PrimumError(f"there is a '{person.id}' already; choose another name to sign in with")
        room.log(connection, PEOPLE, by or person.id, "added", person.id, row)
    return person


def change(
    room: Room,
    name: str,
    by: str,
    roles: Sequence[Role] | None = None,
    active: bool | None = None,
    full_name: str = "",
) -> Person:
    """Other roles, another name, or an account closed or opened again. One lead must remain."""
    with room.write() as connection:
        person_in(connection, by, "lead")
        row = connection.execute(sa.select(review_people).where(review_people.c.id == name)).first()
        if row is None:
            raise PrimumError(f"nobody here is called '{name}'")
        old = person_of(row)
        new = _checked(
            Person(
                old.id,
                full_name or old.name,
                old.roles if roles is None else tuple(roles),
                old.active if active is None else active,
            )
        )
        values = {"name": new.name, "roles": " ".join(new.roles), "active": int(new.active)}
        connection.execute(sa.update(review_people).where(review_people.c.id == name).values(values))
        if not _leads(connection):
            raise PrimumError("one active lead must remain; name another lead first")
        if not new.active:
            connection.execute(sa.delete(review_sessions).where(review_sessions.c.person == name))
        room.log(connection, PEOPLE, by, "changed", name, values)
    return new


ALONE: tuple[Role, ...] = ("clinician", "adjudicator", "lead")
"""The roles of somebody who works alone. Nobody reads a case twice: alone, nothing that needs two is confirmed."""


def operator(room: Room, name: str = "", login: str = "") -> Person:
    """Who works at this machine: the one named, or the only one there is. An empty store gets one for `login`."""
    if name:
        return get(room, name)
    known = [person for person in everybody(room) if person.active]
    if len(known) == 1:
        return known[0]
    if known:
        raise PrimumError(f"say who you are with --as; people here: {', '.join(one.id for one in known)}")
    sign_in = re.sub(r"[^a-z0-9._@-]", "-", login.lower()).strip("._@-")[:64] or "local"
    return add(room, Person(sign_in, login or "local", ALONE))


def get(room: Room, name: str) -> Person:
    """Somebody active."""
    with room.read() as connection:
        return person_in(connection, name)


def everybody(room: Room) -> tuple[Person, ...]:
    """By id, closed accounts included."""
    with room.read() as connection:
        rows = connection.execute(sa.select(review_people).order_by(review_people.c.id))
        return tuple(person_of(row) for row in rows)


def _count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(review_people)) or 0


def _leads(connection: sa.Connection) -> bool:
    rows = connection.execute(sa.select(review_people).where(review_people.c.active == 1))
    return any("lead" in person_of(row).roles for row in rows)


def _checked(person: Person) -> Person:
    if not ID.fullmatch(person.id):
        raise PrimumError(f"'{person.id}' cannot be signed in with; use up to 64 of a–z 0–9 . _ @ -")
    name = " ".join(person.name.replace("\x00", "").encode("utf-8", "replace").decode().split())
    if not 0 < len(name) <= 200:
        raise PrimumError("a person needs a name, as it is to be printed in a sign-off")
    if not person.roles:
        raise PrimumError(f"{name} needs a role; roles: {', '.join(ROLES)}")
    for role in person.roles:
        if role not in ROLES:
            raise PrimumError(f"there is no role '{role}'.{did_you_mean(role, ROLES)}")
    roles = tuple(role for role in ROLES if role in person.roles)
    return msgspec.structs.replace(person, name=name, roles=roles)
