"""Making the queue of a run, once: the plan, the items, and a seat for every reading."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from primum.campaign.model import CaseResult, Manifest
from primum.canonical import canonical_bytes, digest
from primum.errors import PrimumError
from primum.review import log
from primum.review.model import ADJUDICATION, Item
from primum.review.policy import Policy
from primum.review.queue import Framed, Plan, draw_up, look
from primum.review.room import Room, item_row, person_in
from primum.review.shown import Shown, decode_blind, show, show_gold
from primum.scenarios.model import Scenario
from primum.store import Store
from primum.store.tables import review_frame, review_items, review_queues, review_seats

T = TypeVar("T")
CHUNK = 500
READY = ("finished", "over_budget")


class Queue(msgspec.Struct, frozen=True):
    """The queue of a run, as it was opened."""

    run: str
    opened: float
    person: str
    seed: str
    policy: Policy
    rubric: str
    cases: int
    """All cases of the run."""
    drawn: int
    items: int
    readings: int


def plan_of(store: Store, run: str, policy: Policy, seed: str = "") -> Plan:
    """What would be looked at. Nothing is stored."""
    row = store.load_run(run)
    manifest = msgspec.json.decode(row.manifest, type=Manifest)
    _must_be_ready(row.status, manifest, row.forgotten)
    known = scenarios_of(store, run)
    decode = msgspec.json.Decoder(CaseResult).decode
    seen = [
        look(result, known.get(result.case.scenario), policy) for result in map(decode, _records(store, run))
    ]
    return draw_up(run, seen, known.values(), policy, seed or digest(run))


def scenarios_of(store: Store, run: str) -> dict[str, Scenario]:
    """The scenarios as they were played."""
    decode = msgspec.json.Decoder(Scenario).decode
    return {name: decode(content) for name, content in store.scenarios(run).items()}


def _records(store: Store, run: str) -> Iterator[bytes]:
    return (row.record for row in store.cases(run))


def _must_be_ready(status: str, manifest: Manifest, forgotten: float | None) -> None:
    run = manifest.run
    if forgotten is not None:
        raise PrimumError(f"the texts of run {run} were forgotten; there is nothing left to review")
    if status not in READY or manifest.mixed:
        raise PrimumError(
            f"run {run} is {status}; its cases may still change. Finish it first: the same primum run again"
        )


def open_queue(room: Room, run: str, policy: Policy, by: str, seed: str = "") -> Queue:
    """Draw up and store the queue of a run. Where there is one it stays as it is, whatever policy is given."""
    with room.read() as connection:
        person_in(connection, by, "lead")
        if _has_queue(connection, run):
            return queue_in(connection, run)
    plan = plan_of(room.store, run, policy, seed)
    items = _with_snapshots(room.store, run, plan.items)
    frame = [_frame_row(run, one) for one in plan.frame]
    rows = [item_row(item) for item in items]
    last = [_link(frame), _link(rows)]
    manifest = msgspec.json.decode(room.store.load_run(run).manifest, type=Manifest)
    queue = {
        "run": run,
        "opened": room.clock(),
        "person": by,
        "seed": plan.seed,
        "policy": canonical_bytes(policy),
        "rubric": f"{manifest.rubric.name} {manifest.rubric.version}" if manifest.rubric else "",
        "frame": last[0],
        "items": last[1],
    }
    with room.write() as connection:
        put = room.db.insert(review_queues).on_conflict_do_nothing().returning(review_queues.c.run)
        if (
            connection.execute(put, queue).first() is not None
        ):  # else somebody was faster: theirs is the queue
            _fill(connection, review_frame, frame)
            _fill(connection, review_items, rows)
            _fill(connection, review_seats, [seat for item in items for seat in _seats(item)])
            _tell_planner(room, connection)
            data = {"table": "review_queues", "row": run, "sha256": log.row_digest(queue)}
            room.log(connection, run, by, "opened", run, {**data, "items": len(items), "cases": len(frame)})
        return queue_in(connection, run)


def _link(rows: list[dict[str, Any]]) -> str:
    """Gives each row the hash over itself and the one before; returns the last."""
    last = log.START
    for row in rows:
        last = row["link"] = log.link(last, row)
    return last


def _frame_row(run: str, one: Framed) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in one.__struct_fields__}
    judged = None if one.judged is None else int(one.judged)
    return {"run": run, **row, "judged": judged, "reasons": " ".join(one.reasons), "drawn": int(one.drawn)}


def _seats(item: Item) -> Iterator[dict[str, Any]]:
    """One a reader; and one for a third person, which opens when they differ."""
    shared = {"item": item.id, "run": item.run, "place": item.place}
    for number in range(1, item.required + 1):
        yield {**shared, "round": number, "state": "open"}
    if item.kind == "case" and item.form == "independent":
        yield {**shared, "round": ADJUDICATION, "state": "waiting"}


def _fill(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        connection.execute(table.insert(), chunk)


def _tell_planner(room: Room, connection: sa.Connection) -> None:
    """PostgreSQL plans for empty tables until it has looked at them, which may take it a minute."""
    if not room.db.is_sqlite:
        for table in (review_frame, review_items, review_seats):
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def _with_snapshots(store: Store, run: str, items: Sequence[Item]) -> list[Item]:
    """Each item with the hash of what its readers will see."""
    known = scenarios_of(store, run)
    wanted = {case for item in items for case in (item.case, item.other) if case}
    shown = {
        row.id: show(decode_blind(row.record), known[row.scenario]).snapshot
        for row in store.cases(run)
        if row.id in wanted
    }
    return [msgspec.structs.replace(item, snapshot=snapshot_of(_parts(item, shown, known))) for item in items]


def _parts(item: Item, shown: Mapping[str, str], known: Mapping[str, Scenario]) -> list[str]:
    if item.kind == "gold":
        return [show_gold(known[item.scenario], item.key).snapshot]
    return [shown[item.case]] + ([shown[item.other]] if item.other else [])


def snapshot_of(parts: Sequence[str]) -> str:
    """One hash for one reply, or for the two of a pair."""
    return parts[0] if len(parts) == 1 else digest(parts)


def seen_of(room: Room, item: Item) -> tuple[Shown, ...]:
    """What a reader of an item sees, in the item's own order; refused where it is not what was planned.

    Reads through connections of its own: call it while holding none.
    """
    if item.kind == "gold":
        shown = [show_gold(_scenario(room, item), item.key)]
    else:
        scenario = _scenario(room, item)
        rows = [room.store.case(item.run, case) for case in (item.case, item.other) if case]
        shown = [show(decode_blind(row.record), scenario) for row in rows]
    if snapshot_of([one.snapshot for one in shown]) != item.snapshot:
        raise PrimumError(
            f"the replies of run {item.run} have changed or were forgotten since its queue was opened;"
            " what was planned to be reviewed is not there any more"
        )
    return tuple(shown)


def _scenario(room: Room, item: Item) -> Scenario:
    content = room.store.scenario(item.run, item.scenario)
    if content is None:
        raise PrimumError(f"the texts of run {item.run} were forgotten; there is nothing left to review")
    return msgspec.json.decode(content, type=Scenario)


def _has_queue(connection: sa.Connection, run: str) -> bool:
    return (
        connection.execute(sa.select(review_queues.c.run).where(review_queues.c.run == run)).first()
        is not None
    )


def queue_in(connection: sa.Connection, run: str) -> Queue:
    """The queue of a run, or a PrimumError that says how to open one."""
    row = connection.execute(sa.select(review_queues).where(review_queues.c.run == run)).first()
    if row is None:
        raise PrimumError(f"run {run} has no review queue; open one with: primum review open {run}")
    mine, all_cases = review_items.c.run == run, review_frame.c.run == run
    count = sa.func.count()
    total = sa.func.coalesce(sa.func.sum(review_items.c.required), 0)
    items, readings = connection.execute(sa.select(count, total).where(mine)).one()
    drawn = sa.func.coalesce(sa.func.sum(review_frame.c.drawn), 0)
    cases, taken = connection.execute(sa.select(count, drawn).where(all_cases)).one()
    policy = msgspec.json.decode(row.policy, type=Policy)
    return Queue(
        run, row.opened, row.person, row.seed, policy, row.rubric, cases, int(taken), items, int(readings)
    )


def queues_in(connection: sa.Connection) -> tuple[Queue, ...]:
    """The newest first."""
    rows = connection.execute(
        sa.select(review_queues.c.run).order_by(review_queues.c.opened.desc(), review_queues.c.run)
    ).all()
    return tuple(queue_in(connection, row.run) for row in rows)
