"""One database, SQLite or PostgreSQL: how to reach it, read it and write to it, and how its errors are said.

Durability. SQLite runs in WAL mode with `synchronous=FULL`: a commit that returned survives SIGKILL and, since
each commit is synced, a loss of power. FULL was measured against NORMAL at 0.15 ms more a group commit of eight
calls (cloud disk): little beside a model call, so there is no setting for less. PostgreSQL keeps its own default
(`synchronous_commit=on`), which promises the same.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from primum.errors import PrimumError, did_you_mean

SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")

PRAGMAS = (
    "busy_timeout = 30000",  # first, so that the others wait too
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",  # 16 MB: a page written often is copied to the file once
)

POOL = 40
"""Connections that are kept once they were needed: one for every thread of the review app. Others use a few."""
IDLE = 2.0
"""Seconds after which a pooled connection of PostgreSQL is asked whether it still lives."""


class Database:
    """An engine, with one way to read and one way to write."""

    def __init__(self, url: sa.URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database or "").resolve() if self.is_sqlite else None
        self.shown = url.database or "" if self.is_sqlite else shown(url)
        self._secrets = _secrets(url)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        # Each statement of a read sees what is committed, with or without a transaction around it; without one,
        # PostgreSQL is spared two messages a read.
        self.reading = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.errors(), self.reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One durable transaction."""
        with self.errors(), self.engine.begin() as connection:
            if self.is_sqlite:
                # A transaction that starts by reading cannot wait for the write lock later; this one can.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def errors(self) -> Iterator[None]:
        """What the database says, in one line without secrets."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise  # a caller broke a rule of the tables: a bug, to be seen whole
        except sa.exc.DBAPIError as error:
            raise PrimumError(f"the store {self.shown} failed: {self._said(error)}") from None

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT with ON CONFLICT, which both databases have and standard SQL has not."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def _said(self, error: sa.exc.DBAPIError) -> str:
        text = " ".join(str(error.orig).split("\n", 1)[0].split())
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text + _advice(text)


def parse(where: str | Path) -> sa.URL:
    """A path or a URL as the URL of a driver we use.

    >>> parse("postgres://ann:pw@db.example/primum").drivername
    'postgresql+psycopg'
    """
    text = str(where)
    if "://" not in text:
        return sa.URL.create("sqlite", database=text)
    scheme = text.split("://", 1)[0]
    if scheme not in SCHEMES:
        hint = did_you_mean(scheme, SCHEMES[:2])
        raise PrimumError(f"a store is a file, sqlite:///FILE or postgresql://…, not {scheme}://…{hint}")
    try:
        url = sa.make_url(text)
    except (ValueError, sa.exc.ArgumentError):
        url = None
    if url is None or "@" in (url.host or "") or (url.host and "/" in url.host):
        # Said without the text: it may hold a password in an unexpected place.
        raise PrimumError(
            f"the {scheme} URL of the store cannot be read; write {scheme}://USER:PASSWORD@HOST:PORT/DATABASE,"
            " with @ : / in the password as %40 %3A %2F"
        )
    if scheme == "sqlite":
        return sa.URL.create("sqlite", database=url.database)
    return url.set(drivername="postgresql+psycopg")


def shown(url: sa.URL) -> str:
    """The URL without password and options.

    >>> shown(parse("postgresql://ann:pw@db.example/primum?sslpassword=x"))
    'postgresql://ann@db.example/primum'
    """
    bare = sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


def _secrets(url: sa.URL) -> tuple[str, ...]:
    options = [str(value) for name, value in url.query.items() if "password" in name]
    return tuple(secret for secret in [str(url.password or ""), *options] if secret)


def _advice(text: str) -> str:
    known = {
        "database is locked": "; another process is writing to it, wait or stop it",
        "not a database": "; name another file",
        "readonly": "; make the file and its folder writable",
        "unable to open": "; check that the folder exists and is writable",
        "disk is full": "; make room and run the same command again",
        "connection failed": "; check that the server runs and that host, port, user and password are right",
    }
    return next((advice for words, advice in known.items() if words in text), "")


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise PrimumError("a store needs a file, for example sqlite:///primum.db")
    path = Path(url.database)
    if path.is_dir():
        raise PrimumError(
            f"the store {path} is a folder; name a file in it, for example {path / 'primum.db'}"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PrimumError(f"the folder {path.parent} of the store cannot be made: {error.strerror}") from None
    engine = sa.create_engine(url, hide_parameters=True, pool_size=POOL)
    sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in PRAGMAS:
        _patiently(connection, f"PRAGMA {pragma}")


def _patiently(connection: sqlite3.Connection, statement: str, seconds: float = 30.0) -> None:
    """SQLite does not wait by itself when two processes turn a new file to WAL at once."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    options = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        engine = sa.create_engine(url, hide_parameters=True, pool_size=POOL, connect_args=options)
    except ImportError:
        raise PrimumError(
            "a PostgreSQL store needs the driver psycopg; install it with: pip install 'primum[postgres]'"
        ) from None
    sa.event.listen(engine, "checkin", _note_time)
    sa.event.listen(engine, "checkout", _ask_if_idle)
    return engine


def _note_time(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ask_if_idle(connection: Any, record: Any, _proxy: object) -> None:
    """A connection that has lain idle may be dead; one that was used a moment ago need not be asked each time."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise sa.exc.DisconnectionError from error  # the pool makes a new one


class Batch:
    """An INSERT of whole rows, compiled once and handed to the driver as it is.

    The group commit runs it hundreds of times a second; building the parameters of Core's own `execute` took
    longer there than the database.
    """

    def __init__(self, database: Database, statement: sqlite.Insert | postgresql.Insert) -> None:
        columns = [column.name for column in statement.table.columns]
        compiled: Any = statement.compile(dialect=database.engine.dialect, column_keys=columns)
        self._text = str(compiled)
        self._names = None if compiled.positional else columns
        assert compiled.positiontup in (None, columns), "rows are given in the order of the table's columns"

    def execute(self, connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Rows in the order of the table's columns; returns how many were written."""
        if not rows:
            return 0
        if self._names is None:
            return connection.exec_driver_sql(self._text, rows).rowcount
        names = self._names
        return connection.exec_driver_sql(
            self._text, [dict(zip(names, row, strict=True)) for row in rows]
        ).rowcount
