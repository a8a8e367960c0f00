"""Replay of a finished 10,000-call run, three ways; none makes a call.

*again*: the same command; cases that the same code finished are kept. *conducted*: as if other code had finished them,
so that every case is played from the journal and judged anew. *journal*: every request through `ask`, nothing else.
"""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import msgspec

from benchmarks.measure import Cost, save
from benchmarks.play import CALLS_PER_CASE, play
from primum.endpoints.ask import Caller, Endpoint
from primum.endpoints.budget import Budget
from primum.endpoints.config import Config
from primum.endpoints.journal import Journal
from primum.endpoints.model import CallFailed, Message, Params, Reply
from primum.endpoints.names import parse_name
from primum.store import open_store
from tests.servers.chat_server import Running, chat_server

CASES = 5_000
CONCURRENCY = 64
AT_ONCE = 256


class _NobodyThere:
    """A wire that must never be used."""

    async def send(self, messages: object, params: object, sample: int) -> Reply:
        raise AssertionError("a call was made")

    async def close(self) -> None: ...


async def _ask_all(path: Path, server: Running) -> float:
    """Seconds for every request of the journal through `ask`."""
    specs = [parse_name(f"{server.url}#{model}", Config()) for model in ("mock", "judge")]
    endpoints = {spec.fingerprint: Endpoint(spec, _NobodyThere()) for spec in specs}
    decode = msgspec.json.Decoder(tuple[tuple[Message, ...], Params, int, str]).decode
    with open_store(path) as store:
        asked = [(endpoints[row.endpoint], decode(row.request)) for row in store.journal_rows()]
        journal = Journal(store, store.list_runs()[0].run)
        caller = Caller(journal, Budget(), CONCURRENCY)

        async def worker(queue: list[tuple[Endpoint, tuple[tuple[Message, ...], Params, int, str]]]) -> None:
            while queue:
                endpoint, (messages, params, sample, _) = queue.pop()
                try:
                    await caller.ask(endpoint, messages, params, sample)
                except CallFailed as failed:
                    raise AssertionError(f"not in the journal: {failed}") from None

        begun = time.perf_counter()
        await asyncio.gather(*(worker(asked) for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - begun
        await journal.close()
    return seconds


def _checked(cost: Cost, server: Running, folder: Path, before: bytes) -> float:
    asked = server.stats().received
    same = before == (folder / "cases.jsonl").read_bytes()
    if cost.exit_code or not cost.section_wall:
        raise SystemExit(f"exit code {cost.exit_code}: {cost.error}")
    if asked or not same:
        raise SystemExit(f"not a replay: {asked} calls, cases.jsonl {'same' if same else 'differs'}")
    return cost.section_wall


def main() -> None:
    """Measures, prints and saves."""
    calls = CASES * CALLS_PER_CASE
    with chat_server(vary=True) as server, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        first = play(server, CASES, CONCURRENCY, folder)
        if first.exit_code:
            raise SystemExit(f"exit code {first.exit_code}: {first.error}")
        before = (folder / "cases.jsonl").read_bytes()
        server.reset()
        again = _checked(play(server, CASES, CONCURRENCY, folder), server, folder, before)
        with closing(sqlite3.connect(folder / "primum.db")) as database, database:
            database.execute("DELETE FROM cases")
        conducted = _checked(play(server, CASES, CONCURRENCY, folder), server, folder, before)
        journal = asyncio.run(_ask_all(folder / "primum.db", server))
    rates = {
        name: calls / wall
        for name, wall in (("again", again), ("conducted", conducted), ("journal", journal))
    }
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} calls/s")
    save("replay", {"calls": calls, "rates": rates})


if __name__ == "__main__":
    main()
