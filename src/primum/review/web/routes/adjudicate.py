"""The third person: which conflicts wait, one of them with both rationales and no names, and the decision."""

from typing import get_args

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review.deciding import Ruling
from primum.review.desk import Conflict
from primum.review.model import Decision
from primum.review.policy import forms
from primum.review.web.answers import number_in
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go, quiet


def conflicts(visit: Visit) -> Response:
    """How many wait in every queue."""
    waiting = [
        {"run": queue.run, "count": visit.desk.conflicts(queue.run, visit.somebody.id)}
        for queue in visit.site.queues()
    ]
    return page(
        visit, "conflicts.html.j2", queues=waiting, finished=visit.query.get("finished"), here="/adjudicate"
    )


def begin(visit: Visit) -> Response:
    """The conflict this person holds, else the next."""
    return _next(visit, visit.text("run"))


def show(visit: Visit) -> Response:
    return _conflict(visit, visit.desk.conflict(visit.path["item"], visit.somebody.id))


def decide(visit: Visit) -> Response:
    """The decision with its reason, and on to the next conflict."""
    person, item = visit.somebody.id, visit.path["item"]
    decision = visit.text("decision")
    try:
        if decision not in get_args(Decision):
            raise PrimumError("choose a decision")
        visit.desk.adjudicate(item, person, _ruling(visit, decision))
    except PrimumError as error:
        return _conflict(visit, visit.desk.conflict(item, person), _ruling(visit, decision), str(error))
    return _next(visit, visit.desk.conflict(item, person).run)


def lease(visit: Visit) -> Response:
    visit.desk.renew(visit.path["item"], visit.somebody.id)
    return quiet()


def leave(visit: Visit) -> Response:
    visit.desk.release(visit.path["item"], visit.somebody.id)
    return go("/adjudicate")


def _ruling(visit: Visit, decision: str) -> Ruling:
    return Ruling(
        decision=decision,  # type: ignore[arg-type]  # the desk refuses what it does not know
        reason=visit.text("rationale"),
        ground=visit.text("ground"),
        severity=number_in(visit, "severity"),
        harms=visit.texts("harms"),
    )


def _next(visit: Visit, run: str) -> Response:
    conflict = visit.desk.claim_conflict(run, visit.somebody.id)
    return go(f"/adjudicate/{conflict.item}" if conflict else "/adjudicate?finished=yes")


def _conflict(visit: Visit, conflict: Conflict, ruling: Ruling | None = None, words: str = "") -> Response:
    own = conflict.decided
    if ruling is None and own is not None:
        ruling = Ruling(own.decision, own.reason, own.ground, own.severity, own.harms)
    return page(
        visit,
        "adjudicate.html.j2",
        status=409 if words else 200,
        name=conflict.item,
        shown=conflict.shown,
        readings=conflict.readings,
        ruling=ruling or Ruling("", ""),  # type: ignore[arg-type]  # nothing is chosen yet
        decided=own is not None,
        words=words,
        words_of=forms(),
        until=conflict.lease_until,
        waiting=visit.desk.conflicts(conflict.run, visit.somebody.id),
        here="/adjudicate",
    )
