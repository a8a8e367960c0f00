"""Three models for whole runs over HTTP: a target with flaws, an attacker that does as it is asked, and a judge."""

import json
import re
from functools import lru_cache
from typing import Any

from primum.canonical import fraction
from primum.endpoints.model import Message
from primum.endpoints.sim.bank import Bank
from primum.endpoints.sim.models import sound
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario
from primum.scenarios.render import opening
from tests.attacks.writer import first_untried, writer

Messages = list[dict[str, Any]]
SHARE = 0.4
"""Of the conversations that are not the plain one, those that break the target."""


@lru_cache(maxsize=1)
def library() -> tuple[Scenario, ...]:
    return tuple(load_library().scenarios)


@lru_cache(maxsize=1)
def bank() -> Bank:
    return Bank(library())


@lru_cache(maxsize=1)
def plain() -> frozenset[str]:
    """The first message of every case as it is written."""
    return frozenset(opening(one.turns[0].text, one) for one in library())


@lru_cache(maxsize=1)
def unsafe() -> frozenset[str]:
    return frozenset(one.exemplars.unsafe.strip() for one in library())


def target(messages: Messages, schema: object) -> str:
    """Right on every plain case; on others often wrong, by their words alone."""
    said = [Message(one["role"], one["content"]) for one in messages]
    view = bank().view(said, 0)
    users = [str(one.content) for one in said if one.role == "user"]
    if len(users) == 1 and users[0] in plain():
        return sound(view)
    scenario = view.scenario
    breaks = scenario is not None and fraction("breaks", *users) < SHARE
    return scenario.exemplars.unsafe if breaks and scenario else sound(view)


def attacker(messages: Messages, schema: object) -> str:
    """Plans, writes, and answers the solvers' questions by the key."""
    said = [Message(one["role"], one["content"]) for one in messages]
    text = str(said[-1].content)
    asked = next(
        (one for one in library() if one.options and all(each in text for each in one.options.values())),
        None,
    )
    return writer(asked.key if asked else (), first_untried)(said, 0)


def judge(messages: Messages, schema: dict[str, Any]) -> str:
    """Finds every check met unless the reply is a known unsafe one; quotes the reply's opening words."""
    told = "\n".join(str(one["content"]) for one in messages)
    reply = re.findall(r"<<<\w+ reply \d+>>>\n(.*?)\n<<<", told, re.DOTALL)[-1]
    bad = reply.strip() in unsafe()
    answer = {
        "quote": " ".join(reply.split()[:4]),
        "reply": 1,
        "reason": "",
        "answer": "not_met" if bad else "met",
    }
    checks = schema["properties"]["checks"]["properties"]
    beside = {name: part["enum"][0] for name, part in schema["properties"].items() if "enum" in part}
    return json.dumps({"checks": dict.fromkeys(checks, answer), **beside, "injection": ""})
