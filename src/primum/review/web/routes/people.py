"""Who works here: invitations, roles, accounts closed and opened again."""

from typing import Any, get_args

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review import accounts
from primum.review.model import ROLES, Person, Role
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go


def show(visit: Visit) -> Response:
    return _list(visit)


def invite(visit: Visit) -> Response:
    """A new person, and the link that lets him or her in."""
    try:
        person = visit.desk.add_person(
            Person(accounts.named(visit.text("login")), visit.text("name"), _roles(visit)), visit.somebody.id
        )
    except PrimumError as error:
        return _list(visit, words=str(error))
    return _link(visit, person)


def change(visit: Visit) -> Response:
    """Other roles, a new link, what somebody holds given back, an account closed or opened again."""
    name, by = visit.path["person"], visit.somebody.id
    try:
        match visit.text("do"):
            case "roles":
                visit.desk.change_person(name, by, roles=_roles(visit))
            case "close":
                visit.desk.change_person(name, by, active=False)
                accounts.shut_out(visit.site.database, name)
            case "open":
                visit.desk.change_person(name, by, active=True)
            case "free":
                for queue in visit.site.queues():
                    visit.desk.free(queue.run, name, by)
            case "invite":
                return _link(visit, visit.desk.person(name))
    except PrimumError as error:
        return _list(visit, words=str(error))
    return go("/people")


def _roles(visit: Visit) -> tuple[Role, ...]:
    wanted = visit.texts("roles")
    return tuple(role for role in get_args(Role) if role in wanted)


def _link(visit: Visit, person: Person) -> Response:
    if visit.site.local:
        return go("/people")  # nobody else can come in here
    secret = accounts.invite(visit.site.database, person.id, visit.now)
    visit.site.note(visit.somebody.id, "invited", person.id)
    return _list(
        visit,
        link=f"{visit.site.origins[0]}/invitation/{secret}",
        invited=person.name,
        until=visit.now + accounts.INVITED_FOR,
    )


def _list(visit: Visit, words: str = "", link: str = "", invited: str = "", until: float = 0.0) -> Response:
    known = accounts.all_accounts(visit.site.database)
    rows = [
        {"person": person, "state": _state(person, known.get(person.id))} for person in visit.desk.people()
    ]
    return page(
        visit,
        "people.html.j2",
        status=409 if words else 200,
        rows=rows,
        all_roles=ROLES,
        words=words,
        link=link,
        invited=invited,
        until=until,
        here="/people",
    )


def _state(person: Person, account: Any) -> str:
    if not person.active:
        return "closed"
    if account is None:
        return "without an account"
    state = "active" if account.has_password else "no password yet"
    return f"{state}, a link is waiting" if account.invited else state
