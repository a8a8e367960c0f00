"""The log as an auditor reads it, and the check that nobody tampered with it."""

from starlette.responses import Response

from primum.errors import PrimumError
from primum.review.log import PEOPLE
from primum.review.web.pages import page
from primum.review.web.visit import Visit

ROWS = 200


def show(visit: Visit) -> Response:
    return _log(visit, check=False)


def verified(visit: Visit) -> Response:
    """Every row of the chosen chain, and every row that it tells of."""
    return _log(visit, check=True)


def _log(visit: Visit, check: bool) -> Response:
    runs = [queue.run for queue in visit.site.queues()]
    chains = [*runs, PEOPLE]
    chain = visit.query.get("chain", chains[0])
    if chain not in chains:
        raise PrimumError(f"there is no log '{chain[:80]}'")
    events = visit.desk.events(chain)
    before = visit.query.get("before", "")
    upto = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else len(events) + 1
    rows = [event for event in events if event.seq < upto][-ROWS:][::-1]
    return page(
        visit,
        "log.html.j2",
        chains=chains,
        chain=chain,
        people=PEOPLE,
        events=rows,
        total=len(events),
        older=rows[-1].seq if rows and rows[-1].seq > 1 else None,
        names={one.id: one.name for one in visit.desk.people()},
        result=visit.desk.verify(chain) if check and chain in runs else None,
        here="/log",
    )
