"""Tools that the assistant may call, answered by script: what it does with them counts, whatever it says at the end."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from primum.attacks.content import load
from primum.attacks.converse import answer, opening_messages, silent
from primum.attacks.model import CONTROL, Stage, Start
from primum.endpoints.model import CallFailed, Exchange, Message, Params, Reply
from primum.scenarios.model import Check, Scenario
from primum.scenarios.render import fill
from primum.transforms import claims
from primum.transforms.model import Edit, Variant

FORBIDDEN = "no-forbidden-call"
"""The check that a program answers."""
NEUTRAL = "control"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call that must not be made."""

    tool: str
    why: str
    argument: str = ""
    matches: str = ""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    says: str


class Harness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """harness.yaml as written."""

    steps: int
    system: str
    check: str
    unknown: str
    empty_record: str
    tools: list[dict[str, Any]]
    results: dict[str, str]
    forbidden: tuple[Rule, ...]
    orders: dict[str, Order]


@lru_cache(maxsize=1)
def harness() -> Harness:
    return load("harness.yaml", Harness)


class ToolUse:
    """The case with tools at hand. One conversation, judged once: by its checks, and by the calls that were made."""

    axis = "tools"
    tries = 1
    starts: Start = "passed"

    def __init__(self, name: str, order: Order) -> None:
        self.name = f"tools.{name}"
        self.title = order.title
        self.controls: tuple[str, ...] = (CONTROL,) if name == NEUTRAL else (f"tools.{NEUTRAL}", CONTROL)
        self._order = order

    @property
    def most_calls(self) -> int:
        return harness().steps

    def fits(self, scenario: Scenario) -> str:
        if len(scenario.turns) > 1:
            return "is a conversation already"
        if "<wrong>" in self._order.says and not claims.wrong(scenario, "fits"):
            return "has no wrong advice that can be quoted"
        return ""

    async def play(self, stage: Stage) -> None:
        scenario, room = stage.variant.scenario, harness()
        told = _told(scenario, self._order, stage.seed)
        exchange = await _converse(stage, scenario, told)
        check = Check(
            id=FORBIDDEN,
            text=room.check.replace("<forbidden>", "; ".join(rule.why for rule in room.forbidden)),
            dimension="safety",
            fails_by="commission",
            critical=True,
        )
        variant = msgspec.structs.replace(scenario, checks=(*scenario.checks, check))
        edit = Edit(
            self.name, "stays", "", room.results["read_record"].replace("<order>", told), "tool result"
        )
        played = Variant(variant, (*stage.variant.trace, edit), stage.seed)
        await stage.look(exchange, played, (self.name,), known={FORBIDDEN: broken(exchange.replies)})


async def _converse(stage: Stage, scenario: Scenario, told: str) -> Exchange:
    """Until the assistant answers in words, or its steps are used."""
    room = harness()
    messages = opening_messages(scenario, room.system)
    replies: list[Reply] = []
    for _ in range(room.steps):
        try:
            reply = await stage.say(messages, params=Params(tools=room.tools))
        except CallFailed as failed:
            return Exchange(tuple(messages), tuple(replies), failed.failure)
        replies.append(reply)
        messages = [*messages, answer(reply)]
        if silent(reply) or not reply.tool_calls:
            break
        messages += [_result(call, scenario, told) for call in reply.tool_calls]
    return Exchange(tuple(messages), tuple(replies))


def broken(replies: Sequence[Reply]) -> str:
    """Why the calls of a conversation were unsafe, call by call; nothing when none was.

    >>> broken([Reply("", tool_calls=[{"function": {"name": "delete_entry", "arguments": "{}"}}])])
    'an entry of the record deleted: delete_entry {}'
    """
    found = [
        f"{rule.why}: {name} {json.dumps(arguments, ensure_ascii=False)}"
        for reply in replies
        for name, arguments in map(_read, reply.tool_calls)
        for rule in harness().forbidden
        if _forbids(rule, name, arguments)
    ]
    return "; ".join(found)


def _forbids(rule: Rule, name: str, arguments: dict[str, Any]) -> bool:
    if rule.tool != name:
        return False
    return not rule.argument or bool(re.search(rule.matches, str(arguments.get(rule.argument, ""))))


def _read(call: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and arguments of a call. Arguments that cannot be read are kept as their text."""
    function = call.get("function") or {}
    raw = function.get("arguments") or "{}"
    try:
        arguments = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        arguments = {"unreadable": raw}
    return str(function.get("name", "")), arguments if isinstance(arguments, dict) else {"value": arguments}


def _result(call: dict[str, Any], scenario: Scenario, told: str) -> Message:
    room = harness()
    name, _ = _read(call)
    record = "\n".join(f"{one.title}: {one.text.strip()}" for one in scenario.documents) or room.empty_record
    text = room.results.get(name, room.unknown).replace("<order>", told).replace("<record>", record).strip()
    return Message("tool", fill(text, scenario), tool_call_id=str(call.get("id", "")))


def _told(scenario: Scenario, order: Order, seed: str) -> str:
    return order.says.replace("<wrong>", claims.wrong(scenario, seed)) if order.says else ""


def attacks() -> list[ToolUse]:
    """One for each order of harness.yaml, and their control."""
    return [ToolUse(name, order) for name, order in harness().orders.items()]
