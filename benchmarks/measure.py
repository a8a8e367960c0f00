"""Runs one contender in a process of its own and reads its cost from the operating system."""

import os
import platform
import subprocess
import sys
import sysconfig
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Any

import msgspec

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PEERS = ROOT / "benchmarks" / "peers"
PYTHON = Path(sys.executable)


class Cost(msgspec.Struct, frozen=True):
    """What one process cost."""

    cpu: float
    """User and system seconds of the whole process, its own children included."""
    wall: float
    peak_mb: float
    """Peak resident memory, in megabytes (10⁶ bytes)."""
    exit_code: int
    section_cpu: float | None = None
    """The same for the measured section only (without interpreter start and imports), where the process says."""
    section_wall: float | None = None
    output: str = ""
    error: str = ""


def run(command: Sequence[object], *, timeout: float = 3600) -> Cost:
    """Runs a command to its end. A last output line `{"section_cpu": …, "section_wall": …}` is understood."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    killer = _kill_after(process, timeout)
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    killer.cancel()
    section = _section(output)
    error = "" if process.returncode == 0 else (output.strip().splitlines() or ["no output"])[-1]
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak_mb=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6,
        exit_code=process.returncode,
        section_cpu=section.get("section_cpu"),
        section_wall=section.get("section_wall"),
        output=output,
        error=error,
    )


def save(name: str, figures: Any) -> None:
    """Writes a benchmark's figures, with date and machine, for write_docs.py."""
    RESULTS.mkdir(exist_ok=True)
    record = {"benchmark": name, "at": time.time(), "machine": machine(), "figures": figures}
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(record)))


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    try:
        load = round(os.getloadavg()[0], 1)
    except OSError:
        load = None
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "optimised": "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
        "load": load,
    }


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, the first row as head, the first column to the left.

    >>> print(table([["a", "n"], ["long", "10"]]))
    a      n
    long  10
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _section(output: str) -> dict[str, float]:
    for line in reversed(output.splitlines()):
        if line.startswith('{"section_'):
            return msgspec.json.decode(line, type=dict[str, float])
    return {}


def _kill_after(process: subprocess.Popen[str], seconds: float) -> Timer:
    timer = Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    return timer
