"""One request: who asks, for what, when. Routes are plain functions from a visit to a response."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from primum.errors import PrimumError
from primum.review.desk import Desk
from primum.review.model import Person, Role
from primum.review.sessions import arrived
from primum.review.throttle import TooMany
from primum.review.web.keys import Keys, read
from primum.review.web.pages import page
from primum.review.web.security import TooLarge
from primum.review.web.site import Site
from primum.review.web.ways import Way, ways

FIELDS = 500
"""Of one form: a scenario has a dozen checks with three fields each."""


class Visit(NamedTuple):
    """See the module."""

    site: Site
    person: Person | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: FormData
    secret: str
    """Of the session."""
    address: str
    now: float
    keys: Keys

    @property
    def desk(self) -> Desk:
        return self.site.desk

    @property
    def somebody(self) -> Person:
        """The person, on pages that only a person reaches."""
        assert self.person is not None, "the route lets strangers in"
        return self.person

    def text(self, name: str, limit: int = 4000) -> str:
        """A field of the form, stripped; empty where it is missing or no text."""
        value = self.form.get(name, "")
        return value.strip()[:limit] if isinstance(value, str) else ""

    def secret_text(self, name: str) -> str:
        """A password, as it was typed."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def ways(self) -> tuple[Way, ...]:
        """The pages that the person's roles open, in the order of the menu."""
        return ways(self.person.roles if self.person else ())

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))


Handler = Callable[[Visit], Response]


def endpoint(handler: Handler, allowed: tuple[Role, ...] | None) -> Callable[[Request], object]:
    """The handler behind the check of who may. `allowed` None is for everybody, () for anybody signed in."""

    async def answer(request: Request) -> Response:
        try:
            form = await request.form(max_files=0, max_fields=FIELDS)
        except TooLarge:
            raise HTTPException(413, "This form is too large.") from None
        return await run_in_threadpool(_answer, request, form, handler, allowed)

    return answer


def _answer(request: Request, form: FormData, handler: Handler, allowed: tuple[Role, ...] | None) -> Response:
    site: Site = request.app.state.site
    now = site.clock()
    secret = request.cookies.get(site.cookie, "")
    found = arrived(site.database, secret, now, site.idle) if secret else None
    person = found.person if found else None
    visit = Visit(
        site,
        person,
        request.path_params,
        request.query_params,
        form,
        secret,
        request.client.host if request.client else "",
        now,
        read(found.keys if found else None),
    )
    if allowed is not None:
        if person is None:
            return RedirectResponse("/sign-in", 303)
        if allowed and not set(allowed) & set(person.roles):
            return sorry(visit, 403, "This page is for other roles than yours.")
    try:
        return handler(visit)
    except TooMany as error:
        return sorry(visit, 429, str(error))
    except PrimumError as error:
        return sorry(visit, 409, str(error))


def sorry(visit: Visit, status: int, words: str) -> Response:
    """A page that says what did not work, and the way back."""
    return page(visit, "sorry.html.j2", status=status, words=words)


def go(where: str) -> Response:
    """After a form: to a page that can be loaded again without sending the form again."""
    return RedirectResponse(where, 303)


def quiet() -> Response:
    """Nothing to show: the answer to the script."""
    return Response(status_code=204)
