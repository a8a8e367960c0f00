"""One case: read, answer, save, submit, give back, undo."""

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review.desk import Page
from primum.review.model import Answer
from primum.review.policy import forms
from primum.review.web.answers import answer_in
from primum.review.web.own import own_answer, role_at, run_of, to_undo
from primum.review.web.pages import page
from primum.review.web.routes.queue import next_case
from primum.review.web.visit import Visit, go, quiet


def show(visit: Visit) -> Response:
    """A case that this person holds. One that was answered goes on to what comes after the answer."""
    item = visit.path["item"]
    try:
        blind = visit.desk.page(item, visit.somebody.id)
    except PrimumError:
        if own_answer(visit, item) is None:
            raise
        return go(f"/review/{item}/stored")
    return _case(visit, blind, blind.draft or Answer())


def submit(visit: Visit) -> Response:
    """The blind answer. What is missing is said above the form, with everything that was filled in."""
    item, answer = visit.path["item"], answer_in(visit)
    try:
        answer_in(visit, whole=True)
        visit.desk.submit(item, visit.somebody.id, answer)
    except PrimumError as error:
        visit.desk.save_draft(item, visit.somebody.id, answer)
        return _case(visit, visit.desk.page(item, visit.somebody.id), answer, str(error))
    return go(f"/review/{item}/stored")


def stored(visit: Visit) -> Response:
    """The answer is kept; from here to the judge's view, or back."""
    item = visit.path["item"]
    own = own_answer(visit, item)
    if own is None:
        raise PrimumError("you have not answered this item")
    progress = visit.desk.progress(run_of(visit, item), visit.somebody.id)
    return page(visit, "stored.html.j2", name=item, own=own, progress=progress, until=None, here="/review")


def draft(visit: Visit) -> Response:
    """What is filled in so far. With `page` it was a button and not the script."""
    item = visit.path["item"]
    visit.desk.save_draft(item, visit.somebody.id, answer_in(visit))
    return go(f"/review/{item}") if "page" in visit.query else quiet()


def lease(visit: Visit) -> Response:
    """A sign of life from an open page."""
    visit.desk.renew(visit.path["item"], visit.somebody.id)
    return quiet()


def leave(visit: Visit) -> Response:
    """Give the case back; what was filled in stays as a draft."""
    item = visit.path["item"]
    visit.desk.save_draft(item, visit.somebody.id, answer_in(visit))
    visit.desk.release(item, visit.somebody.id)
    return go("/review")


def undo(visit: Visit) -> Response:
    """Open an answer again, until the judge's view was shown."""
    item = visit.path["item"]
    visit.desk.take_back(run_of(visit, item), visit.somebody.id, item)
    return go(f"/review/{item}")


def onwards(visit: Visit) -> Response:
    """The next case of the same run, without a look at the judge's view."""
    item = visit.path["item"]
    return next_case(visit, run_of(visit, item), role_at(visit, item))


def _case(visit: Visit, blind: Page, answer: Answer, words: str = "") -> Response:
    return page(
        visit,
        "case.html.j2",
        status=409 if words else 200,
        name=blind.item,
        form_name=blind.form,
        shown=blind.shown,
        changing=blind.changing,
        answer=answer,
        given={one.check: one for one in answer.answers},
        undo=to_undo(visit, blind.run),
        words=words,
        drafted=blind.draft is not None,
        words_of=forms(),
        progress=visit.desk.progress(blind.run, visit.somebody.id),
        until=blind.lease_until,
        here="/review",
    )
