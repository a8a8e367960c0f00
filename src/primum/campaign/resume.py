"""What earlier executions of a run left: cases that need not be conducted again, and what was paid."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from primum.endpoints.budget import cost
from primum.endpoints.model import Usage
from primum.endpoints.spec import Price
from primum.store import Store

FINAL = frozenset({"judged", "empty", "filtered", "unparsed"})
"""Outcomes that follow from completed calls; the others are tried again."""


class Kept(msgspec.Struct, frozen=True):
    """Cases that the same code finished earlier: a pure function of the journal, so not done again."""

    indices: frozenset[int] = frozenset()
    outcomes: tuple[str, ...] = ()
    critical: int = 0
    """How many of them have a failed critical check."""


def kept(store: Store, run: str, opinions: bool) -> Kept:
    """The finished cases of a run. With `opinions`, one whose further judges failed is not finished."""
    rows = list(_with_all_opinions(store, run) if opinions else _rows(store, run))
    return Kept(
        indices=frozenset(index for index, _, _ in rows),
        outcomes=tuple(outcome for _, outcome, _ in rows),
        critical=sum(failed > 0 for _, _, failed in rows),
    )


def _rows(store: Store, run: str) -> Iterable[tuple[int, str, int]]:
    columns = store.case_columns(run, ("index", "outcome", "critical_failed"))
    rows = zip(*columns.values(), strict=True)
    return (row for row in rows if row[1] in FINAL)


class _Verdict(msgspec.Struct, frozen=True):
    failure: str = ""


class _Record(msgspec.Struct, frozen=True):
    verdicts: list[_Verdict] = []


def _with_all_opinions(store: Store, run: str) -> Iterator[tuple[int, str, int]]:
    decode = msgspec.json.Decoder(_Record).decode
    for row in store.cases(run):
        if row.outcome in FINAL and not any(verdict.failure for verdict in decode(row.record).verdicts):
            yield row.index, row.outcome, row.critical_failed


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
