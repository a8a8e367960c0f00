"""Whether cost grows with the size of a run: CPU per call and peak memory at 1,000, 10,000 and 50,000 cases."""

import argparse
import tempfile
from pathlib import Path

import msgspec

from benchmarks.measure import save, table
from benchmarks.play import CALLS_PER_CASE, play
from tests.servers.chat_server import chat_server

LATENCY = 0.005
CONCURRENCY = 64
SIZES = (1_000, 10_000, 50_000)


class Row(msgspec.Struct, frozen=True):
    """One size."""

    cases: int
    cpu_ms: float
    """CPU per call, interpreter start and imports left out."""
    calls_per_second: float
    peak_mb: float
    store_mb: float
    """Everything the run wrote, per 1,000 calls."""


def measure(cases: int) -> Row:
    """One run of this size against a fresh server."""
    calls = cases * CALLS_PER_CASE
    with chat_server(latency=LATENCY, vary=True) as server, tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        cost = play(server, cases, CONCURRENCY, out)
        answered = server.stats().completed
        if cost.exit_code or not cost.section_cpu or not cost.section_wall or answered != calls:
            raise SystemExit(
                f"{cases} cases: {answered} of {calls} calls, exit code {cost.exit_code}: {cost.error}"
            )
        written = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    return Row(
        cases,
        cost.section_cpu / calls * 1e3,
        calls / cost.section_wall,
        cost.peak_mb,
        written / 1e6 / (calls / 1000),
    )


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().sizes
    rows = [measure(cases) for cases in sizes]
    ratio = rows[-1].cpu_ms / rows[0].cpu_ms
    head = ["cases", "CPU ms/call", "calls/s", "peak MB", "MB written/1,000 calls"]
    cells = [
        [
            f"{row.cases:,}",
            f"{row.cpu_ms:.3f}",
            f"{row.calls_per_second:,.0f}",
            f"{row.peak_mb:.0f}",
            f"{row.store_mb:.1f}",
        ]
        for row in rows
    ]
    print(table([head, *cells]))
    print(f"CPU per call at {rows[-1].cases:,} over that at {rows[0].cases:,}: {ratio:.2f}")
    if tuple(sizes) == SIZES:
        save("linear", {"latency": LATENCY, "concurrency": CONCURRENCY, "ratio": ratio, "rows": rows})


if __name__ == "__main__":
    main()
