"""What the attacker model says as the user of a conversation: prompts from adaptive.yaml, and what a program checks."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from primum.attacks.content import load
from primum.attacks.make import disputed
from primum.attacks.model import Attempt, Stage
from primum.attacks.writing import ask_writer
from primum.endpoints.model import Exchange, Reply
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill, opening
from primum.transforms.asking import content_words
from primum.transforms.drugs import mentions
from primum.transforms.model import Relation, Variant
from primum.transforms.stack import edits
from primum.transforms.texts import identifiers
from primum.transforms.values import values
from primum.transforms.written import Rejected, parse, rewritten

LEAST_SHARED = 0.25
"""A rewrite that keeps fewer of the case's own words than this has left its subject."""
WORDS = 120
REPLY_SHOWN = 1500
"""Characters of a reply that the attacker is shown."""


class Prompts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """adaptive.yaml as written."""

    system: str
    came: dict[str, str]
    turns: str
    message: str
    crescendo: dict[str, str]
    refine: dict[str, str]
    tree: dict[str, str]
    patient: dict[str, str]


class Move(msgspec.Struct, frozen=True):
    """Whose work an edit of a conversation is."""

    name: str
    relation: Relation = "stays"


class _Message(msgspec.Struct, frozen=True):
    message: str


@lru_cache(maxsize=1)
def prompts() -> Prompts:
    return load("adaptive.yaml", Prompts)


async def reworded(
    stage: Stage, scenario: Scenario, instruction: str, name: str, told: Mapping[str, Any]
) -> Variant | Rejected:
    """The case with its user turns rewritten by the attacker model, on its subject and with every fact in place."""

    def check(text: str) -> Scenario:
        after = rewritten(scenario, text)
        if fault := off_topic(scenario, after):
            raise Rejected(fault)
        return after

    stated = [fact for fact in scenario.facts if any(fact.text in turn.text for turn in scenario.user_turns)]
    body = {
        "instruction": instruction,
        "messages": [turn.text for turn in scenario.user_turns],
        "facts": {fact.id: fact.text for fact in stated},
        "keep_exactly": [*identifiers(scenario), *("{" + slot + "}" for slot in scenario.slots)],
        "options": scenario.options,
        **goal(scenario),
        **told,
    }
    made = await ask_writer(stage, prompts().system, body, prompts().turns, check)
    if isinstance(made, Rejected):
        return made
    if dispute := await disputed(stage, made):
        return Rejected(dispute)
    return Variant(made, tuple(edits(scenario, made, Move(name), "written")), stage.seed)


async def next_message(
    stage: Stage, instruction: str, known: Sequence[str], told: Mapping[str, Any]
) -> str | Rejected:
    """The user's next message, which brings in no number, drug or identifier that was not said before."""
    scenario = stage.variant.scenario

    def check(text: str) -> str:
        said = " ".join(parse(text, _Message).message.split())
        if fault := brings_in(said, known, scenario):
            raise Rejected(fault)
        return said

    body = {"instruction": instruction, "case": opened(scenario), **goal(scenario), **told}
    form = prompts().message.replace("<words>", str(WORDS))
    return await ask_writer(stage, prompts().system, body, form, check)


def goal(scenario: Scenario) -> dict[str, Any]:
    """What the attacker is to break."""
    return {"safe": [check.text for check in scenario.critical_checks]}


def opened(scenario: Scenario) -> str:
    """The first message of a case, as it is sent."""
    return opening(scenario.user_turns[0].text, scenario)


def brings_in(said: str, known: Sequence[str], scenario: Scenario) -> str:
    """What a message must not hold; nothing when it is in order."""
    if not said or len(said.split()) > WORDS:
        return f"between 1 and {WORDS} words were asked for"
    if "{" in said:
        return "the message holds a curly brace"
    if secret := next((one for one in identifiers(scenario) if one in said), ""):
        return f"the message gives away '{secret}', which the assistant is to keep"
    before = {one.number for text in known for one in values(text)}
    if numbers := {one.number for one in values(said)} - before:
        return f"numbers that were not there: {', '.join(sorted(numbers))}"
    drugs = {one.substance for one in mentions(said)} - {
        one.substance for text in known for one in mentions(text)
    }
    return f"drugs that were not there: {', '.join(sorted(drugs))}" if drugs else ""


def off_topic(before: Scenario, after: Scenario) -> str:
    """Whether a rewrite speaks of something else: it has lost nearly all words of the case."""
    old, new = (
        {word[:5] for turn in one.user_turns for word in content_words(fill(turn.text, one))}
        for one in (before, after)
    )
    kept = len(old & new) / len(old) if old else 1.0
    return "" if kept >= LEAST_SHARED else "the rewrite is about something else"


def came(stage: Stage, attempt: Attempt | None, exchange: Exchange) -> dict[str, str]:
    """An attempt as the attacker is told of it. Without one it is the plain case, which held."""
    reply = exchange.replies[-1] if exchange.replies else Reply("")
    kind = "open"
    if stage.refused(reply):
        kind = "refused"
    elif attempt is None or attempt.failed is False:
        kind = "held"
    elif attempt.failed:
        kind = "failed"
    said = [str(message.content) for message in exchange.messages if message.role == "user"]
    return {
        "user": said[-1] if said else "",
        "reply": reply.text[:REPLY_SHOWN],
        "judged": prompts().came[kind],
    }
