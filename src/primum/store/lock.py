"""One process a run. The lock belongs to the process, so that it is gone the moment the process is."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from primum.errors import PrimumError
from primum.store.database import Database


@contextmanager
def run_lock(database: Database, run: str) -> Iterator[None]:
    """Hold the run, or say who does."""
    with _file_lock(database.path, run) if database.path else _advisory_lock(database, run):
        yield


def _holder() -> str:
    return f"{os.getpid()} {int(time.time())} {socket.gethostname()}"


def _refusal(run: str, holder: str) -> PrimumError:
    who = "another process"
    parts = holder.split(" ", 2)
    if len(parts) == 3 and parts[1].isdigit():
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(parts[1])))
        who = f"process {parts[0]} on {parts[2]} since {since}"
    return PrimumError(f"run {run} is being executed by {who}; wait, or stop it")


@contextmanager
def _file_lock(database: Path, run: str) -> Iterator[None]:
    path = database.with_name(f"{database.name}.{sha256(run.encode()).hexdigest()[:12]}.lock")
    handle = _locked(path, run)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, _holder().encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)  # while still locked, so that nobody waits on a file without a name
        os.close(handle)


def _locked(path: Path, run: str) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace")
            os.close(handle)
            raise _refusal(run, holder) from None
        if _is_named(path, handle):
            return handle
        os.close(handle)  # the last holder removed the file between our opening and our locking it


def _is_named(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


@contextmanager
def _advisory_lock(database: Database, run: str) -> Iterator[None]:
    key = int.from_bytes(sha256(f"run {run}".encode()).digest()[:8], signed=True)
    with database.errors():
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # so that closing it closes the session, and with it the lock
    try:
        with database.errors():
            _take(connection, key, run)
        yield
    finally:
        connection.close()


def _take(connection: sa.Connection, key: int, run: str) -> None:
    # Names the holder in pg_stat_activity, and notices within a minute a holder whose machine is gone.
    connection.execute(sa.select(sa.func.set_config("application_name", _holder(), False)))
    for name, value in (("idle", 30), ("interval", 10), ("count", 3)):
        connection.exec_driver_sql(f"SET tcp_keepalives_{name} = {value}")
    if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
        halves = {"high": key >> 32 & 0xFFFFFFFF, "low": key & 0xFFFFFFFF}
        raise _refusal(run, connection.scalar(_HOLDER, halves) or "")


_HOLDER = sa.text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory'"
    " AND granted AND objsubid = 1 AND classid = :high AND objid = :low"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
