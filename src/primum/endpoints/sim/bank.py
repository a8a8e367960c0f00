"""What a standardised model knows: which scenario a conversation is about, and what was changed in it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Self

import msgspec

from primum.endpoints.model import Message
from primum.endpoints.sim.change import Change, compare, without_documents
from primum.endpoints.sim.index import Index
from primum.endpoints.sim.words import deciphered
from primum.scenarios.model import Scenario
from primum.scenarios.render import opening


class View(msgspec.Struct, frozen=True):
    """A conversation as a standardised model sees it."""

    scenario: Scenario | None
    """The known scenario that it is about, if any."""
    turn: int
    """Which user message this is; 1 is the first."""
    said: str
    """Everything the user wrote so far."""
    sample: int
    last: str = ""
    """The latest of the user's messages."""
    later: str = ""
    """All of the user's messages but the first."""
    change: Change = Change()
    """How what was said differs from the scenario."""


class Bank:
    """Recognises a scenario by its first user message, even when a transform has altered it."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        known = {_opening(scenario): scenario for scenario in scenarios if scenario.user_turns}
        self._exact = known
        self._scenarios = list(known.values())
        self._index = Index(list(known))
        self._read = lru_cache(maxsize=4096)(self._looked_at)

    @classmethod
    def empty(cls) -> Self:
        return cls(())

    def view(self, messages: Sequence[Message], sample: int) -> View:
        """What the messages show. Parts other than text are not seen."""
        system = "\n".join(_text(message) for message in messages if message.role == "system")
        user = deciphered([_text(message) for message in messages if message.role == "user"])
        scenario, change = self._read(system, tuple(user)) if user else (None, Change())
        return View(
            scenario=scenario,
            turn=len(user),
            said="\n".join(user),
            sample=sample,
            last=user[-1] if user else "",
            later="\n".join(user[1:]),
            change=change,
        )

    def _looked_at(self, system: str, user: tuple[str, ...]) -> tuple[Scenario | None, Change]:
        scenario = self._exact.get(user[0])
        if scenario is None:
            place = self._index.nearest(user[0])
            place = self._index.nearest(without_documents(user[0])) if place is None else place
            scenario = None if place is None else self._scenarios[place]
        return scenario, compare(scenario, system, user, self._index.knows) if scenario else Change()


def _opening(scenario: Scenario) -> str:
    place, turn = next((place, turn) for place, turn in enumerate(scenario.turns) if turn.role == "user")
    return opening(turn.text, scenario) if place == 0 else turn.text


def _text(message: Message) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(str(part.get("text", "")) for part in message.content)
