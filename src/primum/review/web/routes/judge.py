"""After the answer: the judge's view, and what the person says then."""

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review.desk import Reveal
from primum.review.model import Answer
from primum.review.opening import seen_of
from primum.review.policy import forms
from primum.review.shown import Shown
from primum.review.web.answers import answer_in
from primum.review.web.own import has_seen, item_of, own_answer, role_at
from primum.review.web.pages import page
from primum.review.web.routes.queue import next_case
from primum.review.web.visit import Visit, go

SAID = {
    True: "a critical check is not met",
    False: "no critical check is missed",
    None: "could not decide",
}


def look(visit: Visit) -> Response:
    """From now on the first answer stays as it is; so this is a form and not a link."""
    item = visit.path["item"]
    visit.desk.reveal(item, visit.somebody.id)
    return go(f"/review/{item}/judge")


def show(visit: Visit) -> Response:
    """The judge's view, for whom it was opened before."""
    item = visit.path["item"]
    if own_answer(visit, item) is None or not has_seen(visit, item):
        raise PrimumError("the judge's view is shown after your own answer")
    return _view(visit, visit.desk.reveal(item, visit.somebody.id))


def second(visit: Visit) -> Response:
    """The second answer, stored apart; then the next case."""
    item, answer = visit.path["item"], answer_in(visit)
    try:
        visit.desk.answer_again(item, visit.somebody.id, answer)
    except PrimumError as error:
        return _view(visit, visit.desk.reveal(item, visit.somebody.id), answer, str(error))
    return next_case(visit, item_of(visit, item).run, role_at(visit, item))


def _view(visit: Visit, reveal: Reveal, again: Answer | None = None, words: str = "") -> Response:
    item = item_of(visit, reveal.item)
    shown = seen_of(visit.desk.room, item)
    shown = shown[::-1] if item.swapped else shown
    own = reveal.own
    return page(
        visit,
        "judge.html.j2",
        status=409 if words else 200,
        name=item.id,
        form_name=item.form,
        shown=shown,
        own=own,
        # The verdict is asked anew, so that to stay and to change cost the same.
        again=again or Answer(severity=own.severity, reason=own.reason),
        said=SAID[reveal.judged],
        judges=[verdict.judge for verdict in reveal.verdicts],
        rows=_rows(reveal, shown) if reveal.verdicts else [],
        words=words,
        words_of=forms(),
        progress=visit.desk.progress(item.run, visit.somebody.id),
        until=None,
        here="/review",
    )


def _rows(reveal: Reveal, shown: tuple[Shown, ...]) -> list[dict[str, object]]:
    """Each check with this person's answer and every judge's."""
    mine = {one.check: one.answer for one in reveal.own.answers}
    given = [{one.check: one for one in verdict.checks} for verdict in reveal.verdicts]
    return [
        {
            "text": check.text,
            "critical": check.critical,
            "mine": mine.get(check.id, ""),
            "given": [answers.get(check.id) for answers in given],
        }
        for one in shown
        for check in one.checks
    ]
