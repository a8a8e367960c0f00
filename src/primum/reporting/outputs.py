"""The files of a run, written from the store in one pass: report.html (and .pdf), summary.json, cases.jsonl."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from primum.campaign.model import CaseResult, Manifest
from primum.errors import PrimumError
from primum.reporting.extras import NO_EXTRAS, Extras, extras_of
from primum.reporting.html import render_report
from primum.reporting.levels import Level
from primum.reporting.model import Summary
from primum.reporting.pdf import load_weasyprint, pdf_of
from primum.reporting.reviewed import read_review
from primum.reporting.summary import summarise, summary_bytes
from primum.reporting.worst import exhibit, further_cases
from primum.scenarios.model import Scenario
from primum.store import Store

TEXT_FILES = ("report.html", "report.pdf", "cases.jsonl", "evidence.zip")
"""The files that hold what somebody wrote."""
OPINIONS = "opinions-*.jsonl"
"""And what `primum judge` found about a run, with its quotes."""


def write_outputs(
    store: Store,
    manifest: Manifest,
    folder: Path,
    *,
    earlier: tuple[Store, Manifest] | None = None,
    pdf: bool = False,
) -> Summary:
    """Writes report.html, summary.json and cases.jsonl; each appears whole or not at all.

    `earlier` is a run to show the change from; `pdf` writes the report as PDF as well.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(folder / "cases.jsonl") as file:
            summary = summary_of(store, manifest, _written(store, manifest.run, file))
        with _whole(folder / "summary.json") as file:
            file.write(summary_bytes(summary))
    except OSError as error:
        raise _unwritable(folder, error) from None
    write_report(summary, folder, extras_of(store, summary, folder, earlier), pdf=pdf)
    return summary


def summary_of(store: Store, manifest: Manifest, results: Iterator[CaseResult] | None = None) -> Summary:
    """The summary of a run as its store has it, with the cases that the report's tables name."""
    decode = msgspec.json.Decoder(Scenario).decode
    scenarios = {name: decode(content) for name, content in store.scenarios(manifest.run).items()}
    reviewed = read_review(store, manifest)
    summary = summarise(
        manifest,
        _results(store, manifest.run) if results is None else results,
        scenarios=scenarios,
        prices={target.name: target.price for target in manifest.targets},
        not_tested=manifest.not_tested,
        reviewed=reviewed,
    )
    read = msgspec.json.Decoder(CaseResult).decode
    named = [read(store.case(manifest.run, case).record) for case in further_cases(summary)]
    further = tuple(exhibit(result, scenarios, reviewed) for result in named)
    return msgspec.structs.replace(summary, exhibits=summary.exhibits + further)


def write_report(
    summary: Summary,
    folder: Path,
    extras: Extras = NO_EXTRAS,
    *,
    level: Level = "internal",
    pdf: bool = False,
) -> None:
    """Writes the report at this level, and the same as PDF if asked for."""
    stem = "report" if level == "internal" else f"report.{level}"
    if pdf:
        load_weasyprint()  # says what is missing before anything is written
    source = render_report(
        summary,
        gate=extras.gate,
        change=extras.change,
        crosswalk=extras.crosswalk,
        examined=extras.examined,
        opinions=extras.opinions,
        level=level,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(folder / f"{stem}.html") as file:
            file.write(source.encode("utf-8"))
        if pdf:
            with _whole(folder / f"{stem}.pdf") as file:
                file.write(pdf_of(source))
    except OSError as error:
        raise _unwritable(folder, error) from None


def erase_texts(folder: Path) -> list[Path]:
    """Removes the files that hold texts, and drafts of them that a killed process left; says which there were."""
    found = [path for name in TEXT_FILES for path in (folder / name, *folder.glob(f".{name}.*"))]
    found = [path for path in (*found, *folder.glob(OPINIONS)) if path.is_file()]
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise PrimumError(f"{error.filename} cannot be erased: {error.strerror}; erase it by hand") from None
    return found


def _results(store: Store, run: str) -> Iterator[CaseResult]:
    decode = msgspec.json.Decoder(CaseResult).decode
    for row in store.cases(run):
        yield decode(row.record)


def _written(store: Store, run: str, file: BinaryIO) -> Iterator[CaseResult]:
    """The results of a run in plan order, each written as a line while it passes."""
    decode = msgspec.json.Decoder(CaseResult).decode
    for row in store.cases(run):
        file.write(row.record)
        file.write(b"\n")
        yield decode(row.record)


def _unwritable(folder: Path, error: OSError) -> PrimumError:
    return PrimumError(f"the outputs cannot be written to {folder}: {error.strerror}; name another --out")


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
