"""After a reader has answered: the judge's view, and what the reader says having seen it."""

import msgspec
import sqlalchemy as sa

from primum.campaign.model import CaseResult
from primum.errors import PrimumError
from primum.judging.model import Verdict
from primum.review.model import ADJUDICATION, Answer, Review
from primum.review.reading import checked_answer, keep, own_in, standing_in
from primum.review.room import Room, item_in, person_in
from primum.review.seats import SEATS, is_held, seat_in
from primum.store.tables import review_seats


class Reveal(msgspec.Struct, frozen=True):
    """The judge's view, for a reader who has submitted."""

    item: str
    verdicts: tuple[Verdict, ...]
    """Empty for a control, and where the judge failed."""
    judged: bool | None
    """Whether the judge that decides found a critical failure."""
    own: Answer
    """The reader's first answer, which stays the label."""
    second: Answer | None = None


def reveal(room: Room, item: str, person: str) -> Reveal:
    """The judge's view, once this person's own answer stands. Every look is logged."""
    with room.write() as connection:
        person_in(connection, person)
        seat, now = seat_in(connection, item, person, lock=True), room.clock()
        if seat is None or seat.round == ADJUDICATION or is_held(seat, now):
            raise PrimumError("the judge's view is shown after your own answer")
        own, second = (
            own_in(connection, item, person),
            standing_in(connection, item, person, shown_judge=True),
        )
        found = item_in(connection, item)
        if seat.revealed is None:
            moved = sa.update(review_seats).where(SEATS.item == item, SEATS.round == seat.round)
            connection.execute(moved.values(revealed=now, state="done"))
        room.log(connection, found.run, person, "saw the judge", item, {"round": seat.round})
    verdicts: tuple[Verdict, ...] = ()
    judged = None
    if found.case and found.form == "independent":
        result = msgspec.json.decode(room.store.case(found.run, found.case).record, type=CaseResult)
        verdicts = result.verdicts
        if result.score is not None:
            judged = (
                True if result.score.critical_failed else None if result.score.critical_undecided else False
            )
    return Reveal(item, verdicts, judged, own.answer, second.answer if second else None)


def answer_again(room: Room, item: str, person: str, answer: Answer) -> Review:
    """What this person says after having seen the judge's view: kept apart, never the label."""
    found, kept = checked_answer(room, item, answer)
    with room.write() as connection:
        person_in(connection, person)
        seat, now = seat_in(connection, item, person, lock=True), room.clock()
        if seat is None or seat.revealed is None:
            raise PrimumError("a second answer is given after the judge's view was shown")
        before = standing_in(connection, item, person, shown_judge=True)
        if before is not None and before.answer == kept:
            return before
        review, data = keep(room, connection, found, seat, kept, now, before, shown_judge=True)
        room.log(connection, found.run, person, "answered again", item, data)
    return review
