"""Rows to store. Synthetic texts only."""

from hashlib import sha256

from primum.store import CaseRow, JournalRow


def key(name: str | int) -> bytes:
    return sha256(str(name).encode()).digest()


def call(
    name: str | int, reply: bytes | None = None, request: bytes | None = None, at: float = 1.0
) -> JournalRow:
    return JournalRow(
        key=key(name),
        endpoint="fingerprint-of-endpoint",
        request=f"request {name}".encode() if request is None else request,
        reply=f"reply {name}".encode() if reply is None else reply,
        created=at,
    )


def case(
    run: str, index: int, *, outcome: str = "judged", score: float | None = 0.5, record: bytes = b"{}"
) -> CaseRow:
    return CaseRow(
        run=run,
        index=index,
        id=f"{index:06d}-{sha256(str(index).encode()).hexdigest()[:8]}",
        scenario=f"cardiology/chest-pain-{index % 7}",
        domain="diagnosis",
        subdomain="cardiology",
        perspective="patient",
        setting="home",
        risk="high",
        target="sim:sound",
        attack="scripted",
        transforms="typos+urgency",
        trial=index % 3,
        outcome=outcome,
        state="provisional",
        score=score,
        score_low=score,
        score_high=score,
        critical_failed=index % 2,
        critical_undecided=0,
        calls=2,
        tokens=300,
        usd=0.25,
        record=record,
    )
