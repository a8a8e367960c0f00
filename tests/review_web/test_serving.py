"""`primum serve` and `primum review RUN` as processes: where they listen, whom they let in, how they stop."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from primum.errors import PrimumError
from primum.review.desk import Desk
from primum.review.sessions import open_session
from primum.review.web.serve import listening, origin_of
from primum.store import open_store
from tests.review.build import ANN, LEAD, RUN, Clock, keep, mixed, policy, staffed

PRIMUM = [sys.executable, "-c", "from primum.cli import main; main()"]


@contextmanager
def started(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it printed until its link."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*PRIMUM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    try:
        told = ""
        assert process.stdout is not None
        for line in process.stdout:
            told += line
            if "works once" in line:
                break
        yield process, told
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def get(link: str, cookie: str = "") -> http.client.HTTPResponse:
    host, path = link.removeprefix("http://").split("/", 1)
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", f"/{path}", headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse()


def post(url: str, cookie: str, form: str) -> str:
    """Where the answer leads."""
    host, path = url.removeprefix("http://").split("/", 1)
    headers = {
        "Cookie": cookie,
        "Origin": f"http://{host}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("POST", f"/{path}", form, headers)
    return connection.getresponse().getheader("Location") or ""


def test_one_person_opens_the_link_and_is_in(tmp_path: Path) -> None:
    with open_store(tmp_path / "primum.db") as store:
        keep(store, mixed(12))
    with started("review", RUN, "--store", tmp_path / "primum.db", "--port", 0) as (_, told):
        link = re.findall(r"http://127\.0\.0\.1:\d+/enter/\S+", told)[0]
        entered = get(link)
        cookie = (entered.getheader("Set-Cookie") or "").split(";")[0]
        assert (entered.status, get(link).status) == (303, 403)
        page = get(link.split("/enter/")[0] + "/review", cookie)
        assert page.status == 200 and RUN in page.read().decode()


def test_a_team_starts_with_a_lead(tmp_path: Path) -> None:
    path = tmp_path / "primum.db"
    with open_store(path) as store:
        keep(store, mixed(12))
    missing = subprocess.run([*PRIMUM, "serve", "no.db"], capture_output=True, text=True, timeout=60)
    assert missing.returncode == 2 and "there is no store no.db" in missing.stderr
    refused = subprocess.run(
        [*PRIMUM, "serve", str(path), "--port", "0"], capture_output=True, text=True, timeout=60
    )
    assert refused.returncode == 2 and "name its first lead" in refused.stderr
    with started("serve", tmp_path, "--port", 0, "--lead", "Lena@Clinic.example", "--name", "Dr Lena") as (
        _,
        told,
    ):
        link = re.findall(r"http://127\.0\.0\.1:\d+/invitation/\S+", told)[0]
        assert "lena@clinic.example" in get(link).read().decode()
        assert get(link.split("/invitation/")[0] + "/lead").getheader("Location") == "/sign-in"


def test_what_was_submitted_outlives_a_kill(tmp_path: Path) -> None:
    """SIGKILL right after the third answer was acknowledged."""
    path = tmp_path / "primum.db"
    with open_store(path) as store:
        keep(store, mixed(12))
        staffed(store, Clock(time.time())).open_queue(RUN, policy(share=1.0), LEAD)
        secret = open_session(store.database, ANN, time.time())
    with started("serve", path, "--port", 0, "--lead", LEAD) as (process, told):
        origin = re.findall(r"http://127\.0\.0\.1:\d+", told)[0]
        cookie = f"primum-{origin.rsplit(':', 1)[1]}={secret}"
        for _ in range(3):
            item = post(f"{origin}/review", cookie, f"run={RUN}")
            assert post(f"{origin}{item}", cookie, "verdict=pass&severity=0") == f"{item}/stored"
        process.kill()
        process.wait()
    with open_store(path) as store:
        desk = Desk(store)
        assert desk.progress(RUN, ANN).done == 3
        assert desk.verify(RUN).whole


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://review.clinic.example", "https://review.clinic.example"),
        ("review.clinic.example/", "https://review.clinic.example"),
        ("https://review.clinic.example:443", "https://review.clinic.example"),
        ("https://review.clinic.example:8443", "https://review.clinic.example:8443"),
        ("http://localhost:8321", "http://localhost:8321"),
        ("http://[::1]:8321", "http://[::1]:8321"),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://review.clinic.example", "unencrypted"),
        ("http://0.0.0.0:8321", "unencrypted"),
        ("ftp://review.clinic.example", "no address"),
        ("https://review.clinic.example/path", "no address"),
        ("https://", "no address"),
    ],
)
def test_an_address_that_will_not_do(url: str, words: str) -> None:
    with pytest.raises(PrimumError, match=words):
        origin_of(url)


def test_a_port_that_is_taken_is_said_or_passed_over() -> None:
    with listening("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PrimumError, match="choose another with --port"):
            listening("127.0.0.1", port)
        with listening("127.0.0.1", port, others=20) as other:
            assert other.getsockname()[1] > port
