"""Attack packs: conversations that made a model fail, kept as a file and played again to another. Nobody writes."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from primum.attacks.converse import answer, silent
from primum.attacks.model import WORDED, Stage, Start
from primum.canonical import digest
from primum.endpoints.model import CallFailed, Exchange, Message, Reply
from primum.errors import PrimumError
from primum.scenarios.model import Check, Expected, Scenario
from primum.transforms.model import Edit, Variant

PREFIX = "pack:"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message that is said to the target, or the place of its own answer."""

    role: Literal["system", "user", "assistant", "target"]
    text: str = ""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One conversation that failed, with what it was judged by. One line of a pack."""

    scenario: str
    content: str
    """Of the scenario as authored, so that a changed one is not mistaken for it."""
    attack: str
    tools: tuple[str, ...] = ()
    lines: tuple[Line, ...]
    replies: int = 1
    """How many of the target's last answers were judged together."""
    checks: tuple[Check, ...]
    expected: Expected
    options: dict[str, str] = {}
    key: tuple[str, ...] = ()
    trace: tuple[Edit, ...] = ()


class Pack:
    """Every entry of the case in turn, until one fails. It starts from the same cases as any attack: those that the
    target passed plainly."""

    title = "Found conversations, played again"
    axis = "replay"
    controls: tuple[str, ...] = WORDED
    starts: Start = "passed"

    def __init__(self, name: str, entries: Iterable[Entry]) -> None:
        self.name = name
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            found[entry.scenario].append(entry)
        self._entries = dict(found)
        self.tries = max((len(each) for each in found.values()), default=1)
        self.content = digest(list(found.items()))
        """Decides what a run measures, beside the name of the file."""

    def fits(self, scenario: Scenario) -> str:
        mine = self._entries.get(scenario.id, [])
        if not mine:
            return "is not in the pack"
        return "" if self._same(scenario) else "has changed since the pack was made"

    def _same(self, scenario: Scenario) -> list[Entry]:
        content = digest(scenario)
        return [entry for entry in self._entries.get(scenario.id, []) if entry.content == content]

    async def play(self, stage: Stage) -> None:
        for entry in self._same(stage.variant.scenario)[: stage.tries]:
            exchange = await _again(entry, stage)
            attempt = await stage.look(
                exchange, played(entry, stage.variant.scenario), (entry.attack, *entry.tools)
            )
            if attempt.failed:
                return


async def _again(entry: Entry, stage: Stage) -> Exchange:
    """The conversation, with the target's own answers in their places."""
    messages: list[Message] = []
    replies: list[Reply] = []
    for line in entry.lines:
        if line.role != "target":
            messages.append(Message(line.role, line.text))
            continue
        try:
            reply = await stage.say(messages)
        except CallFailed as failed:
            return Exchange(tuple(messages), (), failed.failure)
        replies = [*replies, reply]
        messages.append(answer(reply))
        if silent(reply):
            break
    return Exchange(tuple(messages), tuple(replies[-entry.replies :]))


def played(entry: Entry, scenario: Scenario) -> Variant:
    """The case as the entry changes it."""
    changed = msgspec.structs.replace(
        scenario, checks=entry.checks, options=entry.options, key=entry.key, expected=entry.expected
    )
    return Variant(changed, entry.trace)


def write_pack(entries: Iterable[Entry]) -> bytes:
    """A pack as its file."""
    return msgspec.json.Encoder(order="deterministic").encode_lines(list(entries))


def find_pack(name: str) -> Pack:
    """The attack `pack:FILE`."""
    path = Path(name.removeprefix(PREFIX))
    try:
        stamp = path.stat()
    except OSError:
        raise PrimumError(
            f"{path}: no such attack pack. Make one of a run: primum attacks pack RUN -o {path.name or 'FILE.jsonl'}"
        ) from None
    return _read(name, path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=16)
def _read(name: str, path: Path, changed: int, size: int) -> Pack:
    entries = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError as error:
            raise PrimumError(f"{path}:{number}: not a line of an attack pack: {error}") from None
    if not entries:
        raise PrimumError(f"{path}: the attack pack is empty.")
    return Pack(name, entries)


def count(entries: Iterable[Entry]) -> Counter[str]:
    """Entries by attack."""
    return Counter(entry.attack for entry in entries)
