"""gate.json beside the report: written by `primum gate`, drawn by `primum report` while it still holds."""

from pathlib import Path

import msgspec

from primum.canonical import canonical_bytes
from primum.errors import PrimumError
from primum.reporting.gate.model import GateResult
from primum.reporting.rows import Played

GATE = "gate.json"


def gate_bytes(result: GateResult) -> bytes:
    """gate.json: deterministic."""
    return msgspec.json.format(canonical_bytes(result), indent=1) + b"\n"


def write_gate(folder: Path, result: GateResult) -> Path:
    """Puts gate.json into the run's folder."""
    path = folder / GATE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{GATE}")
        draft.write_bytes(gate_bytes(result))
        draft.replace(path)
    except OSError as error:
        raise PrimumError(f"{path} cannot be written: {error.strerror}; name another --out") from None
    return path


def read_gate(folder: Path, run: Played) -> GateResult | None:
    """The decision in a folder; None if there is none, or if it was made on other results than the run now has."""
    try:
        result = msgspec.json.decode((folder / GATE).read_bytes(), type=GateResult)
    except (OSError, msgspec.DecodeError):
        return None
    return result if result.results_sha256 == run.digest else None
