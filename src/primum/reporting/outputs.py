"""The files of a run: report.html, summary.json and cases.jsonl, written from the store in one pass."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from primum.campaign.model import CaseResult, Manifest
from primum.errors import PrimumError
from primum.reporting.html import render_report
from primum.reporting.model import Summary
from primum.reporting.summary import summarise, summary_bytes
from primum.scenarios.model import Scenario
from primum.store import Store

TEXT_FILES = ("report.html", "cases.jsonl")
"""The files that hold what somebody wrote."""


def write_outputs(store: Store, manifest: Manifest, folder: Path) -> Summary:
    """Writes the three files; each appears whole or not at all."""
    decode = msgspec.json.Decoder(Scenario).decode
    scenarios = {name: decode(content) for name, content in store.scenarios(manifest.run).items()}
    prices = {target.name: target.price for target in manifest.targets}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(folder / "cases.jsonl") as file:
            results = _written(store, manifest.run, file)
            summary = summarise(
                manifest, results, scenarios=scenarios, prices=prices, not_tested=manifest.not_tested
            )
        with _whole(folder / "summary.json") as file:
            file.write(summary_bytes(summary))
        with _whole(folder / "report.html") as file:
            file.write(render_report(summary).encode("utf-8"))
    except OSError as error:
        raise PrimumError(
            f"the outputs cannot be written to {folder}: {error.strerror}; name another --out"
        ) from None
    return summary


def erase_texts(folder: Path) -> list[Path]:
    """Removes the files that hold texts, and drafts of them that a killed process left; says which there were."""
    found = [path for name in TEXT_FILES for path in (folder / name, *folder.glob(f".{name}.*"))]
    found = [path for path in found if path.is_file()]
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise PrimumError(f"{error.filename} cannot be erased: {error.strerror}; erase it by hand") from None
    return found


def _written(store: Store, run: str, file: BinaryIO) -> Iterator[CaseResult]:
    """The results of a run in plan order, each written as a line while it passes."""
    decode = msgspec.json.Decoder(CaseResult).decode
    for row in store.cases(run):
        file.write(row.record)
        file.write(b"\n")
        yield decode(row.record)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that replaces `path` only when it is complete."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
