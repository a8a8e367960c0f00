"""Overhead per model call: a bare aiohttp loop, primum, Inspect and PyRIT against one mock server.

1,000 cases, a target call and a judge call each; 50 ms a call; 64 in flight.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.measure import PEERS, PYTHON, Cost, run, save, table
from benchmarks.play import CALLS_PER_CASE, SAY, play
from tests.servers.chat_server import Running, chat_server

LATENCY = 0.05
CONCURRENCY = 64

Contender = Callable[[Running, int, Path], Cost]


class Row(msgspec.Struct, frozen=True):
    """One contender: medians over its runs."""

    name: str
    calls: int = 0
    cpu_ms: float = 0.0
    """CPU per call without interpreter start and imports."""
    whole_cpu_ms: float = 0.0
    """CPU per call of the whole process."""
    wall: float = 0.0
    ideal_share: float = 0.0
    """Ideal wall time (calls × latency / concurrency) over the wall time of the section."""
    peak_mb: float = 0.0
    runs: int = 0
    ratio: float | None = None
    """CPU per call over that of the bare loop without a journal."""
    not_run: str = ""


def _bare(journal: str, module: str = "bare_aiohttp") -> Contender:
    def contender(server: Running, cases: int, scratch: Path) -> Cost:
        command = [
            PYTHON,
            "-m",
            f"benchmarks.contenders.{module}",
            server.url,
            str(cases),
            str(CONCURRENCY),
        ]
        return run(command + ([scratch / journal] if journal else []))

    return contender


def _peer(module: str, python: Path) -> Contender:
    def contender(server: Running, cases: int, scratch: Path) -> Cost:
        if not python.exists():
            return Cost(0, 0, 0, 127, error="not installed; run benchmarks/peers/setup")
        command = [
            python,
            "-m",
            f"benchmarks.contenders.{module}",
            server.url,
            str(cases),
            str(CONCURRENCY),
            scratch,
        ]
        return run(command, timeout=1200)

    return contender


def _primum(*, calls_only: bool) -> Contender:
    def contender(server: Running, cases: int, scratch: Path) -> Cost:
        return play(server, cases, CONCURRENCY, scratch / "out", calls_only=calls_only)

    return contender


CONTENDERS: dict[str, tuple[Contender, int]] = {
    "bare aiohttp": (_bare(""), 5),
    "bare aiohttp, SQLite journal": (_bare("journal.db"), 5),
    "bare aiohttp on uvloop, SQLite journal": (_bare("journal.db", "bare_uvloop"), 5),
    "primum, the calls": (_primum(calls_only=True), 5),
    "primum, the whole command": (_primum(calls_only=False), 5),
    "Inspect": (_peer("inspect_peer", PEERS / ".venv-inspect/bin/python"), 1),
    "PyRIT": (_peer("pyrit_peer", PEERS / ".venv-pyrit/bin/python"), 1),
}
"""Name → how to run it, and how often (the slow ones once: their figures are far from the others')."""


def measure(name: str, server: Running, cases: int) -> Row:
    """The contender's row, or the reason why there is none."""
    contender, runs = CONTENDERS[name]
    costs: list[Cost] = []
    for _ in range(runs):
        server.reset()
        with tempfile.TemporaryDirectory() as scratch:
            cost = contender(server, cases, Path(scratch))
        answered = server.stats().completed
        if cost.exit_code or cost.section_cpu is None or cost.section_wall is None:
            return Row(name, not_run=cost.error or "it did not say what it cost")
        if answered != cases * CALLS_PER_CASE:
            return Row(name, not_run=f"made {answered} calls instead of {cases * CALLS_PER_CASE}")
        costs.append(cost)
    calls = cases * CALLS_PER_CASE
    wall = statistics.median(cost.section_wall or 0 for cost in costs)
    return Row(
        name=name,
        calls=calls,
        cpu_ms=statistics.median(cost.section_cpu or 0 for cost in costs) / calls * 1e3,
        whole_cpu_ms=statistics.median(cost.cpu for cost in costs) / calls * 1e3,
        wall=wall,
        ideal_share=calls * LATENCY / CONCURRENCY / wall,
        peak_mb=statistics.median(cost.peak_mb for cost in costs),
        runs=runs,
    )


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--only", action="append", choices=list(CONTENDERS), help="may be repeated")
    given = parser.parse_args()
    with chat_server(latency=LATENCY, say=SAY, vary=True) as server:
        rows = [measure(name, server, given.cases) for name in given.only or CONTENDERS]
    base = next((row.cpu_ms for row in rows if row.name == "bare aiohttp" and row.calls), None)
    rows = [
        msgspec.structs.replace(row, ratio=row.cpu_ms / base if base and row.calls else None) for row in rows
    ]
    head = ["", "CPU ms/call", "ratio", "whole process", "wall s", "of ideal", "peak MB"]
    print(table([head, *(_cells(row) for row in rows if not row.not_run)]))
    for row in rows:
        if row.not_run:
            print(f"{row.name}: not run: {row.not_run}")
    if not given.only:
        figures = {"cases": given.cases, "latency": LATENCY, "concurrency": CONCURRENCY, "rows": rows}
        save("overhead", figures)


def _cells(row: Row) -> list[str]:
    ratio = f"{row.ratio:.2f}" if row.ratio else ""
    cost = [f"{row.cpu_ms:.3f}", ratio, f"{row.whole_cpu_ms:.3f}"]
    return [row.name, *cost, f"{row.wall:.2f}", f"{row.ideal_share:.0%}", f"{row.peak_mb:.0f}"]


if __name__ == "__main__":
    main()
