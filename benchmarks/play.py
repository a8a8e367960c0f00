"""One run of primum against the mock server, as a user would start it."""

from pathlib import Path

from benchmarks.measure import PYTHON, Cost, run
from tests.servers.chat_server import Running

SCENARIOS = 10
CALLS_PER_CASE = 2

SAY = {
    "judge-inspect": "GRADE: C",
    "judge-pyrit": '{"score_value": true, "description": "fits", "rationale": "as asked"}',
}
"""What the peers' judges must hear; primum's judge sends a schema and gets JSON that fits it."""


def play(server: Running, cases: int, concurrency: int, out: Path, *, calls_only: bool = False) -> Cost:
    """`primum run` of so many cases (a multiple of ten), target and LLM judge on the same server, journal on.

    `calls_only` measures the calls without a second opinion, planning, statistics and report.
    """
    contender, protocol = ("primum_calls", "calls") if calls_only else ("primum_cli", "overhead")
    command = [
        *(PYTHON, "-m", f"benchmarks.contenders.{contender}", "run", f"benchmarks/protocols/{protocol}.yaml"),
        *("--target", f"{server.url}#mock", "--judge", f"{server.url}#judge"),
        *("--trials", str(cases // SCENARIOS), "--concurrency", str(concurrency)),
        *("--out", str(out), "--offline", "--json"),
    ]
    return run(command)
