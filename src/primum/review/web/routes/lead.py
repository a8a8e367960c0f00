"""The lead's page: how far the review is, where readers and judge part, and what has to be repaired."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
from starlette.responses import Response

from primum.campaign.model import CaseResult
from primum.errors import PrimumError
from primum.review.model import Labelled
from primum.review.opening import scenarios_of, seen_of
from primum.review.policy import forms
from primum.review.room import person_in
from primum.review.web.own import item_of
from primum.review.web.pages import page
from primum.review.web.visit import Visit
from primum.scenarios.model import Scenario

ASKED = 14
"""Days of throughput that are shown."""


def show(visit: Visit) -> Response:
    """One queue; with several, the newest unless another is chosen."""
    queues = visit.site.queues()
    wanted = visit.query.get("run", queues[0].run if queues else "")
    if not any(queue.run == wanted for queue in queues):
        if wanted:
            raise PrimumError(f"there is no queue of a run '{wanted[:80]}'")
        return page(visit, "lead.html.j2", queues=(), view=None, here="/lead")
    view = visit.desk.overview(wanted, visit.somebody.id)
    scenarios = scenarios_of(visit.desk.store, wanted)
    return page(
        visit,
        "lead.html.j2",
        queues=queues,
        view=view,
        days=[(_day(day), count) for day, count in view.a_day[-ASKED:]],
        busiest=max((count for _, count in view.a_day), default=0),
        titles={name: scenario.title for name, scenario in scenarios.items()},
        checks={
            (name, check.id): check.text for name, scenario in scenarios.items() for check in scenario.checks
        },
        grounds=forms().grounds,
        here="/lead",
    )


def case(visit: Visit) -> Response:
    """One reviewed case with nothing hidden. Only once it is reviewed, and every look is in the log."""
    item = item_of(visit, visit.path["item"])
    person = visit.somebody.id
    with visit.desk.room.write() as connection:
        person_in(connection, person, "lead")
        visit.desk.room.log(connection, item.run, person, "saw a case", item.id)
    label = _label(visit.desk.labelled(item.run), item.id)
    if label is None or not label.reviewed:
        raise PrimumError("this case is not reviewed yet, so what was said of it stays closed")
    result = msgspec.json.decode(visit.desk.store.case(item.run, item.case).record, type=CaseResult)
    scenario: Scenario | None = scenarios_of(visit.desk.store, item.run).get(item.scenario)
    checks = (*(scenario.checks if scenario else ()), *result.checks)
    names = {one.id: one.name for one in visit.desk.people()}
    return page(
        visit,
        "lead_case.html.j2",
        item=item,
        label=label,
        shown=seen_of(visit.desk.room, item),
        verdicts=result.verdicts,
        check_texts={check.id: check.text for check in checks},
        names=names,
        grounds=forms().grounds,
        here="/lead",
    )


def _label(labels: Iterable[Labelled], item: str) -> Labelled | None:
    return next((label for label in labels if label.item == item), None)


def _day(number: int) -> date:
    return datetime.fromtimestamp(number * 86_400, UTC).date()
