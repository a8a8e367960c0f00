"""Brings a database to the schema this primum knows, or refuses one that is ahead of it."""

import pkgutil
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

import sqlalchemy as sa

from primum.errors import PrimumError
from primum.store import migrations as package
from primum.store.database import Database
from primum.store.tables import metadata

LOCK = 0x7072696D756D  # "primum", the key of PostgreSQL's advisory lock for migrations

versions = sa.Table(
    "schema_version",
    sa.MetaData(),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("applied", sa.Double, nullable=False),
)


class Migration(NamedTuple):
    number: int
    name: str
    upgrade: Callable[[sa.Connection], None]


def known_migrations() -> list[Migration]:
    """The numbered files of the package, in order."""
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name[0].isdigit())
    return [
        Migration(int(name[:4]), name, import_module(f"{package.__name__}.{name}").upgrade) for name in names
    ]


def migrate(database: Database, known: Sequence[Migration]) -> None:
    """Apply what is missing, all of it or nothing, one process at a time."""
    with database.read() as connection:
        if _version(connection, database, known) == known[-1].number:
            return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        version = _version(connection, database, known)  # another process may have been faster
        if version == 0:
            _refuse_a_stranger(connection, database)
            versions.create(connection)
        for migration in known[version:]:
            migration.upgrade(connection)
            row = {"version": migration.number, "name": migration.name, "applied": time.time()}
            connection.execute(versions.insert(), row)


def _version(connection: sa.Connection, database: Database, known: Sequence[Migration]) -> int:
    if not sa.inspect(connection).has_table(versions.name):
        return 0
    version: int = connection.scalar(sa.select(sa.func.max(versions.c.version))) or 0
    if version > known[-1].number:
        raise PrimumError(
            f"the store {database.shown} was written by a newer primum (schema {version}, this one knows"
            f" {known[-1].number}); upgrade with: pip install --upgrade primum"
        )
    return version


def _refuse_a_stranger(connection: sa.Connection, database: Database) -> None:
    taken = sorted(set(sa.inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise PrimumError(
            f"the database {database.shown} already has a table '{taken[0]}' that primum did not make;"
            " name an empty database"
        )
