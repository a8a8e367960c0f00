"""The report of a large run: eleven standardised models, 690 scenarios, three trials. Everything is simulated."""

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, run, save, table
from primum.archive import find_run
from primum.reporting.extras import extras_of
from primum.reporting.html import render_report
from primum.reporting.outputs import summary_of

RUNS = 5
SECONDS, MEGABYTES = 5.0, 6.0
"""Wanted: at most so long for drawing, and so large."""


def measure(folder: Path) -> dict[str, float]:
    """Draws the report of the run in `folder` several times; the quickest counts."""
    found = find_run(str(folder))
    began = time.perf_counter()
    summary = summary_of(found.store, found.manifest)
    summarised = time.perf_counter() - began
    extras = extras_of(found.store, summary, folder)
    walls, source = [], ""
    for _ in range(RUNS):
        began = time.perf_counter()
        source = render_report(summary, crosswalk=extras.crosswalk)
        walls.append(time.perf_counter() - began)
    whole = run([PYTHON.with_name("primum"), "report", folder])
    return {
        "targets": len(summary.targets),
        "scenarios": summary.scenarios,
        "trials": summary.manifest.trials,
        "cases": summary.planned,
        "summarise": summarised,
        "first": walls[0],
        "draw": min(walls),
        "megabytes": len(source.encode()) / 1e6,
        "command": whole.wall,
        "peak_mb": whole.peak_mb,
        "exit_code": whole.exit_code,
    }


def main() -> None:
    """Plays the example run in a folder of its own, measures, prints and saves."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "run"
        command = ["scripts/make-example", str(PYTHON.parent), str(Path(place) / "copy"), str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        figures = measure(folder)
    if figures["exit_code"]:
        raise SystemExit("primum report failed")
    print(
        table(
            [
                ["", "measured", "wanted"],
                ["reading and summarising", f"{figures['summarise']:.2f} s", ""],
                ["drawing", f"{figures['draw']:.2f} s", f"< {SECONDS:g} s"],
                ["the file", f"{figures['megabytes']:.2f} MB", f"< {MEGABYTES:g} MB"],
                ["primum report, whole process", f"{figures['command']:.2f} s", ""],
                ["its peak memory", f"{figures['peak_mb']:.0f} MB", ""],
            ]
        )
    )
    save("report", {**figures, "wanted_seconds": SECONDS, "wanted_megabytes": MEGABYTES})


if __name__ == "__main__":
    main()
