"""Replay: a finished 10,000-call run is started again; every call is answered from the journal."""

import tempfile
from pathlib import Path

from benchmarks.measure import save
from benchmarks.play import CALLS_PER_CASE, play
from tests.servers.chat_server import chat_server

CASES = 5_000
CONCURRENCY = 64


def main() -> None:
    """Measures, prints and saves."""
    calls = CASES * CALLS_PER_CASE
    with chat_server(vary=True) as server, tempfile.TemporaryDirectory() as scratch:
        first = play(server, CASES, CONCURRENCY, Path(scratch))
        before = (Path(scratch) / "cases.jsonl").read_bytes() if first.exit_code == 0 else b""
        server.reset()
        again = play(server, CASES, CONCURRENCY, Path(scratch))
        asked = server.stats().received
        same = before == (Path(scratch) / "cases.jsonl").read_bytes() if before else False
    for cost in (first, again):
        if cost.exit_code or not cost.section_wall or not cost.section_cpu:
            raise SystemExit(f"exit code {cost.exit_code}: {cost.error}")
    if asked or not same:
        raise SystemExit(
            f"not a replay: {asked} calls were made, cases.jsonl {'same' if same else 'differs'}"
        )
    assert again.section_wall and again.section_cpu
    rate = calls / again.section_wall
    print(f"replayed {calls:,} calls in {again.section_wall:.2f} s with the report: {rate:,.0f} calls/s")
    figures = {"calls": calls, "wall": again.section_wall, "cpu": again.section_cpu, "calls_per_second": rate}
    save("replay", figures)


if __name__ == "__main__":
    main()
