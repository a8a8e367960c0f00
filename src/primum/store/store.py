"""The store: runs, their cases, and the journal of calls. Synchronous; used from one writer and any readers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
import sqlalchemy as sa

from primum.errors import PrimumError, did_you_mean
from primum.store.database import Batch, Database, parse
from primum.store.forget import forget
from primum.store.lock import run_lock
from primum.store.migrate import known_migrations, migrate
from primum.store.rows import CaseRow, Forgotten, JournalRow, RunRow, Status
from primum.store.tables import cases, journal, runs, scenarios, uses

T = TypeVar("T")

CHUNK = 500
"""Rows held in memory at once when many are read or merged."""
COLUMN_CHUNK = 20_000
"""The same for rows without their records."""
JOINT = "\x1f"
"""Between the texts of joined columns: the unit separator, which no name holds."""


def open_store(where: str | Path) -> "Store":
    """Open, and make or migrate if needed, the store at a path or URL.

    >>> open_store("out/x/primum.db").url_shown  # doctest: +SKIP
    'out/x/primum.db'
    >>> open_store("postgresql://ann:pw@db.example/primum").url_shown  # doctest: +SKIP
    'postgresql://ann@db.example/primum'
    """
    database = Database(parse(where))
    try:
        migrate(database, known_migrations())
    except BaseException:
        database.engine.dispose()
        raise
    return Store(database)


class Store:
    """See `open_store`. Every commit is durable before it returns."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.url_shown = database.shown
        """Where it is, without a password."""
        self._add_calls = Batch(database, database.insert(journal).on_conflict_do_nothing())
        self._add_uses = Batch(database, database.insert(uses).on_conflict_do_nothing())
        self._put_cases = Batch(database, _replacing(database.insert(cases), cases, ("run", "index")))

    @property
    def database(self) -> Database:
        """For rooms that keep tables of their own in it."""
        return self._db

    def close(self) -> None:
        self._db.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # journal

    def commit(
        self,
        journal: Sequence[JournalRow] = (),
        uses: Iterable[tuple[str, bytes]] = (),
        cases: Sequence[CaseRow] = (),
    ) -> dict[bytes, bytes]:
        """Write all of it or nothing, durably; returns the replies that were there before, by key.

        The first reply under a key stays; a case replaces the one at its index. A hit in the journal is a use
        too: without it `forget` would not know that the run needs the call.
        """
        # Keys in one order for every writer, so that two on one PostgreSQL cannot wait for each other.
        calls = sorted(journal, key=_key)
        pairs = sorted(uses)
        with self._db.write() as connection:
            added = self._add_calls.execute(connection, [msgspec.structs.astuple(call) for call in calls])
            self._add_uses.execute(connection, pairs)
            self._put_cases.execute(connection, [msgspec.structs.astuple(case) for case in cases])
        if added == len(calls):
            return {}
        stayed = self.journal_get([call.key for call in calls])
        return {
            call.key: stayed[call.key] for call in calls if stayed.get(call.key, call.reply) != call.reply
        }

    def journal_keys(self, run: str | None = None) -> set[bytes]:
        """The keys that have a reply; of one run, those it used."""
        query = sa.select(journal.c.key)
        if run is not None:
            query = query.join(uses, uses.c.key == journal.c.key).where(uses.c.run == run)
        with self._db.read() as connection:
            return {row[0] for row in connection.execute(query)}

    def journal_get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The replies that are there, by key."""
        query = sa.select(journal.c.key, journal.c.reply).where(
            journal.c.key.in_(sa.bindparam("keys", expanding=True))
        )
        found: dict[bytes, bytes] = {}
        with self._db.read() as connection:
            for start in range(0, len(keys), CHUNK):
                rows = connection.execute(query, {"keys": keys[start : start + CHUNK]})
                found.update((row[0], row[1]) for row in rows)
        return found

    def journal_used(self, run: str, since: float) -> Iterator[tuple[str, bytes]]:
        """Endpoint and reply of each call that a run used and that was made at `since` or later."""
        mine = sa.select(journal.c.key, journal.c.endpoint, journal.c.reply).join(
            uses, uses.c.key == journal.c.key
        )
        query = mine.where(uses.c.run == run, journal.c.created >= since)
        for rows in self._pages(query, (journal.c.key,), (b"",)):
            yield from ((row.endpoint, row.reply) for row in rows)

    def journal_rows(self) -> Iterator[JournalRow]:
        """The whole journal in key order, a chunk at a time."""
        for rows in self._pages(sa.select(journal), (journal.c.key,), (b"",)):
            yield from (_as(JournalRow, row) for row in rows)

    def journal_merge(self, other: "Store") -> int:
        """Take over the calls and uses of another store; returns how many calls were new.

        A union, so shards may be merged in any order and more than once. Should two stores hold different
        replies under one key, the earlier stays (of two equally early, the lesser bytes).
        """
        added = 0
        put = self._db.insert(journal)
        new, old = put.excluded, journal.c
        put = put.on_conflict_do_update(
            index_elements=[old.key],
            set_={name: new[name] for name in ("endpoint", "request", "reply", "created")},
            where=sa.tuple_(new.created, new.reply) < sa.tuple_(old.created, old.reply),
        )
        for rows in other._pages(sa.select(journal), (old.key,), (b"",)):
            keys = [row.key for row in rows]
            with self._db.write() as connection:
                known = connection.scalar(sa.select(sa.func.count()).where(old.key.in_(keys)))
                connection.execute(put, [row._asdict() for row in rows])
            added += len(rows) - (known or 0)
        for rows in other._pages(sa.select(uses), (uses.c.run, uses.c.key), ("", b"")):
            with self._db.write() as connection:
                self._add_uses.execute(connection, [tuple(row) for row in rows])
        return added

    # runs

    def save_run(self, run: str, manifest: bytes, created: float) -> None:
        """Enter a run, or enter it again: `created` stays the first, the rest starts anew as 'running'."""
        put = _replacing(self._db.insert(runs), runs, ("run", "created"), key=("run",))
        values = {"run": run, "manifest": manifest, "created": created, "status": "running"}
        with self._db.write() as connection:
            connection.execute(put, {**values, "finished": None, "forgotten": None})

    def update_run(
        self, run: str, status: Status, finished: float | None = None, manifest: bytes | None = None
    ) -> None:
        values: dict[str, Any] = {"status": status, "finished": finished}
        if manifest is not None:
            values["manifest"] = manifest
        with self._db.write() as connection:
            if not connection.execute(sa.update(runs).where(runs.c.run == run).values(values)).rowcount:
                raise self._no_run(run)

    def save_scenarios(self, run: str, contents: Mapping[str, bytes]) -> None:
        """The scenarios of a run by id, as they are played."""
        put = _replacing(self._db.insert(scenarios), scenarios, ("run", "id"))
        rows = [{"run": run, "id": name, "content": content} for name, content in sorted(contents.items())]
        with self._db.write() as connection:
            if rows:
                connection.execute(put, rows)

    def scenarios(self, run: str) -> dict[str, bytes]:
        """What `save_scenarios` was given."""
        query = sa.select(scenarios.c.id, scenarios.c.content).where(scenarios.c.run == run)
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def scenario(self, run: str, name: str) -> bytes | None:
        """One of them."""
        query = sa.select(scenarios.c.content).where(scenarios.c.run == run, scenarios.c.id == name)
        with self._db.read() as connection:
            return connection.scalar(query)

    def load_run(self, run: str) -> RunRow:
        """By its id or the beginning of it."""
        with self._db.read() as connection:
            rows = _named(connection, sa.select(runs), runs.c.run, run)
        if not rows:
            raise self._no_run(run)
        return _as(RunRow, _only(rows, "run", run))

    def list_runs(self) -> list[RunRow]:
        """The newest first."""
        query = sa.select(runs).order_by(runs.c.created.desc(), runs.c.run)
        with self._db.read() as connection:
            return [_as(RunRow, row) for row in connection.execute(query)]

    def lock(self, run: str) -> AbstractContextManager[None]:
        """Hold a run while executing it; a second process gets a PrimumError that names the first."""
        return run_lock(self._db, run)

    def forget(self, run: str, redact: Callable[[bytes], bytes]) -> Forgotten:
        """Erase the texts of a run: calls that no other run uses, and in each case what `redact` takes out.

        Hashes, outcomes, scores and what `redact` leaves stay. The run must not be executing.
        """
        found = self.load_run(run).run
        with self.lock(found):
            return forget(self._db, found, redact)

    def forget_calls(self, name: str) -> Forgotten:
        """The same for what has calls and no run: an examination, a calibration, a file of replies judged."""
        with self.lock(name):
            return forget(self._db, name, lambda record: record)

    def callers(self) -> tuple[str, ...]:
        """Names that use calls of this store and are no run of it."""
        query = sa.select(uses.c.run).distinct().where(uses.c.run.not_in(sa.select(runs.c.run)))
        with self._db.read() as connection:
            return tuple(sorted(row[0] for row in connection.execute(query)))

    # cases

    def cases(self, run: str) -> Iterator[CaseRow]:
        """In index order, a chunk at a time."""
        query = sa.select(cases).where(cases.c.run == run)
        for rows in self._pages(query, (cases.c.index,), (-1,)):
            yield from (_as(CaseRow, row) for row in rows)

    def trim_cases(self, run: str, length: int) -> None:
        """Remove cases whose place is beyond the plan."""
        beyond = sa.delete(cases).where(cases.c.run == run, cases.c.index >= length)
        with self._db.write() as connection:
            connection.execute(beyond)

    def case(self, run: str, case: str) -> CaseRow:
        """By its id or the beginning of it."""
        with self._db.read() as connection:
            rows = _named(connection, sa.select(cases).where(cases.c.run == run), cases.c.id, case)
        if not rows:
            raise PrimumError(f"run {run} has no case '{case}'; its cases are listed in cases.jsonl")
        return _as(CaseRow, _only(rows, "case", case, by=2))

    def case_columns(self, run: str, names: Sequence[str]) -> dict[str, list[Any]]:
        """Columns of all cases of a run in index order, for statistics."""
        found: dict[str, list[Any]] = {name: [] for name in names}
        for chunk in self.case_chunks(run, names):
            for name, column in chunk.items():
                found[name].extend(column)
        return found

    def case_chunks(
        self, run: str, names: Sequence[str], joined: Sequence[str] = ()
    ) -> Iterator[dict[str, tuple[Any, ...]]]:
        """What `case_columns` gives, a chunk at a time, for runs too large to hold.

        The columns in `joined` come as one more, `joined`, with JOINT between them: one text a case is read much
        faster than ten.
        """
        for name in (*names, *joined):
            if name not in cases.c:
                raise PrimumError(f"cases have no column '{name}'.{did_you_mean(name, cases.c.keys())}")
        read = tuple(dict.fromkeys(("index", *names)))
        columns: list[Any] = [cases.c[name] for name in read]
        if joined:
            texts = [cases.c[joined[0]], *(sa.literal(JOINT) + cases.c[name] for name in joined[1:])]
            columns.append(sum(texts[1:], texts[0]).label("joined"))
        kept = (*names, "joined") if joined else tuple(names)
        query = sa.select(*columns).where(cases.c.run == run).order_by(cases.c.index).limit(COLUMN_CHUNK)
        rows: Sequence[Any] = [(-1,)]
        while True:
            with (
                self._db.read() as connection,
                connection.execute(query.where(cases.c.index > rows[-1][0])) as result,
            ):
                assert (
                    result.cursor is not None
                )  # its plain tuples: a million Row objects cost more than reading them
                rows = result.cursor.fetchall()
            if rows:
                found = dict(zip((*read, "joined"), zip(*rows, strict=True), strict=False))
                yield {name: found[name] for name in kept}
            if len(rows) < COLUMN_CHUNK:
                return

    def cases_at(self, run: str, indices: Sequence[int], names: Sequence[str]) -> dict[int, tuple[Any, ...]]:
        """Columns of some cases, by index."""
        columns = [cases.c.index, *(cases.c[name] for name in names)]
        found: dict[int, tuple[Any, ...]] = {}
        with self._db.read() as connection:
            for start in range(0, len(indices), CHUNK):
                some = cases.c.index.in_(indices[start : start + CHUNK])
                rows = connection.execute(sa.select(*columns).where(cases.c.run == run, some))
                found.update((row[0], tuple(row[1:])) for row in rows)
        return found

    # how

    def _pages(
        self,
        query: sa.Select[Any],
        order: Sequence[sa.ColumnElement[Any]],
        start: Sequence[Any],
    ) -> Iterator[Sequence[sa.Row[Any]]]:
        """Rows in chunks, each its own short read, so that a slow reader holds up nobody."""
        after = start
        while True:
            page = query.where(sa.tuple_(*order) > sa.tuple_(*after)).order_by(*order).limit(CHUNK)
            with self._db.read() as connection:
                rows = connection.execute(page).all()
            if rows:
                yield rows
            if len(rows) < CHUNK:
                return
            after = [rows[-1]._mapping[column] for column in order]

    def _no_run(self, run: str) -> PrimumError:
        hint = did_you_mean(run, (row.run for row in self.list_runs()))
        return PrimumError(f"the store {self.url_shown} has no run '{run}'.{hint}")


def _as(kind: Callable[..., T], row: Iterable[Any]) -> T:
    return kind(*row)


def _key(row: JournalRow) -> bytes:
    return row.key


def _replacing(insert: Any, table: sa.Table, keep: Sequence[str], key: Sequence[str] = ()) -> Any:
    """INSERT that replaces all columns but `keep` of a row with the same `key`."""
    new = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keep}
    return insert.on_conflict_do_update(index_elements=list(key or keep), set_=new)


def _named(
    connection: sa.Connection, query: sa.Select[Any], column: sa.Column[str], wanted: str
) -> Sequence[sa.Row[Any]]:
    """The row with this id; else up to four whose id begins so (not LIKE: SQLite's ignores case)."""
    exact = connection.execute(query.where(column == wanted)).all()
    begins = sa.func.substr(column, 1, len(wanted)) == wanted
    return exact or connection.execute(query.where(begins).order_by(column).limit(4)).all()


def _only(rows: Sequence[sa.Row[Any]], what: str, wanted: str, by: int = 0) -> sa.Row[Any]:
    if len(rows) > 1:
        ids = ", ".join(str(row[by]) for row in rows[:3]) + (" …" if len(rows) > 3 else "")
        raise PrimumError(f"'{wanted}' fits several {what}s ({ids}); write more of the id")
    return rows[0]
