"""The signature under a review: printed name, role, time and meaning. In a team the password is asked once more."""

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review import accounts
from primum.review.throttle import forgive, take_turn
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go


def show(visit: Visit, words: str = "") -> Response:
    runs = [
        {"run": queue.run, "signed": visit.desk.signoffs(queue.run), "results": visit.desk.results(queue.run)}
        for queue in visit.site.queues()
    ]
    return page(
        visit, "signoff.html.j2", status=409 if words else 200, runs=runs, words=words, here="/sign-off"
    )


def sign(visit: Visit) -> Response:
    """Signed in one of the person's own roles."""
    person, wanted = visit.somebody, visit.text("role")
    role = next((one for one in person.roles if one == wanted), None)
    try:
        if role is None:
            raise PrimumError("choose one of your roles")
        if not visit.site.local:
            _once_more(visit)
        visit.desk.sign(visit.text("run"), person.id, role, visit.text("meaning"))
    except PrimumError as error:
        return show(visit, str(error))
    return go("/sign-off")


def _once_more(visit: Visit) -> None:
    person = visit.somebody.id
    take_turn(visit.site.database, person, visit.address, visit.now)
    if not accounts.is_password_of(visit.site.database, person, visit.secret_text("password")):
        raise PrimumError("this is not your password, so nothing was signed")
    forgive(visit.site.database, person, visit.address)
