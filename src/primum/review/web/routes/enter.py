"""Coming in and going out: the one-time link on one machine, sign-in and invitations for a team."""

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review import accounts
from primum.review.passwords import SHORTEST
from primum.review.sessions import close_session, open_session
from primum.review.throttle import TooMany
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go, sorry

MONTH = 30 * 86_400.0
"""A session on one's own machine."""


def home(visit: Visit) -> Response:
    """The first page that the person's roles open."""
    return go(visit.ways()[0].path)


def link(visit: Visit) -> Response:
    """The link that `primum review` printed: good once."""
    person = visit.site.links.use(visit.path["token"]) if visit.site.links else None
    if person is None:
        return sorry(visit, 403, "This link was used before, or it is not from this start of primum review.")
    return _enter(visit, person, MONTH)


def sign_in(visit: Visit) -> Response:
    return page(visit, "sign_in.html.j2", words="", login="")


def signed_in(visit: Visit) -> Response:
    """Name and password. What is wrong is said on the same page, without saying which."""
    login = visit.text("login", 100)
    if visit.site.local:
        return sorry(visit, 403, "There are no accounts here.")
    try:
        person = accounts.sign_in(
            visit.site.database, login, visit.secret_text("password"), visit.address, visit.now
        )
    except PrimumError as error:
        status = 429 if isinstance(error, TooMany) else 403
        return page(visit, "sign_in.html.j2", status=status, words=str(error), login=login)
    visit.site.note(person, "signed in", person)
    return _enter(visit, person)


def invitation(visit: Visit) -> Response:
    """The page of an invitation that is still good."""
    person = accounts.invited(visit.site.database, visit.path["token"], visit.now)
    return _invited(visit, person) if person else sorry(visit, 403, accounts.USED)


def accepted(visit: Visit) -> Response:
    """A password is set, and the person is in."""
    token, password = visit.path["token"], visit.secret_text("password")
    person = accounts.invited(visit.site.database, token, visit.now)
    if person is None:
        return sorry(visit, 403, accounts.USED)
    if password != visit.secret_text("again"):
        return _invited(visit, person, "The two passwords are not the same.")
    try:
        accounts.accept(visit.site.database, token, password, visit.now)
    except PrimumError as error:
        return _invited(visit, person, str(error))
    visit.site.note(person, "set a password", person)
    return _enter(visit, person)


def _invited(visit: Visit, person: str, words: str = "") -> Response:
    status = 400 if words else 200
    return page(visit, "invitation.html.j2", status=status, words=words, login=person, shortest=SHORTEST)


def sign_out(visit: Visit) -> Response:
    close_session(visit.site.database, visit.secret)
    response = go("/sign-in")
    response.delete_cookie(visit.site.cookie, secure=visit.site.secure, httponly=True, samesite="lax")
    return response


def _enter(visit: Visit, person: str, lasts: float | None = None) -> Response:
    """A session of its own for every entry: whatever cookie came with the request is worth nothing."""
    site = visit.site
    if visit.secret:
        close_session(site.database, visit.secret)
    secret = open_session(site.database, person, visit.now, *([lasts] if lasts else []))
    response = go("/")
    response.set_cookie(
        site.cookie,
        secret,
        max_age=int(lasts) if lasts else None,
        httponly=True,
        samesite="lax",
        secure=site.secure,
        path="/",
    )
    return response
