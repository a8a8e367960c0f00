"""Who sits where: the next item, its lease, its draft. A seat has one person; an expired lease frees it."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError
from primum.review.answering import clean
from primum.review.model import ADJUDICATION, READERS, Answer, Person, Role
from primum.review.room import Room, person_in, policy_in
from primum.store.tables import review_drafts, review_items, review_reviews, review_seats

DAY = 86_400.0
SEATS = review_seats.c


def role_of(person: Person, role: str) -> Role:
    """In which of a person's roles an answer is given; the first that reads, unless one is named."""
    own = [one for one in person.roles if one in READERS]
    if role and role not in own:
        raise PrimumError(f"{person.name} does not review as {role}; roles: {', '.join(own) or 'none'}")
    if not own:
        raise PrimumError(f"{person.name} is not {' or '.join(READERS)}; a lead can change roles")
    return next(one for one in own if one == (role or one))


class Wish(msgspec.Struct, frozen=True):
    """What somebody comes to the queue for."""

    run: str
    person: str
    role: str = ""
    adjudicate: bool = False
    fresh: bool = False
    """Another item, though one is open already: to take several away."""
    minutes: float | None = None
    """A lease of so many; None: as the policy says."""


def claim(room: Room, wish: Wish) -> sa.Row[Any] | None:
    """The seat this person has open, or the next free one; None when there is none."""
    with room.write() as connection:
        roles = ("adjudicator",) if wish.adjudicate else READERS
        person = person_in(connection, wish.person, *roles, alone=True)
        acting = "adjudicator" if wish.adjudicate else role_of(person, wish.role)
        policy, now = policy_in(connection, wish.run), room.clock()
        held = None if wish.fresh else connection.execute(_held(wish, now)).first()
        days = policy.controls.repeat_after_days
        found = held or connection.execute(_next(wish, now, days)).first()
        if found is None:
            return None
        until = now + 60 * (policy.lease_minutes if wish.minutes is None else wish.minutes)
        if held is not None and held.lease_until:
            until = max(until, held.lease_until)  # taken away for days: looking at it does not shorten that
        seat = sa.update(review_seats).where(SEATS.item == found.item, SEATS.round == found.round)
        connection.execute(seat.values(lease_until=until))
        if held is None:
            taken = {"person": wish.person, "role": acting, "started": now, "revealed": None}
            connection.execute(seat.values(taken))
            room.log(
                connection,
                wish.run,
                wish.person,
                "claimed",
                found.item,
                {"round": found.round, "role": acting},
            )
        return connection.execute(_seat(found.item, found.round)).one()


def _held(wish: Wish, now: float) -> sa.Select[Any]:
    """The seat this person has open; of several the one that was taken last."""
    mine = sa.and_(
        SEATS.person == wish.person, SEATS.round == ADJUDICATION if wish.adjudicate else SEATS.round > 0
    )
    open_ = sa.or_(SEATS.state == "open", _reopened(now))
    own = sa.select(review_seats).where(SEATS.run == wish.run, mine, open_)
    return own.order_by(SEATS.started.desc()).limit(1).with_for_update()


def _reopened(now: float) -> sa.ColumnElement[bool]:
    """Taken back to be changed, and the time for it is not over."""
    return sa.and_(SEATS.state == "reopened", SEATS.lease_until > now)


def _next(wish: Wish, now: float, days: float) -> sa.Select[Any]:
    """First readings before second ones, in the random order of the queue."""
    other, person = review_seats.alias(), wish.person
    free = sa.or_(SEATS.person.is_(None), SEATS.lease_until <= now)
    read_it = sa.exists().where(other.c.item == SEATS.item, other.c.person == person)
    wanted = [SEATS.run == wish.run, SEATS.state == "open", free, ~read_it]
    if wish.adjudicate:
        changing = sa.and_(other.c.state == "reopened", other.c.lease_until > now)
        wanted += [SEATS.round == ADJUDICATION, ~sa.exists().where(other.c.item == SEATS.item, changing)]
    else:
        wanted += [SEATS.round > 0, _may_repeat(person, now - days * DAY)]
    query = sa.select(review_seats).join(review_items, review_items.c.id == SEATS.item).where(*wanted)
    # Another's transaction may be taking the first: then the next one, without waiting.
    return (
        query.order_by(SEATS.round, SEATS.place).limit(1).with_for_update(of=review_seats, skip_locked=True)
    )


def _may_repeat(person: str, before: float) -> sa.ColumnElement[bool]:
    """A repeat is for whoever has read the first, long enough ago."""
    reviews = review_reviews.c
    has_read = sa.exists().where(
        reviews.item == review_items.c.of, reviews.person == person, reviews.submitted <= before
    )
    return sa.or_(review_items.c.kind != "repeat", has_read)


def _seat(item: str, number: int) -> sa.Select[Any]:
    return sa.select(review_seats).where(SEATS.item == item, SEATS.round == number)


def seat_in(connection: sa.Connection, item: str, person: str, lock: bool = False) -> sa.Row[Any] | None:
    """The seat that a person has or had at an item."""
    query = sa.select(review_seats).where(SEATS.item == item, SEATS.person == person)
    return connection.execute(query.with_for_update() if lock else query).first()


def is_held(seat: sa.Row[Any] | None, now: float) -> bool:
    """Whether its person may still write. An open seat stays theirs after the lease, until somebody else takes it."""
    if seat is None:
        return False
    return bool(seat.state == "open" or (seat.state == "reopened" and seat.lease_until > now))


def lost() -> PrimumError:
    return PrimumError(
        "this item is not yours any more: its lease ended, and it went to another reader;"
        " what you wrote is kept as your draft. Take the next one"
    )


def renew(room: Room, item: str, person: str) -> float:
    """A sign of life: the lease from now on. Refused where the seat is somebody else's by now."""

    def moved(connection: sa.Connection, seat: sa.Row[Any], now: float) -> float:
        until: float = max(now + 60 * policy_in(connection, seat.run).lease_minutes, seat.lease_until)
        connection.execute(_mine(seat).values(lease_until=until))
        return until

    return float(_with_seat(room, item, person, moved))


def release(room: Room, item: str, person: str) -> None:
    """Give the seat back unread; the draft stays."""

    def freed(connection: sa.Connection, seat: sa.Row[Any], now: float) -> None:
        if seat.state != "open":
            raise PrimumError("this item is answered; it cannot be given back")
        connection.execute(_mine(seat).values(person=None, role=None, started=None, lease_until=None))
        room.log(connection, seat.run, person, "released", item, {"round": seat.round})

    _with_seat(room, item, person, freed)


def free(room: Room, run: str, person: str, by: str) -> int:
    """A lead takes back all that somebody holds unanswered; drafts stay. Returns how many seats are free now."""
    with room.write() as connection:
        person_in(connection, by, "lead")
        held = sa.select(SEATS.item, SEATS.round).where(
            SEATS.run == run, SEATS.person == person, SEATS.state == "open"
        )
        seats = connection.execute(held.with_for_update()).all()
        for seat in seats:
            connection.execute(_mine(seat).values(person=None, role=None, started=None, lease_until=None))
        if seats:
            items = [seat.item for seat in seats]
            room.log(connection, run, by, "freed", person, {"items": items})
    return len(seats)


def save_draft(room: Room, item: str, person: str, answer: Answer) -> None:
    """What was filled in so far, kept durably. It is nobody's answer, so the log does not speak of it."""
    content = msgspec.json.encode(clean(answer))
    put = room.db.insert(review_drafts)
    row = {"item": item, "person": person, "content": content, "saved": room.clock()}
    changed = {name: put.excluded[name] for name in ("content", "saved")}
    with room.write() as connection:
        if seat_in(connection, item, person) is None and not _has_draft(connection, item, person):
            raise PrimumError("this item is not yours, so nothing of it can be kept; take the next one")
        connection.execute(put.on_conflict_do_update(index_elements=["item", "person"], set_=changed), row)


def _has_draft(connection: sa.Connection, item: str, person: str) -> bool:
    return draft_in(connection, item, person) is not None


def draft_in(connection: sa.Connection, item: str, person: str) -> Answer | None:
    mine = sa.and_(review_drafts.c.item == item, review_drafts.c.person == person)
    content = connection.scalar(sa.select(review_drafts.c.content).where(mine))
    return msgspec.json.decode(content, type=Answer) if content else None


def drop_draft(connection: sa.Connection, item: str, person: str) -> None:
    mine = sa.and_(review_drafts.c.item == item, review_drafts.c.person == person)
    connection.execute(sa.delete(review_drafts).where(mine))


def _mine(seat: Any) -> sa.Update:
    return sa.update(review_seats).where(SEATS.item == seat.item, SEATS.round == seat.round)


def _with_seat(
    room: Room, item: str, person: str, do: Callable[[sa.Connection, sa.Row[Any], float], Any]
) -> Any:
    with room.write() as connection:
        seat, now = seat_in(connection, item, person, lock=True), room.clock()
        if seat is None or not is_held(seat, now):
            raise lost()
        return do(connection, seat, now)
