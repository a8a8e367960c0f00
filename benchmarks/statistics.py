"""Statistics: all figures of 11 targets × 690 scenarios × 3 trials, and a million case rows from the store's columns.

Each is measured in a process of its own. The results are synthetic (`benchmarks/synthetic.py`); they say nothing about
any model.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measure import PYTHON, Cost, run, save
from benchmarks.synthetic import manifest, results, scenarios

TARGETS, SCENARIOS, TRIALS = 11, 690, 3
MANY_TRIALS = 132
"""With eleven targets and 690 scenarios, a million cases and a few more."""
RECORD = b'"' + b"x" * 3000 + b'"'
"""As large as the record of a real case, so that the database has the size of a real one."""
AT_ONCE = 20_000


def figures() -> None:
    """In a process of its own: gather the results of one run, then every figure and interval."""
    from primum.campaign.model import CaseResult
    from primum.reporting.summary import summarise

    known, planned = scenarios(SCENARIOS), manifest(TARGETS, SCENARIOS, TRIALS)
    lines = [msgspec.json.encode(result) for result in results(planned, known)]
    decode = msgspec.json.Decoder(CaseResult).decode
    read = [decode(line) for line in lines]
    summary = _section(lambda: summarise(planned, read, scenarios=known))
    if summary.findings is None or summary.findings.replicates != 10_000:
        raise SystemExit("not all statistics were computed")


def rows(path: str) -> None:
    """In a process of its own: the figures of a million cases from the columns of a store."""
    from primum.campaign.model import Manifest
    from primum.reporting.overview import overview
    from primum.store import open_store

    with open_store(path) as store:
        planned = msgspec.json.decode(store.list_runs()[0].manifest, type=Manifest)
        seen = _section(lambda: overview(planned, store))
    if seen.reached != planned.planned:
        raise SystemExit(f"{seen.reached} of {planned.planned} cases")


def records(path: str) -> None:
    """In a process of its own: reading, decoding and summarising whole records, per case."""
    from primum.campaign.model import CaseResult, Manifest
    from primum.reporting.columns import gather
    from primum.store import open_store

    decode = msgspec.json.Decoder(CaseResult).decode
    with open_store(path) as store:
        planned = msgspec.json.decode(store.list_runs()[0].manifest, type=Manifest)
        _section(lambda: gather(planned, (decode(row.record) for row in store.cases(planned.run)), 20))


def build(path: Path, trials: int, record: bytes | None) -> int:
    """Fills a store with a synthetic run; returns its cases. Without `record` each case has its own."""
    from primum.campaign.execute import case_row
    from primum.store import CaseRow, open_store

    known, planned = scenarios(SCENARIOS), manifest(TARGETS, SCENARIOS, trials)
    batch: list[CaseRow] = []
    with open_store(path) as store:
        store.save_run(planned.run, msgspec.json.encode(planned), planned.created)
        for result in results(planned, known):
            row = case_row(planned.run, result, 0.0)
            batch.append(row if record is None else msgspec.structs.replace(row, record=record))
            if len(batch) == AT_ONCE:
                store.commit(cases=batch)
                batch = []
        store.commit(cases=batch)
    return planned.planned


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["figures", "rows", "records"], help="one part, in this process")
    parser.add_argument("--store", default="")
    wanted = parser.parse_args()
    if wanted.part == "figures":
        figures()
    elif wanted.part:
        {"rows": rows, "records": records}[wanted.part](wanted.store)
    else:
        save("statistics", _measure())


def _measure() -> dict[str, Any]:
    """The three parts, each in its own process."""
    one = _part("figures")
    with tempfile.TemporaryDirectory() as scratch:
        small, large = Path(scratch, "small.db"), Path(scratch, "large.db")
        few, many = build(small, TRIALS, None), build(large, MANY_TRIALS, RECORD)
        size = large.stat().st_size / 1e9
        read, whole = _part("rows", "--store", large), _part("records", "--store", small)
    found = {
        "figures": _told(one, few),
        "rows": _told(read, many) | {"store_gb": size},
        "records": _told(whole, few) | {"us": (whole.section_wall or 0.0) / few * 1e6},
    }
    print(json.dumps(found, indent=1))
    return found


def _told(cost: Cost, cases: int) -> dict[str, Any]:
    return {"cases": cases, "seconds": cost.section_wall, "cpu": cost.section_cpu, "peak_mb": cost.peak_mb}


def _part(name: str, *arguments: object) -> Cost:
    cost = run([PYTHON, "-m", "benchmarks.statistics", "--part", name, *arguments])
    if cost.exit_code or cost.section_wall is None:
        raise SystemExit(f"{name}: {cost.error}")
    return cost


def _section(work: Callable[[], Any]) -> Any:
    """Does the work and prints what it took, for `benchmarks.measure.run`."""
    began, cpu = time.perf_counter(), time.process_time()
    found = work()
    section = {"section_cpu": time.process_time() - cpu, "section_wall": time.perf_counter() - began}
    print(json.dumps(section))
    return found


if __name__ == "__main__":
    main()
