"""The third person: which items wait, what the readers said (without names), and the decision."""

import secrets
from typing import Any, get_args

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError, did_you_mean
from primum.review import seats
from primum.review.answering import LONGEST
from primum.review.log import row_digest
from primum.review.model import ADJUDICATION, Adjudication, Answer, Decision, Item
from primum.review.opening import seen_of
from primum.review.outcome import decided, standing
from primum.review.policy import forms
from primum.review.room import Room, adjudications_in, item_in, keep_words, person_in, reviews_in, words_name
from primum.review.seats import SEATS, seat_in
from primum.review.shown import Shown
from primum.store.tables import review_adjudications, review_reviews, review_seats


class Reading(msgspec.Struct, frozen=True):
    """What one reader said: the role, never the name."""

    label: str
    """`Reader A`, `Reader B`."""
    role: str
    answer: Answer


class Ruling(msgspec.Struct, frozen=True):
    """What an adjudicator fills in."""

    decision: Decision
    reason: str
    """In words; required."""
    ground: str = ""
    severity: int | None = None
    harms: tuple[str, ...] = ()


class Conflict(msgspec.Struct, frozen=True):
    """An item on which readers differ, for the third person."""

    item: str
    run: str
    shown: tuple[Shown, ...]
    readings: tuple[Reading, ...]
    lease_until: float
    decided: Adjudication | None = None
    """This person's own decision, where it is looked at again."""


def waiting(room: Room, run: str, person: str) -> int:
    """How many conflicts this adjudicator could take now or holds: none of an item he or she has read."""
    other = review_seats.alias()
    with room.read() as connection:
        person_in(connection, person, "adjudicator")
        free = sa.or_(SEATS.person.is_(None), SEATS.person == person, SEATS.lease_until <= room.clock())
        has_read = sa.exists().where(other.c.item == SEATS.item, other.c.person == person, other.c.round > 0)
        open_ = [SEATS.run == run, SEATS.round == ADJUDICATION, SEATS.state == "open", free, ~has_read]
        return connection.scalar(sa.select(sa.func.count()).where(*open_)) or 0


def take(room: Room, run: str, person: str) -> Conflict | None:
    """The conflict this person holds, or the next one; None when none is left."""
    seat = seats.claim(room, seats.Wish(run, person, adjudicate=True))
    return None if seat is None else conflict(room, seat.item, person)


def conflict(room: Room, item: str, person: str) -> Conflict:
    """A conflict that this person holds or has decided."""
    with room.read() as connection:
        person_in(connection, person, "adjudicator")
        seat = seat_in(connection, item, person)
        if seat is None or seat.round != ADJUDICATION:
            raise PrimumError("this conflict is not yours; take the next one")
        found = item_in(connection, item)
        reviews = standing(reviews_in(connection, review_reviews.c.item == item))
        own = decided(adjudications_in(connection, review_adjudications.c.item == item))
    return Conflict(
        item=item,
        run=found.run,
        shown=seen_of(room, found),
        readings=tuple(
            Reading(f"Reader {chr(64 + number)}", one.role, one.answer)
            for number, one in enumerate(reviews, 1)
        ),
        lease_until=seat.lease_until,
        decided=own,
    )


def decide(room: Room, item: str, person: str, ruling: Ruling) -> Adjudication:
    """The decision on a conflict that this person holds; one's own decision may be changed by a later one."""
    ruling = _checked(ruling)
    with room.write() as connection:
        person_in(connection, person, "adjudicator")
        seat, now = seat_in(connection, item, person, lock=True), room.clock()
        if seat is None or seat.round != ADJUDICATION or seat.state == "waiting":
            raise PrimumError("this conflict is not yours any more; take the next one")
        if _being_changed(connection, item, now):
            raise PrimumError("a reader is changing the answer to this item; decide once it stands")
        before = decided(adjudications_in(connection, review_adjudications.c.item == item))
        if before is not None and _same(before, ruling):
            return before
        found = item_in(connection, item)
        made = Adjudication(
            secrets.token_hex(10), item, person, ruling.decision, ruling.reason, ruling.ground, ruling.severity,
            ruling.harms, now, before.id if before else "",
        )  # fmt: skip
        row = adjudication_row(made, found.run)
        connection.execute(review_adjudications.insert(), row)
        keep_words(connection, room.db.insert, found.run, {"reason": made.reason})
        third = sa.update(review_seats).where(SEATS.item == item, SEATS.round == ADJUDICATION)
        connection.execute(third.values(state="done"))
        data = {"table": "review_adjudications", "row": made.id, "sha256": row_digest(row)}
        room.log(connection, found.run, person, "decided again" if before else "decided", item, data)
    return made


def _being_changed(connection: sa.Connection, item: str, now: float) -> bool:
    query = sa.select(SEATS.item).where(
        SEATS.item == item, SEATS.state == "reopened", SEATS.lease_until > now
    )
    return connection.execute(query).first() is not None


def _same(before: Adjudication, ruling: Ruling) -> bool:
    """Sent twice: a double click, a lost reply."""
    return all(getattr(before, name) == getattr(ruling, name) for name in ruling.__struct_fields__)


def _checked(ruling: Ruling) -> Ruling:
    words, reason = forms(), ruling.reason.replace("\x00", "�").encode("utf-8", "replace").decode().strip()
    if ruling.decision not in get_args(Decision):
        raise PrimumError(
            f"there is no decision '{ruling.decision}'; decisions: {', '.join(get_args(Decision))}"
        )
    if not reason:
        raise PrimumError("write why: a decision without a reason cannot be kept")
    if len(reason) > LONGEST:
        raise PrimumError(f"the reason has {len(reason):,} characters; at most {LONGEST:,} can be kept")
    if ruling.ground and ruling.ground not in words.grounds:
        raise PrimumError(
            f"there is no reason '{ruling.ground}'.{did_you_mean(ruling.ground, words.grounds)}"
        )
    for harm in ruling.harms:
        if harm not in words.harms:
            raise PrimumError(f"there is no kind of harm '{harm}'.{did_you_mean(harm, words.harms)}")
    if ruling.severity is not None and ruling.severity not in words.severity:
        raise PrimumError(f"there is no severity {ruling.severity}; choose 0 to 4")
    return msgspec.structs.replace(ruling, reason=reason)


def adjudication_row(made: Adjudication, run: str) -> dict[str, Any]:
    """The row of a decision: everything but the words, which it names by their hash."""
    return {
        "id": made.id,
        "run": run,
        "item": made.item,
        "person": made.adjudicator,
        "decision": made.decision,
        "ground": made.ground,
        "severity": made.severity,
        "harms": " ".join(made.harms),
        "words": words_name({"reason": made.reason}),
        "decided": made.decided,
        "supersedes": made.supersedes or None,
    }


def may_be_decided(item: Item) -> bool:
    """Whether an item can come to a third person at all: controls and pairs cannot."""
    return item.kind == "case" and item.form == "independent"
