"""Erases what a run said and heard, and keeps what it found."""

import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from primum.errors import PrimumError
from primum.store.database import Database
from primum.store.rows import Forgotten
from primum.store.tables import (
    cases,
    journal,
    review_drafts,
    review_items,
    review_words,
    runs,
    scenarios,
    uses,
)

CHUNK = 500

POSTGRESQL_NOTE = (
    "PostgreSQL keeps erased bytes in its files until they are rewritten, and in its write-ahead log and backups"
    " until those are recycled; to rewrite the files now: VACUUM FULL journal, cases"
)


def forget(database: Database, run: str, redact: Callable[[bytes], bytes]) -> Forgotten:
    """Delete the calls that only this run uses and redact its cases, in one transaction; then the free space.

    What reviewers wrote and quoted goes too; their verdicts and the log of them stay.

    A name that only uses calls (an examination's) keeps nothing: its uses go too, so that they hold no call for others.
    The caller holds the lock of the run.
    """
    mine = sa.select(uses.c.key).where(uses.c.run == run)
    remembered = sa.or_(runs.c.forgotten.is_(None), runs.c.run.is_(None))
    others = (
        sa.select(uses.c.key)
        .select_from(uses.outerjoin(runs, runs.c.run == uses.c.run))
        .where(uses.c.run != run, remembered)
    )
    with database.write() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        used = connection.scalar(sa.select(sa.func.count()).where(journal.c.key.in_(mine)))
        only_mine = journal.c.key.in_(mine.except_(others))
        erased = connection.execute(sa.delete(journal).where(only_mine)).rowcount
        connection.execute(sa.delete(scenarios).where(scenarios.c.run == run))
        connection.execute(sa.delete(review_words).where(review_words.c.run == run))
        items = sa.select(review_items.c.id).where(review_items.c.run == run)
        connection.execute(sa.delete(review_drafts).where(review_drafts.c.item.in_(items)))
        redacted = sum(_redact(connection, run, redact))
        found = sa.update(runs).where(runs.c.run == run).values(forgotten=time.time())
        if not connection.execute(found).rowcount:
            connection.execute(sa.delete(uses).where(uses.c.run == run))
    note = POSTGRESQL_NOTE
    if database.is_sqlite:
        _rewrite_file(database)
        note = ""
    return Forgotten(run, erased, (used or 0) - erased, redacted, note)


def _redact(connection: sa.Connection, run: str, redact: Callable[[bytes], bytes]) -> Iterator[int]:
    """Chunk by chunk, so that a large run fits in memory; yields the number of cases of each."""
    place, record = cases.c.index, cases.c.record
    change = (
        sa.update(cases)
        .where(cases.c.run == run, place == sa.bindparam("place"))
        .values(record=sa.bindparam("redacted"))
    )
    chunk = sa.select(place, record).where(cases.c.run == run, place > sa.bindparam("after"))
    after = -1
    while rows := connection.execute(chunk.order_by(place).limit(CHUNK), {"after": after}).all():
        connection.execute(change, [{"place": row[0], "redacted": redact(row[1])} for row in rows])
        after = rows[-1][0]
        yield len(rows)


def _rewrite_file(database: Database) -> None:
    """Leave no erased byte in the file or in its write-ahead log."""
    with database.errors(), database.engine.connect() as connection:
        connection.detach()  # its settings are for this once
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        connection.exec_driver_sql("PRAGMA busy_timeout = 2000")
        connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise PrimumError(
            f"the texts are erased, but another process reads {database.shown}, so that old bytes are still in the"
            " file; stop it and forget the run again"
        )
