"""Where a reader starts: the queues there are, how far each is, and the next case."""

from starlette.responses import Response

from primum.review.model import READERS
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go


def show(visit: Visit) -> Response:
    """Every queue with this person's own progress."""
    person = visit.somebody
    queues = [
        {"run": queue.run, "opened": queue.opened, "mine": visit.desk.progress(queue.run, person.id)}
        for queue in visit.site.queues()
    ]
    own = [role for role in person.roles if role in READERS]
    return page(
        visit, "queue.html.j2", queues=queues, own=own, finished=visit.query.get("finished"), here="/review"
    )


def begin(visit: Visit) -> Response:
    """The case this person has open, else the next."""
    return next_case(visit, visit.text("run"), visit.text("role"))


def next_case(visit: Visit, run: str, role: str = "") -> Response:
    """To the next case of a run, or back to the queues when nothing is left."""
    blind = visit.desk.claim(run, visit.somebody.id, role)
    return go(f"/review/{blind.item}" if blind else "/review?finished=yes")
