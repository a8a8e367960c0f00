"""Opening: paths and URLs, migrations, and errors that say what to do and never hold a password."""

import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from primum.errors import PrimumError
from primum.store import database, open_store
from primum.store.database import Database, parse
from primum.store.migrate import Migration, known_migrations, migrate, versions
from primum.store.tables import metadata
from tests.store.processes import child, line, tell


def refusal(where: str | Path) -> str:
    """The error of opening; asserts that it is one line without the password, down to the traceback."""
    with pytest.raises(PrimumError) as caught:
        open_store(where)
    assert "\n" not in str(caught.value)
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def schema(connection: sa.Connection) -> dict[str, tuple[list[Any], ...]]:
    inspector = sa.inspect(connection)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
            inspector.get_pk_constraint(table)["constrained_columns"],
            [(f["constrained_columns"], f["referred_table"]) for f in inspector.get_foreign_keys(table)],
            [(i["name"], i["column_names"], i["unique"]) for i in inspector.get_indexes(table)],
        )
        for table in metadata.tables
    }


# where


def test_a_path_makes_the_file_and_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "out" / "with space" / "primum.db"
    for where in (path, str(path), f"sqlite:///{path}"):
        with open_store(where) as store:
            assert store.url_shown == str(path)
            assert store.list_runs() == []
    assert path.read_bytes().startswith(b"SQLite format 3")


def test_sqlite_is_opened_durable(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store, store._db.read() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
        assert values == ["wal", 2], "write-ahead log, synchronous=FULL"
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30000
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_postgresql_url_is_shown_without_its_password(postgres_url: str) -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        with open_store(postgres_url.replace("postgresql", scheme, 1)) as store:
            assert store.url_shown == postgres_url.replace(":canary-pw-3f9a", "")


# errors


def test_wrong_places_for_a_file_are_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are my notes, not a database " * 100)
    assert "is a folder; name a file in it" in refusal(tmp_path)
    assert "not a database; name another file" in refusal(tmp_path / "notes.txt")
    assert "cannot be made: Not a directory" in refusal(tmp_path / "notes.txt" / "sub" / "x.db")
    assert "needs a file" in refusal("sqlite://")
    assert (tmp_path / "notes.txt").read_text().startswith("these are my notes")


def test_other_databases_are_refused() -> None:
    assert "not mysql://…" in refusal("mysql://ann:canary@h/db")
    assert "Did you mean 'postgresql'" in refusal("postgrsql://ann:canary@h/db")


@pytest.mark.parametrize("url", ["postgresql://u:can@ary-canary@h/db", "postgresql://u:canary@h:canary/db"])
def test_a_malformed_url_is_said_without_repeating_it(url: str) -> None:
    assert "cannot be read; write postgresql://USER:PASSWORD@HOST" in refusal(url)


def test_an_unreachable_server_a_wrong_password_and_a_missing_database_are_said(postgres_server: str) -> None:
    host = postgres_server.rsplit("@", 1)[1]
    unreachable = refusal("postgresql://ann:canary@127.0.0.1:1/db?password=canary")
    assert unreachable.startswith("the store postgresql://ann@127.0.0.1:1/db failed: ")
    assert "check that the server runs" in unreachable
    assert "password authentication failed" in refusal(f"postgresql://primum:canary-wrong@{host}/postgres")
    assert 'database "nowhere" does not exist' in refusal(f"{postgres_server}/nowhere")


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'primum[postgres]'" in refusal("postgresql://ann:canary@127.0.0.1/db")


def test_a_failure_later_is_one_line_too(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        with store._db.write() as connection:
            connection.exec_driver_sql("DROP TABLE journal")
        with pytest.raises(PrimumError, match=r"^the store .*a\.db failed: no such table: journal$"):
            store.journal_keys()


# migrations


def test_the_migrations_are_numbered_without_a_gap() -> None:
    known = known_migrations()
    assert [migration.number for migration in known] == list(range(1, len(known) + 1))


def test_the_migrations_lead_to_the_tables_we_use(new_url: Callable[[], str]) -> None:
    migrated, created = Database(parse(new_url())), Database(parse(new_url()))
    migrate(migrated, known_migrations())
    metadata.create_all(created.engine)
    with migrated.read() as one, created.read() as other:
        assert schema(one) == schema(other)
        assert schema(one)["cases"][0], "the comparison sees columns"
    migrated.engine.dispose()
    created.engine.dispose()


def test_an_older_store_is_upgraded_and_keeps_its_rows(url: str) -> None:
    with open_store(url) as store:
        store.save_run("r", b"{}", 1.0)
    steps = known_migrations()
    older = len(steps)

    def add_column(connection: sa.Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN owner TEXT DEFAULT 'nobody'")

    database = Database(parse(url))
    for _ in range(2):
        migrate(database, [*steps, Migration(older + 1, "test_owner", add_column)])
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT run, owner FROM runs").one() == ("r", "nobody")
        assert connection.scalars(sa.select(versions.c.version)).all() == list(range(1, older + 2))
    database.engine.dispose()

    assert f"written by a newer primum (schema {older + 1}, this one knows {older}); upgrade with" in refusal(
        url
    )


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    def breaks(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (a INTEGER)")
        connection.exec_driver_sql("SELECT * FROM missing")

    database = Database(parse(url))
    steps = known_migrations()
    with pytest.raises(PrimumError, match="missing"):
        migrate(database, [*steps, Migration(len(steps) + 1, "test_breaks", breaks)])
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == []
    migrate(database, steps)
    database.engine.dispose()


def test_a_database_of_another_program_is_left_alone(url: str) -> None:
    database = Database(parse(url))
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE runs (mine INTEGER)")
    assert "already has a table 'runs' that primum did not make" in refusal(url)
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["runs"]
    database.engine.dispose()


def test_processes_that_open_a_new_store_at_once_all_succeed(new_url: Callable[[], str]) -> None:
    for _ in range(2):
        url = new_url()
        with ExitStack() as stack:
            children = [stack.enter_context(child("open", url)) for _ in range(5)]
            assert [line(process) for process in children] == ["ready"] * 5
            for process in children:
                tell(process, "go")
            assert [line(process) for process in children] == ["opened"] * 5
        with open_store(url) as store, store._db.read() as connection:
            assert connection.scalars(sa.select(versions.c.version)).all() == [
                m.number for m in known_migrations()
            ]


def test_a_connection_that_died_while_it_lay_idle_is_made_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE", 0.0)
    other = sa.create_engine(parse(postgres_url), isolation_level="AUTOCOMMIT")
    with open_store(postgres_url) as store, other.connect() as killer:
        with store.database.read() as connection:
            pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        assert killer.scalar(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with store.database.read() as connection:
            assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != pid
    other.dispose()
