"""The log: append-only by trigger, and tampering with any one row is found and located. On both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.review import log
from primum.review.desk import Desk, Ruling
from primum.review.model import Event
from primum.store import Store
from primum.store.tables import metadata
from tests.review.build import (
    ANN,
    BOB,
    EVA,
    FAIL,
    LEAD,
    PASS,
    RUN,
    Clock,
    keep,
    mixed,
    policy,
    read_all,
    staffed,
)

GUARDED = (
    "review_queues", "review_frame", "review_items", "review_reviews", "review_adjudications", "review_signoffs",
    "review_events",
)  # fmt: skip
SEEN = (*GUARDED, "review_words", "review_people", "review_heads")
"""Every table a lie could be told in."""


@pytest.fixture
def desk(store: Store) -> Desk:
    """A review with everything in it: readings, a change, a conflict decided, a second answer, a signature."""
    keep(store, mixed(14))
    made = staffed(store, Clock())
    made.open_queue(RUN, policy(0.6), by=LEAD)
    read_all(made, ANN)
    page = made.take_back(RUN, ANN)
    made.submit(page.item, ANN, FAIL)
    read_all(made, BOB, FAIL)
    while (conflict := made.claim_conflict(RUN, EVA)) is not None:
        made.adjudicate(conflict.item, EVA, Ruling("fail", "No ambulance.", "omission", 3))
    item = next(one.item for one in made.labelled(RUN) if one.item)
    made.reveal(item, ANN)
    made.sign(RUN, LEAD, "lead", "reviewed and approved")
    made.sign(RUN, EVA, "adjudicator", "decided")
    assert made.verify(RUN).whole
    return made


@contextmanager
def unguarded(store: Store) -> Iterator[sa.Connection]:
    """As somebody with all rights on the database, who takes the triggers away first."""
    if store.database.is_sqlite:
        engine = sa.create_engine(f"sqlite:///{store.database.path}")  # SQLite's own default: no foreign keys
        with engine.begin() as connection:
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
            for name in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
        engine.dispose()
        return
    with store.database.write() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield connection


@pytest.mark.parametrize("name", GUARDED)
def test_the_database_itself_refuses_to_change_or_delete(desk: Desk, name: str) -> None:
    table = metadata.tables[name]
    column = next(one for one in table.c if isinstance(one.type, sa.Text) and not one.primary_key)
    for statement in (sa.update(table).values({column: "changed"}), sa.delete(table)):
        with (
            pytest.raises((PrimumError, sa.exc.DBAPIError), match="append-only"),
            desk.store.database.write() as on,
        ):
            on.execute(statement)


def test_words_may_be_deleted_to_be_forgotten_and_never_changed(desk: Desk) -> None:
    words = metadata.tables["review_words"]
    with (
        pytest.raises((PrimumError, sa.exc.DBAPIError), match="append-only"),
        desk.store.database.write() as on,
    ):
        on.execute(sa.update(words).values(content=b"{}"))


def rows(desk: Desk, name: str) -> list[dict[str, Any]]:
    table = metadata.tables[name]
    with desk.store.database.read() as connection:
        found = connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        return [dict(row._mapping) for row in found]


def other(value: Any, column: sa.Column[Any]) -> Any:
    """Another value that the column can hold."""
    if isinstance(column.type, sa.LargeBinary):
        return bytes(value or b"") + b" "
    if isinstance(column.type, sa.Double):
        return (value or 0.0) + 1.0
    if isinstance(column.type, sa.Integer):
        return (value or 0) + 1000
    return (value or "") + "x"


def where(table: sa.Table, row: dict[str, Any]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))


NOT_TOLD = {"created"}
"""When a person was entered stands in the log beside it."""


@pytest.mark.parametrize("name", SEEN)
def test_a_change_in_any_column_of_any_row_is_found_and_located(desk: Desk, name: str) -> None:
    table = metadata.tables[name]
    stored = rows(desk, name)
    middle = len(stored) // 2
    # In "run" and "chain" a change is a deletion here, which has a test of its own.
    columns = [one for one in table.c if one.name not in (*NOT_TOLD, "run", "chain")]
    for place in sorted({0, middle, len(stored) - 1}):
        row = stored[place]
        for column in columns if place == middle else columns[-1:]:
            new = {**row, column.name: other(row[column.name], column)}
            write(desk, table, row, {column.name: new[column.name]})
            found = desk.verify(RUN)
            assert not found.whole, f"{name}.{column.name} of row {place}"
            assert located(found.broken, name, new, row), (column.name, found.broken)
            write(desk, table, new, {column.name: row[column.name]})
        assert desk.verify(RUN).whole, "it was these changes that were found"


def write(desk: Desk, table: sa.Table, row: dict[str, Any], values: dict[str, Any]) -> None:
    with unguarded(desk.store) as on:
        on.execute(sa.update(table).where(where(table, row)).values(values))


def located(broken: Any, name: str, new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether the table and the row are named."""
    told = " | ".join(f"{one.where}: {one.what}" for one in broken)
    if name == "review_events":
        return f"log {old['chain']} row {old['seq']}" in told or f"row {new['seq']}" in told
    if name == "review_heads":
        return f"log {old['chain']} row" in told
    if name == "review_words":
        return old["sha256"][:12] in told or "words are missing" in told
    if name == "review_frame":
        return f"{name} {old['case']}" in told or f"{name} {new['case']}" in told or f"{name} {RUN}" in told
    return f"{name} {old.get('id', RUN)}" in told or f"{name} {new.get('id', RUN)}" in told


@pytest.mark.parametrize("name", SEEN)
def test_a_row_that_is_taken_away_is_missed(desk: Desk, name: str) -> None:
    table = metadata.tables[name]
    stored = rows(desk, name)
    for place in sorted({0, len(stored) // 2, len(stored) - 1}):
        row = stored[place]
        with unguarded(desk.store) as on:
            on.execute(sa.delete(table).where(where(table, row)))
        found = desk.verify(RUN)
        assert not found.whole, f"{name}: row {place}"
        with unguarded(desk.store) as on:
            on.execute(sa.insert(table).values(row))
        assert desk.verify(RUN).whole


def test_a_row_that_nobody_wrote_is_told_apart(desk: Desk) -> None:
    table = metadata.tables["review_signoffs"]
    (row, *_) = rows(desk, "review_signoffs")
    with desk.store.database.write() as on:  # the triggers allow it: it is an addition
        on.execute(sa.insert(table).values({**row, "id": "forged", "name": "Prof. Forged"}))
    (broken,) = desk.verify(RUN).broken
    assert broken.where == "review_signoffs forged" and "does not tell of it" in broken.what


def test_who_rewrites_the_log_from_one_row_on_is_found_by_a_head_that_was_printed(desk: Desk) -> None:
    head = desk.verify(RUN).head
    table = metadata.tables["review_events"]
    events = [Event(**row) for row in rows(desk, "review_events") if row["chain"] == RUN]
    last = events[4].previous
    with unguarded(desk.store) as on:
        for event in events[4:]:
            forged = log.sealed(msgspec.structs.replace(event, person="somebody-else", previous=last))
            last = forged.hash
            values = {"person": forged.person, "previous": forged.previous, "hash": forged.hash}
            on.execute(sa.update(table).where(table.c.chain == RUN, table.c.seq == event.seq).values(values))
        heads = metadata.tables["review_heads"]
        on.execute(sa.update(heads).where(heads.c.chain == RUN).values(hash=last))
        signed = metadata.tables["review_signoffs"]
        on.execute(sa.delete(signed))
    found = desk.verify(RUN, head)
    assert any("printed head" in one.what for one in found.broken)


def test_the_first_thing_that_is_wrong_is_named_first(desk: Desk) -> None:
    table = metadata.tables["review_events"]
    with unguarded(desk.store) as on:
        for seq in (7, 3):
            on.execute(
                sa.update(table).where(table.c.chain == RUN, table.c.seq == seq).values(person="mallory")
            )
    broken = desk.verify(RUN).broken
    assert [one.where for one in broken][:2] == [f"log {RUN} row 3", f"log {RUN} row 7"]


TEXT = st.text(max_size=20)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.floats(0, 2e9)), min_size=1, max_size=12), st.data())
def test_no_field_of_a_chain_can_be_changed_without_its_hash_telling(told, data) -> None:  # type: ignore[no-untyped-def]
    chain: list[Event] = []
    for seq, (person, action, subject, at) in enumerate(told, 1):
        last = chain[-1].hash if chain else log.START
        chain.append(log.sealed(Event("r", seq, at, person, action, subject, "{}", last, "")))
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(
        st.sampled_from(["at", "person", "action", "subject", "data", "seq", "chain", "previous"])
    )
    old = getattr(chain[place], field)
    new = old + 1 if isinstance(old, int | float) else old + "x"
    if new == old:  # a float so large that one more is the same
        return
    assert log.hash_of(msgspec.structs.replace(chain[place], **{field: new})) != chain[place].hash


def test_two_fields_that_run_together_do_not_hash_alike() -> None:
    one = log.sealed(Event("r", 1, 0.0, "ab", "c", "", "{}", "", ""))
    other_ = log.sealed(Event("r", 1, 0.0, "a", "bc", "", "{}", "", ""))
    assert one.hash != other_.hash


def test_forgetting_a_run_erases_what_people_wrote_and_nothing_breaks(desk: Desk) -> None:
    from primum.campaign.redact import redact

    before = desk.labelled(RUN)
    desk.store.forget(RUN, redact)
    assert rows(desk, "review_words") == [] and rows(desk, "review_drafts") == []
    after = desk.labelled(RUN)
    assert [(one.case, one.state, one.final, one.first) for one in after] == [
        (one.case, one.state, one.final, one.first) for one in before
    ]
    assert any(one.rationale for one in before) and not any(one.rationale for one in after)
    assert desk.verify(RUN).whole
    with pytest.raises(PrimumError, match="forgotten"):
        desk.take_back(RUN, BOB)
    desk_words = msgspec.json.encode([desk.labelled(RUN), desk.events(RUN)])
    assert b"No ambulance" not in desk_words


def test_pass_and_fail_are_in_no_event_only_their_hashes(desk: Desk) -> None:
    told = msgspec.json.encode(desk.events(RUN))
    for text in (b"No ambulance", b'"verdict"', b"omission", PASS.comment.encode() or b"Monday"):
        assert text not in told
