"""A real PostgreSQL for the tests: one throw-away server a test session, one new database a test.

pytest_plugins = ["tests.postgres"]     # in tests/conftest.py

def test_something(postgres_url: str) -> None: ...
"""

import getpass
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

INITDB = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
USER, PASSWORD = "primum", "canary-pw-3f9a"


def _binaries() -> Path:
    """The newest installed server; Debian keeps it off the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    found = [*map(str, versions), shutil.which("initdb") or ""]
    for initdb in filter(None, found):
        if os.access(initdb, os.X_OK):
            return Path(initdb).resolve().parent
    return pytest.fail("PostgreSQL is not installed; run scripts/test-servers", pytrace=False)


def _account() -> str:
    """PostgreSQL refuses to run as root; its package makes an account for it."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "_postgres", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Runs until the block ends; yields the URL of its server, without a database."""
    binaries, account = _binaries(), _account()
    as_account: dict[str, Any] = {"user": account, "extra_groups": []} if os.geteuid() == 0 else {}
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if as_account:
        for path in (folder, secret):
            shutil.chown(path, account)
    data, log = folder / "data", folder / "log"
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", USER, f"--pwfile={secret}", *INITDB],
        capture_output=True,
        text=True,
        cwd=folder,
        **as_account,
    )
    assert made.returncode == 0, made.stderr
    port = _free_port()
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
    }
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                data,
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server itself
            **as_account,
        )
    url = f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}"
    try:
        _wait(server, url, log)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown": disconnects clients
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{log.read_text()}") from error
            time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """`postgresql://user:password@127.0.0.1:port` of a running server."""
    # Not pytest's own folder: root's is closed to the account the server runs as.
    temporary = tempfile.TemporaryDirectory(prefix="primum-postgres-", ignore_cleanup_errors=True)
    with temporary as folder, _server(Path(folder)) as url:
        yield url


def new_database(server: str) -> str:
    """Make an empty database on the server; returns its URL."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of a new, empty database."""
    return new_database(postgres_server)
