"""What earlier executions of a run left: cases that need not be conducted again, and what was paid."""

from collections.abc import Iterator, Mapping

import msgspec

from primum.campaign.model import PLAIN
from primum.endpoints.budget import cost
from primum.endpoints.model import Usage
from primum.endpoints.spec import Price
from primum.store import Store

FINAL = frozenset({"judged", "empty", "filtered", "unparsed"})
"""Outcomes that follow from completed calls; the others are tried again."""
SETTLED = FINAL | {"transform_noop"}
"""Of an attempt. A case of which one attempt had no answer is gone on with, though another attempt decided it."""


class Kept(msgspec.Struct, frozen=True):
    """Cases that the same code finished earlier: a pure function of the journal, so not done again."""

    indices: frozenset[int] = frozenset()
    outcomes: tuple[str, ...] = ()
    critical: int = 0
    """How many of them have a failed critical check."""


def kept(store: Store, run: str, opinions: bool) -> Kept:
    """The finished cases of a run: with a final outcome, and nothing left open in any of their attempts. With
    `opinions`, one whose further judges failed is not finished either."""
    rows = list(_rows(store, run))
    if opinions or any(
        attack != PLAIN for _, _, _, attack in rows
    ):  # else nothing but the columns need be read
        whole = _whole(store, run, opinions)
        rows = [row for row in rows if row[0] in whole]
    return Kept(
        indices=frozenset(index for index, _, _, _ in rows),
        outcomes=tuple(outcome for _, outcome, _, _ in rows),
        critical=sum(failed > 0 for _, _, failed, _ in rows),
    )


def _rows(store: Store, run: str) -> Iterator[tuple[int, str, int, str]]:
    columns = store.case_columns(run, ("index", "outcome", "critical_failed", "attack"))
    rows = zip(*columns.values(), strict=True)
    return (row for row in rows if row[1] in FINAL)


class _Verdict(msgspec.Struct, frozen=True):
    failure: str = ""


class _Attempt(msgspec.Struct, frozen=True):
    outcome: str


class _Record(msgspec.Struct, frozen=True):
    verdicts: list[_Verdict] = []
    attempts: list[_Attempt] = []


def _whole(store: Store, run: str, opinions: bool) -> frozenset[int]:
    """The cases with nothing left open."""
    decode = msgspec.json.Decoder(_Record).decode
    found = []
    for row in store.cases(run):
        record = decode(row.record)
        failed = opinions and any(verdict.failure for verdict in record.verdicts)
        if not failed and all(attempt.outcome in SETTLED for attempt in record.attempts):
            found.append(row.index)
    return frozenset(found)


class _Reply(msgspec.Struct, frozen=True):
    usage: Usage = Usage()


class _Entry(msgspec.Struct, frozen=True):
    reply: _Reply = _Reply()


def spent(store: Store, run: str, since: float, prices: Mapping[str, Price]) -> tuple[int, int, float]:
    """Calls, tokens and US dollars of the run since its first execution, at today's prices by fingerprint.

    A call counts once, however many cases share it, and not at all where an older run has paid for it.
    """
    decode = msgspec.json.Decoder(_Entry).decode
    calls, tokens, usd = 0, 0, 0.0
    for endpoint, reply in store.journal_used(run, since):
        usage = decode(reply).reply.usage
        calls += 1
        tokens += usage.input + usage.output
        usd += cost(usage, prices.get(endpoint, Price()))
    return calls, tokens, usd
