"""The page on which a person changes the keys, or switches them off."""

import msgspec
from starlette.responses import Response

from primum.errors import PrimumError
from primum.review.web.keys import Keys, chosen, defaults, keep
from primum.review.web.pages import page
from primum.review.web.visit import Visit, go


def show(visit: Visit) -> Response:
    return page(visit, "keys.html.j2", shown=visit.keys, words="", saved="saved" in visit.query, here="/keys")


def change(visit: Visit) -> Response:
    on = visit.text("on") == "yes"
    wanted = {one.id: visit.text(one.id, 8) for one in defaults().shortcuts}
    try:
        keys = defaults() if visit.text("reset") else chosen(wanted, on)
    except PrimumError as error:
        as_typed = (msgspec.structs.replace(one, key=wanted[one.id]) for one in defaults().shortcuts)
        shown = Keys(tuple(as_typed), on)
        return page(
            visit, "keys.html.j2", status=400, shown=shown, words=str(error), saved=False, here="/keys"
        )
    keep(visit.site.database, visit.somebody.id, keys)
    return go("/keys?saved")
