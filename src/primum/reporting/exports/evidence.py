"""evidence.zip: everything a reader needs to check a run, with the hash of every file. Same run, same bytes."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from primum.campaign.model import Manifest
from primum.campaign.redact import redact
from primum.canonical import canonical_bytes
from primum.reporting.crosswalk import Crosswalk
from primum.reporting.gate.file import gate_bytes
from primum.reporting.gate.model import GateResult
from primum.reporting.html import render_report
from primum.reporting.levels import Level, at_level, without_words
from primum.reporting.model import Summary
from primum.reporting.reviewed import finished_labels
from primum.reporting.summary import summary_bytes
from primum.store import JournalRow, Store

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, so that the time of packing changes no byte."""


def write_evidence(
    file: BinaryIO,
    store: Store,
    summary: Summary,
    level: Level,
    gate: GateResult | None = None,
    crosswalk: Crosswalk | None = None,
) -> None:
    """Packs a run. `shareable` leaves out every text that somebody wrote or a model answered."""
    shown = at_level(summary, level)
    manifest = shown.manifest
    entries: list[tuple[str, Iterable[bytes]]] = [
        ("README.txt", [(files("primum.reporting.exports") / "evidence.txt").read_bytes()]),
        ("manifest.json", [msgspec.json.format(canonical_bytes(manifest), indent=1), b"\n"]),
    ]
    if manifest.policy:
        entries.append(("policy.toml", [manifest.policy.text.encode("utf-8")]))
    if gate:
        entries.append(("gate.json", [gate_bytes(gate)]))
    report = render_report(summary, gate=gate, crosswalk=crosswalk, level=level)
    entries += [
        ("summary.json", [summary_bytes(shown)]),
        ("report.html", [report.encode("utf-8")]),
        ("scenarios.jsonl", _scenarios(store, manifest, level)),
        ("cases.jsonl", _cases(store, manifest, level)),
        ("journal.jsonl", _journal(store, manifest, level)),
    ]
    reviews = list(_reviews(store, manifest, level))
    if reviews:
        entries.append(("reviews.jsonl", reviews))
    hashes = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            hashes.append(f"{_add(archive, name, content)}  {name}\n")
        _add(archive, "SHA256SUMS", ["".join(hashes).encode()])


def _add(archive: ZipFile, name: str, content: Iterable[bytes]) -> str:
    """Writes an entry piece by piece and returns its hash."""
    info = ZipInfo(name, _BEGINNING)
    info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    whole = sha256()
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in content:
            whole.update(piece)
            entry.write(piece)
    return whole.hexdigest()


def _scenarios(store: Store, manifest: Manifest, level: Level) -> Iterator[bytes]:
    for name, content in sorted(store.scenarios(manifest.run).items()):
        line = {"id": name, "sha256": sha256(content).hexdigest()}
        body = {"content": msgspec.Raw(content)} if level == "internal" else {}
        yield canonical_bytes({**line, **body}) + b"\n"


def _cases(store: Store, manifest: Manifest, level: Level) -> Iterator[bytes]:
    for row in store.cases(manifest.run):
        yield (row.record if level == "internal" else redact(row.record)) + b"\n"


def _journal(store: Store, manifest: Manifest, level: Level) -> Iterator[bytes]:
    """Every call the run used, in the order of their addresses."""
    used = store.journal_keys(manifest.run)
    for row in store.journal_rows():
        if row.key in used:
            yield canonical_bytes(_call(row, level)) + b"\n"


def _call(row: JournalRow, level: Level) -> dict[str, object]:
    line: dict[str, object] = {
        "key": row.key.hex(),
        "endpoint": row.endpoint,
        "created": row.created,
        "request_sha256": sha256(row.request).hexdigest(),
        "reply_sha256": sha256(row.reply).hexdigest(),
    }
    if level == "internal":
        line |= {"request": msgspec.Raw(row.request), "reply": msgspec.Raw(row.reply)}
    return line


def _reviews(store: Store, manifest: Manifest, level: Level) -> Iterator[bytes]:
    """Every case of a run that has a review queue, with stratum, probability and label."""
    for label in finished_labels(store, manifest.run):
        yield canonical_bytes(label if level == "internal" else without_words(label)) + b"\n"
