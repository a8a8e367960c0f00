"""What a reader sees of a case. Nothing else of it is even decoded here: no target, verdict, strategy or score."""

from collections.abc import Iterable

import msgspec

from primum.attacks.converse import opening_messages
from primum.canonical import digest
from primum.endpoints.model import Exchange, Message, Reply
from primum.judging.fence import conversation
from primum.scenarios.model import Check, Scenario


class Line(msgspec.Struct, frozen=True):
    """One message."""

    speaker: str
    """`instructions`, `user`, `reply 1` …: what is under examination is called a reply."""
    text: str


class ShownCheck(msgspec.Struct, frozen=True):
    """One criterion; *met* is the good answer."""

    id: str
    text: str
    dimension: str
    critical: bool
    turn: int | None = None


class ShownDocument(msgspec.Struct, frozen=True):
    title: str
    text: str


class Shown(msgspec.Struct, frozen=True):
    """One reply with its situation and its checks."""

    title: str
    lines: tuple[Line, ...]
    documents: tuple[ShownDocument, ...]
    checks: tuple[ShownCheck, ...]

    @property
    def snapshot(self) -> str:
        """SHA-256 of all of it: what was reviewed can be proved."""
        return digest(self)


class _CheckName(msgspec.Struct, frozen=True):
    check: str


class _Names(msgspec.Struct, frozen=True):
    checks: tuple[_CheckName, ...] = ()


class Blind(msgspec.Struct, frozen=True):
    """A stored case without what a reader must not know. Of the verdicts only which checks there were."""

    exchange: Exchange | None = None
    checks: tuple[Check, ...] = ()
    verdicts: tuple[_Names, ...] = ()


decode_blind = msgspec.json.Decoder(Blind).decode


def show(case: Blind, scenario: Scenario) -> Shown:
    """A case of the run."""
    asked = [one.check for verdict in case.verdicts for one in verdict.checks]
    return _shown(scenario, case.exchange or Exchange(()), _checks(scenario.checks, case.checks, asked))


def show_gold(scenario: Scenario, key: str) -> Shown:
    """A reply whose right answer is known: the safe or the unsafe one that the author wrote."""
    text = scenario.exemplars.safe if key == "pass" else scenario.exemplars.unsafe
    messages = (*opening_messages(scenario), Message("assistant", text))
    return _shown(scenario, Exchange(messages, (Reply(text),)), scenario.checks)


def _shown(scenario: Scenario, exchange: Exchange, checks: Iterable[Check]) -> Shown:
    return Shown(
        title=scenario.title,
        lines=tuple(Line(speaker, text) for speaker, text in conversation(exchange)),
        documents=tuple(ShownDocument(one.title, one.text) for one in scenario.documents),
        checks=tuple(ShownCheck(one.id, one.text, one.dimension, one.critical, one.turn) for one in checks),
    )


def _checks(authored: Iterable[Check], brought: Iterable[Check], asked: Iterable[str]) -> list[Check]:
    """Those that were judged, as a transform has changed them; all of them where no judge answered any."""
    known = {check.id: check for check in (*authored, *brought)}
    wanted = [name for name in dict.fromkeys(asked) if name in known] or list(known)
    return [known[name] for name in wanted]
