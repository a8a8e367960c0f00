"""The plain rows the store keeps. It holds texts as bytes and does not look inside them."""

from typing import Literal

import msgspec

Status = Literal["running", "interrupted", "finished", "over_budget", "failed"]


class JournalRow(msgspec.Struct, frozen=True):
    """One completed call, under its content address."""

    key: bytes
    """SHA-256 (32 bytes) of endpoint fingerprint, canonical request and sample."""
    endpoint: str
    """Fingerprint of the endpoint."""
    request: bytes
    reply: bytes
    created: float


class CaseRow(msgspec.Struct, frozen=True):
    """One case of a run: the columns that statistics read, and the whole result as JSON."""

    run: str
    index: int
    id: str
    scenario: str
    domain: str
    subdomain: str
    perspective: str
    setting: str
    risk: str
    target: str
    attack: str
    transforms: str
    trial: int
    outcome: str
    state: str
    score: float | None
    score_low: float | None
    score_high: float | None
    critical_failed: int
    critical_undecided: int
    calls: int
    tokens: int
    usd: float
    """At the prices of the execution that made the row."""
    record: bytes


class RunRow(msgspec.Struct, frozen=True):
    """One run: its manifest as JSON, and how far it came."""

    run: str
    manifest: bytes
    created: float
    status: Status
    finished: float | None = None
    forgotten: float | None = None
    """When its texts were erased; None while they are there."""


class Forgotten(msgspec.Struct, frozen=True):
    """What `Store.forget` did."""

    run: str
    calls_erased: int
    calls_kept: int
    """Calls of this run whose texts stay because another run uses them too."""
    cases_redacted: int
    note: str = ""
    """What the user still has to do for the bytes to be gone from the disk; empty when nothing."""
