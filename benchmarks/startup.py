"""Start-up: what a user waits for before anything happens, warm, as whole-process wall time."""

import shutil
import statistics
from pathlib import Path

from benchmarks.measure import PEERS, PYTHON, ROOT, run, save, table

RUNS = 10
COMMANDS: dict[str, list[str | Path]] = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "primum --help": [PYTHON.with_name("primum"), "--help"],
    "primum list scenarios": [PYTHON.with_name("primum"), "list", "scenarios"],
    "inspect --help": [PEERS / ".venv-inspect/bin/inspect", "--help"],
    "pyrit_scan --help": [PEERS / ".venv-pyrit/bin/pyrit_scan", "--help"],
}


def main() -> None:
    """Measures, prints and saves."""
    rows: list[dict[str, object]] = []
    for name, command in COMMANDS.items():
        if not Path(command[0]).exists():
            rows.append({"name": name, "not_run": "not installed; run benchmarks/peers/setup"})
            continue
        costs = [run(command) for _ in range(RUNS + 1)][1:]
        failed = next((cost.error for cost in costs if cost.exit_code), "")
        walls = [cost.wall for cost in costs]
        figures = {"wall": statistics.median(walls), "least": min(walls), "most": max(walls)}
        rows.append({"name": name, "not_run": failed, **({} if failed else figures)})
    make_run = _make_run()
    print(table([["", "median s", "min", "max"], *map(_cells, [*rows, make_run])]))
    save("startup", {"rows": rows, "make_run": make_run})


def _make_run() -> dict[str, object]:
    """`make run` on a machine that is set up: started from nothing, so that no journal answers for it."""
    if (ROOT / "out").exists():
        kept = ROOT / "out"
        return {"name": "make run", "not_run": f"{kept.name}/ holds runs; move it away to measure"}
    cost = run(["make", "run"])
    shutil.rmtree(ROOT / "out", ignore_errors=True)
    if cost.exit_code not in (0, 3):
        return {"name": "make run", "not_run": cost.error}
    return {"name": "make run", "not_run": "", "wall": cost.wall, "least": cost.wall, "most": cost.wall}


def _cells(row: dict[str, object]) -> list[str]:
    if row["not_run"]:
        return [f"{row['name']}: not run: {row['not_run']}", "", "", ""]
    return [str(row["name"]), *(f"{row[key]:.2f}" for key in ("wall", "least", "most"))]


if __name__ == "__main__":
    main()
