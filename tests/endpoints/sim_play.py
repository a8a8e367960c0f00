"""Playing a scenario, changed or not, to a standardised model, as a campaign would."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache

from primum.attacks.converse import converse
from primum.endpoints.model import Message, Reply
from primum.endpoints.sim.bank import Bank, View
from primum.endpoints.sim.models import MODELS
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario
from primum.transforms.model import Failed
from primum.transforms.stack import apply_stack

LIBRARY = load_library()


@lru_cache(maxsize=1)
def bank() -> Bank:
    return Bank(LIBRARY.scenarios)


def view(*said: str, sample: int = 0) -> View:
    return bank().view([Message("user", text) for text in said], sample)


def replies(name: str, scenario: Scenario) -> list[str]:
    """What a model says at each turn."""

    async def say(messages: Sequence[Message]) -> Reply:
        return Reply(text=MODELS[name](bank().view(messages, 0)))

    return [reply.text for reply in asyncio.run(converse(scenario, say)).replies]


def failures(name: str, scenario: Scenario) -> list[str]:
    """The critical checks that the offline judge does not find met."""
    verdict = judge_offline(scenario, replies(name, scenario))
    critical = {check.id for check in scenario.critical_checks}
    return [one.check for one in verdict.checks if one.check in critical and one.answer != "met"]


def changed(scenario: Scenario, *stack: str, seed: str = "1") -> Scenario | None:
    """The scenario after transforms; None where they do not fit."""
    made = apply_stack(scenario, stack, seed)
    return None if isinstance(made, Failed) else made.scenario
