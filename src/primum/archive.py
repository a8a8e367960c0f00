"""Finding what earlier executions left: stores, runs and cases, by what a user remembers of them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from primum.campaign.model import CaseResult, Manifest
from primum.errors import PrimumError
from primum.scenarios.model import Scenario
from primum.store import RunRow, Store, open_store

OUT = Path("out")
STORE_FILE = "primum.db"


class Found(msgspec.Struct, frozen=True):
    """A run, and where it lies."""

    store: Store
    row: RunRow
    manifest: Manifest
    out: Path
    """The folder its outputs belong in."""


def stores(where: str = "") -> list[tuple[Store, Path]]:
    """The store that is named, or every one under `out/`."""
    if where:
        if "://" not in where and not Path(where).is_file():
            raise PrimumError(f"there is no store {where}")
        return [(open_store(where), OUT)]
    return [(open_store(path), path.parent) for path in sorted(OUT.glob(f"*/{STORE_FILE}"))]


def all_runs(where: str = "") -> list[Found]:
    """The newest first."""
    found = [
        Found(
            store, row, msgspec.json.decode(row.manifest, type=Manifest), _home(store, folder, row.run, where)
        )
        for store, folder in stores(where)
        for row in store.list_runs()
    ]
    return sorted(found, key=lambda run: -run.row.created)


def find_run(name: str, where: str = "") -> Found:
    """A run by its id, the beginning of its id, or its output folder."""
    folder = Path(name)
    if not where and (folder / STORE_FILE).is_file():
        inside = all_runs(str(folder / STORE_FILE))
        if inside:
            return msgspec.structs.replace(inside[0], out=folder)
    runs = all_runs(where)
    matching = [run for run in runs if run.row.run == name] or [
        run for run in runs if run.row.run.startswith(name)
    ]
    if not matching:
        place = f"the store {where}" if where else f"{OUT}/"
        raise PrimumError(f"No run '{name}' in {place}. See: primum list runs")
    if len({run.row.run for run in matching}) > 1:
        names = ", ".join(run.row.run for run in matching[:3])
        raise PrimumError(f"'{name}' fits several runs ({names}); write more of the id")
    return matching[0]


class Journal(msgspec.Struct, frozen=True):
    """The calls of something that is no run: an examination, a calibration, a file of replies judged."""

    store: Store
    names: tuple[str, ...]
    """Under which its calls are kept."""
    folder: Path


def find_journal(name: str, where: str = "") -> Journal | None:
    """By its folder (`out/judges/JUDGE`), or by its name in the store that is named; None where there is none."""
    folder = Path(name)
    own = folder / STORE_FILE
    if folder.is_dir() and (where or own.is_file()):
        store = open_store(where or str(own))
        known = set(store.callers())
        names = tuple(sorted(known & set(_named_in(folder)))) if where else tuple(sorted(known))
        if names and not (not where and store.list_runs()):
            return Journal(store, names, folder)
    elif where:
        store = open_store(where)
        if name in store.callers():
            return Journal(store, (name,), folder)
    return None


class _Result(msgspec.Struct, frozen=True):
    run: str = ""


def _named_in(folder: Path) -> Iterator[str]:
    """The names that the results in a folder were made under."""
    decode = msgspec.json.Decoder(_Result).decode
    for pattern in ("exam.json", "calibration.json", "opinions-*.tally.json"):
        for path in folder.glob(pattern):
            with suppress(OSError, msgspec.MsgspecError):
                yield decode(path.read_bytes()).run


def find_case(name: str, run: str = "", where: str = "") -> tuple[Found, CaseResult]:
    """A case by its id or the beginning of it, in the newest run that has it."""
    runs = [find_run(run, where)] if run else all_runs(where)
    for found in runs:
        try:
            row = found.store.case(found.row.run, name)
        except PrimumError as error:
            if run or "fits several" in str(error):
                raise
            continue
        return found, msgspec.json.decode(row.record, type=CaseResult)
    raise PrimumError(
        f"No case '{name}' in any run under {where or OUT}/. The ids stand in the report and in cases.jsonl"
    )


def results(found: Found) -> Iterator[CaseResult]:
    """Every case of a run in plan order."""
    decode = msgspec.json.Decoder(CaseResult).decode
    for row in found.store.cases(found.row.run):
        yield decode(row.record)


def scenario_of(found: Found, result: CaseResult) -> Scenario | None:
    """The scenario of a case as it was played."""
    content = found.store.scenarios(found.row.run).get(result.case.scenario)
    return msgspec.json.decode(content, type=Scenario) if content else None


def _home(store: Store, folder: Path, run: str, where: str) -> Path:
    return OUT / run if where else folder
