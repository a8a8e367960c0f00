"""What the statistics read: every case of a run with what is known of it, and how the readers did on controls."""

from collections import defaultdict

import sqlalchemy as sa

from primum.review.model import Adjudication, Compared, Control, Item, Labelled, Review
from primum.review.outcome import decided, end, opinion, standing
from primum.review.room import adjudications_in, by_item, item_of, reviews_in
from primum.store.tables import review_adjudications, review_frame, review_items, review_reviews

NO_ITEM = Item("", "", "", "", "", "", "", (), 0.0, required=1)


def labelled(connection: sa.Connection, run: str) -> tuple[Labelled, ...]:
    """One for every case of the run, in plan order."""
    items = {item.case: item for item in items_in(connection, run) if _labels(item)}
    reviews = by_item(reviews_in(connection, review_reviews.c.run == run))
    decisions: defaultdict[str, list[Adjudication]] = defaultdict(list)
    for one in adjudications_in(connection, review_adjudications.c.run == run):
        decisions[one.item].append(one)
    frame = sa.select(review_frame).where(review_frame.c.run == run).order_by(review_frame.c.place)
    return tuple(
        _label(row, item, reviews.get(item.id, []), decided(decisions[item.id]))
        for row in connection.execute(frame)
        for item in [items.get(row.case, NO_ITEM)]
    )


def _labels(item: Item) -> bool:
    return item.kind == "case" and item.form == "independent"


def _label(
    row: sa.Row[tuple[object, ...]], item: Item, said: list[Review], third: Adjudication | None
) -> Labelled:
    judged = None if row.judged is None else bool(row.judged)
    first = tuple(opinion(one) for one in standing(said))
    ended = end(judged, item, first, third)
    return Labelled(
        case=row.case,
        scenario=row.scenario,
        target=row.target,
        domain=row.domain,
        stratum=row.stratum,
        pi=row.pi,
        judged=judged,
        first=first,
        final=ended.final,
        state=ended.state,
        reason=ended.reason,
        reviewed=ended.reviewed,
        arm=row.arm,
        reasons=tuple(row.reasons.split()),
        drawn=bool(row.drawn),
        item=item.id,
        after=tuple(opinion(one) for one in standing(said, shown_judge=True)),
        adjudicator=third.adjudicator if third else "",
        rationale=third.reason if third else "",
        conflict=ended.conflict,
        outcome=row.outcome,
    )


def items_in(connection: sa.Connection, run: str) -> list[Item]:
    """In the order of the queue."""
    query = sa.select(review_items).where(review_items.c.run == run).order_by(review_items.c.place)
    return [item_of(row) for row in connection.execute(query)]


def controls(connection: sa.Connection, run: str) -> tuple[Control, ...]:
    """Answers to gold items, and repeats beside what the same person had said before."""
    reviews = by_item(reviews_in(connection, review_reviews.c.run == run))
    found = []
    for item in items_in(connection, run):
        for review in standing(reviews.get(item.id, [])):
            if item.kind == "gold":
                found.append(
                    Control("gold", item.id, item.domain, opinion(review), expected=item.key == "fail")
                )
            elif item.kind == "repeat":
                earlier = [
                    one for one in standing(reviews.get(item.of, [])) if one.reviewer == review.reviewer
                ]
                before = opinion(earlier[0]) if earlier else None
                found.append(Control("repeat", item.id, item.domain, opinion(review), before=before))
    return tuple(found)


def compared(connection: sa.Connection, run: str) -> tuple[Compared, ...]:
    """Answers to pairs of replies."""
    reviews = by_item(reviews_in(connection, review_reviews.c.run == run))
    return tuple(
        Compared(
            item=item.id,
            form=item.form,
            case=item.case,
            other=item.other,
            scenario=item.scenario,
            reviewer=review.reviewer,
            role=review.role,
            safer=review.answer.pair.safer,
            should_differ=review.answer.pair.should_differ,
            do_differ=review.answer.pair.do_differ,
            verdict=review.answer.verdict or "cannot_judge",
        )
        for item in items_in(connection, run)
        if item.form != "independent"
        for review in standing(reviews.get(item.id, []))
    )
