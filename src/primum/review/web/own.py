"""What a page needs to know of an item beside what the desk hands out: its run, and the person's own answer."""

import sqlalchemy as sa

from primum.review.model import Answer, Item
from primum.review.outcome import standing
from primum.review.room import item_in, reviews_in
from primum.review.web.visit import Visit
from primum.store.tables import review_reviews, review_seats


def item_of(visit: Visit, item: str) -> Item:
    """Never for a template: it names the target."""
    with visit.desk.room.read() as connection:
        return item_in(connection, item)


def run_of(visit: Visit, item: str) -> str:
    return item_of(visit, item).run


def own_answer(visit: Visit, item: str) -> Answer | None:
    """The first answer of the person who asks, if there is one."""
    mine = review_reviews.c.person == visit.somebody.id
    with visit.desk.room.read() as connection:
        found = standing(reviews_in(connection, review_reviews.c.item == item, mine))
    return found[0].answer if found else None


def role_at(visit: Visit, item: str) -> str:
    """In which role the person who asks has read it; the next case is read in the same."""
    seats = review_seats.c
    query = sa.select(seats.role).where(seats.item == item, seats.person == visit.somebody.id)
    with visit.desk.room.read() as connection:
        return connection.scalar(query) or ""


def has_seen(visit: Visit, item: str) -> bool:
    """Whether the judge's view of it was shown to the person who asks."""
    seats = review_seats.c
    query = sa.select(seats.revealed).where(seats.item == item, seats.person == visit.somebody.id)
    with visit.desk.room.read() as connection:
        return connection.scalar(query) is not None


def to_undo(visit: Visit, run: str) -> str:
    """The last item of a run whose answer this person can still take back; empty when there is none."""
    seats, reviews = review_seats.c, review_reviews.c
    query = (
        sa.select(seats.item)
        .join(review_reviews, sa.and_(reviews.item == seats.item, reviews.person == seats.person))
        .where(seats.run == run, seats.person == visit.somebody.id, seats.round > 0)
        .where(seats.state == "done", seats.revealed.is_(None), reviews.shown_judge == 0)
        .order_by(reviews.submitted.desc())
        .limit(1)
    )
    with visit.desk.room.read() as connection:
        return connection.scalar(query) or ""
