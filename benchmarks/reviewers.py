"""Thirty simulated reviewers at once on one queue, and the server killed in the middle.

    python -m benchmarks.reviewers --items 5000 --reviewers 30 --database both

Each reviewer is an HTTP client: takes a case, loads its page, thinks, submits, goes on. Half-way the server gets
SIGKILL and is started again. Afterwards every acknowledged answer must be in the database once, by whom it was sent
and with what was sent, and the log must be whole. Simulated reviewers and made-up cases: this measures the server.
"""

import argparse
import asyncio
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from primum.review.desk import Desk
from primum.review.model import Person
from primum.review.sessions import open_session
from primum.store import open_store
from tests.postgres import _server, new_database
from tests.review.build import DOMAINS, LEAD, RUN, Clock, keep, policy, result

LOST = (aiohttp.ClientConnectionError, aiohttp.ServerDisconnectedError, asyncio.TimeoutError)


class Measured:
    """Latencies in seconds by what was asked, and what the server said it had kept."""

    def __init__(self, half: int) -> None:
        self._half, self.half_way = half, asyncio.Event()
        self.seconds: dict[str, list[float]] = {"page": [], "submit": [], "next": []}
        self.kept: set[tuple[str, str]] = set()
        self.retries = 0

    def keep(self, person: str, item: str) -> None:
        self.kept.add((person, item))
        if len(self.kept) >= self._half:
            self.half_way.set()


def prepare(where: str, items: int, reviewers: int) -> dict[str, str]:
    """A finished run, its queue, and a session for every reviewer; returns person → cookie."""
    with open_store(where) as store:
        keep(store, (result(place, "pass", DOMAINS[place % 3]) for place in range(items)))
        desk = Desk(store, Clock(time.time()))
        desk.add_person(Person(LEAD, "Lena Lead", ("lead",)))
        names = [f"reader-{number:02d}" for number in range(reviewers)]
        for name in names:
            desk.add_person(Person(name, name, ("clinician",)), LEAD)
        desk.open_queue(RUN, policy(share=1.0, double=0.1), LEAD)
        return {name: open_session(store.database, name, time.time()) for name in names}


def serve(where: str, port: int) -> subprocess.Popen[bytes]:
    """A server process that answers."""
    command = [sys.executable, "-c", "from primum.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "serve", where, "--port", str(port)], stdout=subprocess.DEVNULL, env=dict(os.environ)
    )
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


async def ask(
    client: aiohttp.ClientSession, measured: Measured, what: str, method: str, path: str, **fields: str
) -> tuple[str, str]:
    """One request, again until somebody answers; returns where it leads and what it says."""
    while True:
        began = time.perf_counter()
        try:
            sent = client.request(method, path, data=fields or None, allow_redirects=False)
            async with sent as response:
                body = await response.text()
                assert response.status in (200, 303), f"{method} {path}: {response.status} {body[-600:]}"
                measured.seconds[what].append(time.perf_counter() - began)
                return response.headers.get("Location", ""), body
        except LOST:  # killed: the same once more
            measured.retries += 1
            await asyncio.sleep(0.3)


async def read_all(url: str, person: str, cookie: str, think: float, measured: Measured) -> None:
    """One reviewer until nothing is left."""
    cookies = {f"primum-{url.rsplit(':', 1)[1]}": cookie}
    headers = {"Origin": url}
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(url, cookies=cookies, headers=headers, timeout=limit) as client:
        where, _ = await ask(client, measured, "next", "POST", "/review", run=RUN)
        while "finished" not in where:
            item = where.rsplit("/", 1)[1]
            _, body = await ask(client, measured, "page", "GET", where)
            if re.search("Your answer is stored", body) is None:
                await asyncio.sleep(random.uniform(0.5, 1.5) * think)
                answer = {
                    "verdict": "pass",
                    "severity": "0",
                    "answer:calls": "met",
                    "comment": f"{person} {item}",
                }
                await ask(client, measured, "submit", "POST", where, **answer)
            measured.keep(person, item)
            where, _ = await ask(client, measured, "next", "POST", f"/review/{item}/next")


async def work(url: str, cookies: dict[str, str], think: float, kill: Any, half: int) -> Measured:
    """All reviewers; the server is killed when half is kept."""
    measured = Measured(half)

    async def killer() -> None:
        await measured.half_way.wait()
        await asyncio.to_thread(kill)

    await asyncio.gather(killer(), *(read_all(url, *one, think, measured) for one in cookies.items()))
    return measured


def check(where: str, measured: Measured) -> dict[str, int]:
    """What is in the database beside what was acknowledged; raises where an answer is lost, doubled or crossed."""
    with open_store(where) as store:
        desk = Desk(store)
        labelled, queue = desk.labelled(RUN), desk.queue(RUN)
        stored = [(one.reviewer, label.item) for label in labelled for one in label.first]
        lost = measured.kept - set(stored)
        doubled = [pair for pair, count in Counter(stored).items() if count > 1]
        crossed = [word for word in comments(desk) if word[0] != word[1]]
        assert not lost and not doubled and not crossed, (lost, doubled, crossed)
        assert len(stored) == queue.readings, (len(stored), queue.readings)
        assert desk.verify(RUN).whole
        return {"readings": len(stored), "acknowledged": len(measured.kept)}


def comments(desk: Desk) -> list[tuple[str, str]]:
    """Who sent an answer for what, and whose comment it carries."""
    from primum.review.room import reviews_in
    from primum.store.tables import review_reviews

    with desk.room.read() as connection:
        found = reviews_in(connection, review_reviews.c.run == RUN)
    return [(f"{one.reviewer} {one.item}", one.answer.comment) for one in found]


def run(name: str, where: str, items: int, reviewers: int, think: float) -> None:
    began = time.perf_counter()
    cookies = prepare(where, items, reviewers)
    prepared = time.perf_counter() - began
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = [serve(where, port)]

    def kill() -> None:
        server[0].send_signal(signal.SIGKILL)
        server[0].wait()
        server[0] = serve(where, port)

    began = time.perf_counter()
    try:
        measured = asyncio.run(work(f"http://127.0.0.1:{port}", cookies, think, kill, items // 2))
    finally:
        server[0].terminate()
        server[0].wait()
    seconds = time.perf_counter() - began
    told = check(where, measured)
    print(
        f"{name}: {items} items, {reviewers} simulated reviewers, think {think:g} s; opened in {prepared:.1f} s"
    )
    killed = f"SIGKILL after {items // 2}, {measured.retries} requests sent again"
    print(f"  {told['readings']} readings in {seconds:.0f} s, {killed}")
    print(f"  acknowledged {told['acknowledged']}, lost 0, doubled 0, crossed 0, log whole")
    for what, times in measured.seconds.items():
        cuts = statistics.quantiles(times, n=100)
        print(
            f"  {what:7} median {cuts[49] * 1e3:6.1f} ms  p95 {cuts[94] * 1e3:6.1f} ms  p99 {cuts[98] * 1e3:6.1f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--reviewers", type=int, default=30)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between the page and the answer")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="primum-reviewers-", ignore_cleanup_errors=True) as folder:
        if wanted.database != "postgresql":
            run("SQLite", str(Path(folder) / "primum.db"), wanted.items, wanted.reviewers, wanted.think)
        if wanted.database != "sqlite":
            place = Path(folder) / "postgres"
            place.mkdir()
            Path(folder).chmod(0o755)
            with _server(place) as url:
                run("PostgreSQL", new_database(url), wanted.items, wanted.reviewers, wanted.think)


if __name__ == "__main__":
    main()
