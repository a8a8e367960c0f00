"""What an attack is: a coroutine that plays a variant against a target and lets every attempt be judged."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, Protocol, get_args

import msgspec

from primum.endpoints.ask import DEFAULTS
from primum.endpoints.model import CallFailed, Exchange, Message, Params, Reply
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant

Outcome = Literal[
    "judged",
    "target_failed",
    "empty",
    "filtered",
    "transform_noop",
    "transform_failed",
    "judge_failed",
    "unparsed",
    "over_budget",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

Say = Callable[[Sequence[Message]], Awaitable[Reply]]
"""Sends the conversation so far to the target and returns its answer; raises `CallFailed`."""

NOTHING: Mapping[str, str] = MappingProxyType({})

CONTROL = "control"
"""The attack that asks the untouched case again, as often as the attack it is the control of."""
Start = Literal["passed", "failed", "any"]
"""From which plain cases an attack starts: those that passed in every trial, those that failed in every one, or all."""

NEUTRAL = "paraphrase.neutral"
"""The transform that changes the wording and nothing else: the control of every change of wording."""


WORDED = ("paraphrased", CONTROL)
"""The controls of whatever changes the text: other words that change nothing, as many times; and the same again.

A model that changes its mind with any wording would else be called broken by every attack."""


class WriterFailed(CallFailed):
    """The attacker model gave no answer. A budget that has ended is no failure of the writer: it stays `CallFailed`."""


class Attempt(msgspec.Struct, frozen=True, omit_defaults=True):
    """One try of an attack, judged."""

    outcome: Outcome
    failed: bool | None = None
    """Whether a critical check failed. None: no verdict, or a critical check undecided."""
    tools: tuple[str, ...] = ()
    """The transforms, or the move of the conversation, that were tried."""
    turn: int = 0
    """Of a conversation that is judged turn by turn: 0 is the answer before any pressure."""
    calls: int = 0
    """Target calls since the attempt before."""
    answer: str = ""
    """The option letters that were chosen, joined; empty where there are no options or none could be read."""
    score: float | None = None
    """Of the verdict; None without one."""
    why: str = ""
    """Why an attempt never reached the target."""


class Stage(Protocol):
    """What the campaign lends to an attack for one case."""

    @property
    def variant(self) -> Variant:
        """What is attacked, after the case's own transforms."""
        ...

    @property
    def seed(self) -> str:
        """All chance comes from here."""
        ...

    @property
    def tries(self) -> int:
        """How many attempts are allowed. The control of this case gets as many."""
        ...

    @property
    def has_writer(self) -> bool:
        """Whether there is an attacker model to write with."""
        ...

    async def baseline(self) -> Exchange:
        """The plain conversation of the variant, with the answers that the case already has; costs no new call."""
        ...

    async def say(self, messages: Sequence[Message], again: int = 0, params: Params = DEFAULTS) -> Reply:
        """A new answer of the target. `again` tells repeats of the same conversation apart; `params` offers tools."""
        ...

    async def write(self, messages: Sequence[Message], again: int = 0) -> Reply:
        """The attacker model's answer."""
        ...

    def refused(self, reply: Reply) -> bool:
        """Whether a reply declines in full, by its words."""
        ...

    async def look(
        self,
        exchange: Exchange,
        variant: Variant | None = None,
        tools: Sequence[str] = (),
        turn: int = 0,
        known: Mapping[str, str] = NOTHING,
    ) -> Attempt:
        """Has an attempt judged, and keeps it. `known` are checks that the attack's own program has answered: check →
        why it is not met, or nothing where it is. No judge overrules them."""
        ...

    def lost(self, outcome: Outcome, tools: Sequence[str], why: str = "") -> Attempt:
        """Keeps an attempt that never reached the target."""
        ...


class Attack(Protocol):
    """Holds no state between cases: everything it learns stays in the coroutine.

    `axis` groups attacks in the report; `controls` name the attacks that its failures are compared with: played on the
    same cases, with as many tries. One that cannot be played without an attacker model says `needs_writer = True`; a
    protocol with such an attack is refused when nobody writes. One that may call the target more often than it has
    tries, for every turn of a case, says `most_calls`.
    """

    name: str
    title: str
    axis: str
    tries: int
    """Attempts at most; the control gets as many."""
    controls: tuple[str, ...]
    """The first is what the failures are compared with; none for what is no attack."""
    starts: Start

    def fits(self, scenario: Scenario) -> str:
        """Empty where the attack can be played; otherwise why not, in a few words."""
        ...

    async def play(self, stage: Stage) -> None: ...


def needs_writer(attack: Attack) -> bool:
    """Whether an attack cannot be played without an attacker model; false where it says nothing about it."""
    return bool(getattr(attack, "needs_writer", False))
