"""What a standardised model knows: which scenario a conversation is about, and the two replies to it."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Self

import msgspec

from primum.endpoints.model import Message
from primum.scenarios.model import Scenario
from primum.scenarios.render import opening

_WORD = re.compile(r"[^\W_]+")
ENOUGH = 0.5
"""Share of a scenario's words that an altered conversation must still hold to be recognised."""


class View(msgspec.Struct, frozen=True):
    """A conversation as a standardised model sees it."""

    scenario: Scenario | None
    """The known scenario that it is about, if any."""
    turn: int
    """Which user message this is; 1 is the first."""
    said: str
    """Everything the user wrote so far."""
    sample: int


class Bank:
    """Recognises a scenario by its first user message, even when a transform has altered it."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self._exact = {_opening(scenario): scenario for scenario in scenarios if scenario.user_turns}
        self._words = [(frozenset(_words(text)), scenario) for text, scenario in self._exact.items()]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for place, (words, _) in enumerate(self._words):
            for word in words:
                self._holders[word].append(place)

    @classmethod
    def empty(cls) -> Self:
        return cls(())

    def view(self, messages: Sequence[Message], sample: int) -> View:
        """What the messages show. Parts other than text are not seen."""
        user = [_text(message) for message in messages if message.role == "user"]
        scenario = self._exact.get(user[0]) or self._nearest(user[0]) if user else None
        return View(
            scenario=scenario,
            turn=len(user),
            said="\n".join(user),
            sample=sample,
        )

    def _nearest(self, text: str) -> Scenario | None:
        words = set(_words(text))
        shared = Counter(place for word in words for place in self._holders.get(word, ()))
        best, best_share = None, ENOUGH
        for place, count in shared.items():
            known, scenario = self._words[place]
            share = count / len(known)
            if share > best_share:
                best, best_share = scenario, share
        return best


def _opening(scenario: Scenario) -> str:
    place, turn = next((place, turn) for place, turn in enumerate(scenario.turns) if turn.role == "user")
    return opening(turn.text, scenario) if place == 0 else turn.text


def _text(message: Message) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(str(part.get("text", "")) for part in message.content)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
