"""The app: every page, who may see it, and the guard in front of all of them."""

from typing import NamedTuple

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from primum.review.model import READERS, Role
from primum.review.web.pages import asset
from primum.review.web.routes import (
    adjudicate,
    case,
    enter,
    judge,
    keyboard,
    lead,
    log,
    people,
    queue,
    signoff,
)
from primum.review.web.security import Guard
from primum.review.web.site import Site
from primum.review.web.visit import Handler, endpoint


class Page(NamedTuple):
    """One address, one method, one handler, and the roles that may."""

    method: str
    path: str
    handler: Handler
    roles: tuple[Role, ...] | None = ()
    """None: everybody. Empty: everybody who is signed in."""


LEAD: tuple[Role, ...] = ("lead",)
ADJUDICATOR: tuple[Role, ...] = ("adjudicator",)
AUDITOR: tuple[Role, ...] = ("auditor",)

PAGES = (
    Page("GET", "/static/{name}", asset, None),
    Page("GET", "/enter/{token}", enter.link, None),
    Page("GET", "/sign-in", enter.sign_in, None),
    Page("POST", "/sign-in", enter.signed_in, None),
    Page("GET", "/invitation/{token}", enter.invitation, None),
    Page("POST", "/invitation/{token}", enter.accepted, None),
    Page("POST", "/sign-out", enter.sign_out),
    Page("GET", "/", enter.home),
    Page("GET", "/keys", keyboard.show),
    Page("POST", "/keys", keyboard.change),
    Page("GET", "/review", queue.show, READERS),
    Page("POST", "/review", queue.begin, READERS),
    Page("GET", "/review/{item}", case.show, READERS),
    Page("POST", "/review/{item}", case.submit, READERS),
    Page("POST", "/review/{item}/draft", case.draft, READERS),
    Page("POST", "/review/{item}/lease", case.lease, READERS),
    Page("POST", "/review/{item}/leave", case.leave, READERS),
    Page("POST", "/review/{item}/undo", case.undo, READERS),
    Page("GET", "/review/{item}/stored", case.stored, READERS),
    Page("POST", "/review/{item}/next", case.onwards, READERS),
    Page("POST", "/review/{item}/look", judge.look, READERS),
    Page("GET", "/review/{item}/judge", judge.show, READERS),
    Page("POST", "/review/{item}/judge", judge.second, READERS),
    Page("GET", "/adjudicate", adjudicate.conflicts, ADJUDICATOR),
    Page("POST", "/adjudicate", adjudicate.begin, ADJUDICATOR),
    Page("GET", "/adjudicate/{item}", adjudicate.show, ADJUDICATOR),
    Page("POST", "/adjudicate/{item}", adjudicate.decide, ADJUDICATOR),
    Page("POST", "/adjudicate/{item}/lease", adjudicate.lease, ADJUDICATOR),
    Page("POST", "/adjudicate/{item}/leave", adjudicate.leave, ADJUDICATOR),
    Page("GET", "/lead", lead.show, LEAD),
    Page("GET", "/lead/case/{item}", lead.case, LEAD),
    Page("GET", "/people", people.show, LEAD),
    Page("POST", "/people", people.invite, LEAD),
    Page("POST", "/people/{person}", people.change, LEAD),
    Page("GET", "/sign-off", signoff.show, LEAD),
    Page("POST", "/sign-off", signoff.sign, LEAD),
    Page("GET", "/log", log.show, AUDITOR),
    Page("GET", "/log/verify", log.verified, AUDITOR),
)


def make_app(site: Site) -> Guard:
    """The app over one review room; what runs it is the caller's business.

    app = make_app(Site(desk, database, ("http://127.0.0.1:8321",), time.time))
    """
    app = Starlette(
        routes=[
            Route(page.path, endpoint(page.handler, page.roles), methods=[page.method]) for page in PAGES
        ],
        exception_handlers={HTTPException: _plainly, 500: _broken},
    )
    app.state.site = site
    return Guard(app, site.origins)  # outermost, so that errors carry its headers too


async def _plainly(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(error.detail, error.status_code, error.headers)


async def _broken(request: Request, error: Exception) -> Response:
    """Nothing of the error reaches the page: it may hold a text of the run. The server's own output has it."""
    return PlainTextResponse("Something broke here. What was submitted before is kept.", 500)
