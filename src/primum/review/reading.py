"""A reader's own answers: the blind page, submitting, taking back. What follows the judge's view is in second.py."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from primum.canonical import canonical_bytes
from primum.errors import PrimumError
from primum.review.answering import checked
from primum.review.log import row_digest
from primum.review.model import ADJUDICATION, Answer, Form, Item, Review
from primum.review.opening import seen_of
from primum.review.outcome import as_stored, differ, opinion, standing
from primum.review.room import (
    Room,
    item_in,
    keep_words,
    person_in,
    policy_in,
    reviews_in,
    without_words,
    words_name,
)
from primum.review.seats import SEATS, draft_in, drop_draft, is_held, lost, seat_in
from primum.review.shown import Shown
from primum.store.tables import review_reviews, review_seats


class Page(msgspec.Struct, frozen=True):
    """One item as its reader sees it. What it must not say is not in here: the target, the judges' verdicts, the
    attack, the reasons it was drawn for, whether it is a control, and what others said."""

    item: str
    run: str
    form: Form
    shown: tuple[Shown, ...]
    """One reply; of a pair two, in the order they are to be shown."""
    role: str
    started: float
    lease_until: float
    draft: Answer | None = None
    """What this person had filled in."""
    changing: bool = False
    """An answer that was taken back to be changed; until the new one it stands."""


def page(room: Room, item: str, person: str) -> Page:
    """An item that this person holds."""
    with room.read() as connection:
        person_in(connection, person)
        seat, now = seat_in(connection, item, person), room.clock()
        if seat is None or seat.round == ADJUDICATION or not is_held(seat, now):
            raise lost()
        found = item_in(connection, item)
        draft = draft_in(connection, item, person)
        if draft is None and seat.state == "reopened":
            draft = _on_screen(own_in(connection, item, person).answer, found)
    shown = _in_order(seen_of(room, found), found)
    changing = seat.state == "reopened"
    return Page(
        item, found.run, found.form, shown, seat.role, seat.started, seat.lease_until, draft, changing
    )


def _in_order(shown: tuple[Shown, ...], item: Item) -> tuple[Shown, ...]:
    return shown[::-1] if item.swapped else shown


def _on_screen(answer: Answer, item: Item) -> Answer:
    return msgspec.structs.replace(answer, pair=as_stored(answer.pair, item.swapped))


class Refused(Exception):
    """Answers that were handed in together and of which none was taken: place among them and why."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        super().__init__(f"{len(faults)} answers cannot be taken")
        self.faults = faults


def submit(room: Room, item: str, person: str, answer: Answer) -> Review:
    """The answer of a reader who has not seen the judge's view. The same answer twice is one answer."""
    found, kept = checked_answer(room, item, answer)
    with room.write() as connection:
        review, action, data = _submit(room, connection, found, person, kept)
        if action:
            room.log(connection, found.run, person, action, item, data)
    return review


def submit_all(room: Room, run: str, person: str, answers: Sequence[tuple[str, Answer]]) -> list[Review]:
    """Many answers in one transaction: all of them, or none and `Refused`."""
    checked_, faults = {}, []
    for place, (item, answer) in enumerate(answers):
        try:
            checked_[place] = checked_answer(room, item, answer, run)
        except PrimumError as error:
            faults.append((place, str(error)))
    taken: dict[int, tuple[Review, str, dict[str, Any]]] = {}
    with room.write() as connection:
        # By item, so that two who hand in at once cannot wait for each other; the log comes last for the same reason.
        for place, (found, kept) in sorted(checked_.items(), key=lambda pair: pair[1][0].id):
            try:
                taken[place] = _submit(room, connection, found, person, kept)
            except PrimumError as error:
                faults.append((place, str(error)))
        if faults:
            raise Refused(sorted(faults))
        for place, (_, action, data) in sorted(taken.items()):
            if action:
                room.log(connection, run, person, action, answers[place][0], data)
    return [taken[place][0] for place in range(len(answers))]


def checked_answer(room: Room, item: str, answer: Answer, run: str = "") -> tuple[Item, Answer]:
    """The item, and the answer as it is kept."""
    with room.read() as connection:
        found = item_in(connection, item)
    if run and found.run != run:
        raise PrimumError(f"item {item} belongs to run {found.run}")
    return found, _on_screen(checked(answer, found, seen_of(room, found)), found)


def _submit(
    room: Room, connection: sa.Connection, found: Item, person: str, kept: Answer
) -> tuple[Review, str, dict[str, Any]]:
    """The review, what happened, and what the log says of it; nothing happened where it was there already."""
    item = found.id
    person_in(connection, person)
    seat, now = seat_in(connection, item, person, lock=True), room.clock()
    if seat is None or seat.round == ADJUDICATION:
        raise lost()
    before = standing_in(connection, item, person)
    if not is_held(seat, now):
        if before is not None and before.answer == kept:  # sent twice: a double click, a lost reply
            return before, "", {}
        raise PrimumError("this item is answered already; take the answer back first, then change it")
    if before is not None and seat.revealed is not None:
        raise seen_the_judge()
    _may_change(connection, item, now)
    review, data = keep(room, connection, found, seat, kept, now, before, shown_judge=False)
    moved = sa.update(review_seats).where(SEATS.item == item, SEATS.round == seat.round)
    connection.execute(moved.values(state="done"))
    drop_draft(connection, item, person)
    _open_or_close(connection, found)
    return review, "changed" if before else "submitted", data


def seen_the_judge() -> PrimumError:
    return PrimumError(
        "you have seen the judge's view of this item, so the first answer stays; give a second answer"
    )


def _may_change(connection: sa.Connection, item: str, now: float) -> None:
    """Locks the third person's seat, so that of two readers who finish at once one sees the other; refused if taken."""
    query = sa.select(review_seats).where(SEATS.item == item, SEATS.round == ADJUDICATION).with_for_update()
    third = connection.execute(query).first()
    if third is None:
        return
    if third.state == "done":
        raise PrimumError("this item is decided by an adjudicator; it cannot be changed any more")
    if third.person is not None and third.lease_until > now:
        raise PrimumError("an adjudicator is deciding on this item; it cannot be changed now")


def _open_or_close(connection: sa.Connection, item: Item) -> None:
    """The third person's seat opens when all required readers have answered and differ."""
    if item.kind != "case" or item.form != "independent":
        return
    first = [opinion(one) for one in standing(reviews_in(connection, review_reviews.c.item == item.id))]
    wanted = len(first) >= item.required and differ(first)
    moved = sa.update(review_seats).where(SEATS.item == item.id, SEATS.round == ADJUDICATION)
    connection.execute(moved.values(state="open" if wanted else "waiting"))


def keep(
    room: Room, connection: sa.Connection, item: Item, seat: sa.Row[Any], answer: Answer, now: float,
    before: Review | None, shown_judge: bool,
) -> tuple[Review, dict[str, Any]]:  # fmt: skip
    """The answer, and what the log says of its row."""
    review = Review(
        id=secrets.token_hex(10),
        item=item.id,
        reviewer=seat.person,
        role=seat.role,
        round=seat.round,
        answer=answer,
        shown_judge=shown_judge,
        started=seat.started,
        submitted=now,
        supersedes=before.id if before else "",
    )
    row = review_row(review, item.run)
    connection.execute(review_reviews.insert(), row)
    keep_words(connection, room.db.insert, item.run, without_words(answer)[1])
    return review, {"table": "review_reviews", "row": review.id, "sha256": row_digest(row)}


def review_row(review: Review, run: str) -> dict[str, Any]:
    """The row of an answer: everything but the words, which it names by their hash."""
    bare, words = without_words(review.answer)
    return {
        "id": review.id,
        "run": run,
        "item": review.item,
        "round": review.round,
        "person": review.reviewer,
        "role": review.role,
        "verdict": review.answer.verdict,
        "severity": review.answer.severity,
        "shown_judge": int(review.shown_judge),
        "content": canonical_bytes(bare),
        "words": words_name(words),
        "started": review.started,
        "submitted": review.submitted,
        "supersedes": review.supersedes or None,
    }


def own_in(connection: sa.Connection, item: str, person: str) -> Review:
    found = standing_in(connection, item, person)
    if found is None:
        raise PrimumError("you have not answered this item")
    return found


def standing_in(
    connection: sa.Connection, item: str, person: str, shown_judge: bool = False
) -> Review | None:
    mine = reviews_in(connection, review_reviews.c.item == item, review_reviews.c.person == person)
    return next(iter(standing(mine, shown_judge)), None)


def take_back(room: Room, run: str, person: str, item: str = "") -> str:
    """Open this person's last answer (or that of an item) to be changed; returns the item. Until then it stands."""
    with room.write() as connection:
        who = person_in(connection, person)
        reviews = review_reviews.c
        mine = sa.select(reviews.item).where(
            reviews.run == run, reviews.person == who.id, reviews.shown_judge == 0
        )
        last = item or connection.scalar(mine.order_by(reviews.submitted.desc(), reviews.id).limit(1))
        if not last:
            raise PrimumError("there is no answer to take back")
        seat, now = seat_in(connection, last, person, lock=True), room.clock()
        if seat is None or seat.round == ADJUDICATION:
            raise PrimumError("you have not answered this item")
        if seat.revealed is not None:
            raise seen_the_judge()
        if seat.state == "open":
            return str(last)
        _may_change(connection, last, now)
        until = now + 60 * policy_in(connection, seat.run).lease_minutes
        moved = sa.update(review_seats).where(SEATS.item == last, SEATS.round == seat.round)
        connection.execute(moved.values(state="reopened", started=now, lease_until=until))
        room.log(connection, seat.run, person, "taken back", last, {"round": seat.round})
    return str(last)
