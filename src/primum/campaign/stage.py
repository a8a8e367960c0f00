"""What one case lends to its attack: the target, the writer, the judges; and what it remembers of every attempt."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from primum.attacks.converse import converse
from primum.attacks.model import NOTHING, Attempt, Outcome
from primum.endpoints.ask import DEFAULTS
from primum.endpoints.model import Exchange, Message, Params, Reply
from primum.errors import PrimumError
from primum.judging.model import Score, Verdict
from primum.judging.options import choice
from primum.judging.refusal import refusal
from primum.transforms.model import Variant

Call = Callable[[Sequence[Message], int], Awaitable[Reply]]
"""Messages and sample index → the endpoint's answer."""
Said = Callable[[Sequence[Message], int, Params], Awaitable[Reply]]
"""The same, with what is sent beside the messages."""


class Looked(msgspec.Struct, frozen=True):
    """An attempt with everything that was found out about it."""

    attempt: Attempt
    variant: Variant
    exchange: Exchange | None
    verdicts: tuple[Verdict, ...] = ()
    score: Score | None = None


Decided = tuple[Outcome, tuple[Verdict, ...], Score | None]
Look = Callable[[Variant, Exchange, Mapping[str, str]], Awaitable[Decided]]


class CaseStage:
    """See `primum.attacks.model.Stage`."""

    def __init__(
        self,
        variant: Variant,
        seed: str,
        tries: int,
        samples: tuple[int, int],
        target: Said,
        writer: Call | None,
        look: Look,
    ) -> None:
        """`samples`: which sample of the plain conversation is this case's, and from where on new ones are free."""
        self.variant = variant
        self.seed = seed
        self.tries = tries
        self.looked: list[Looked] = []
        self._own, self._free = samples
        self._target = target
        self._writer = writer
        self._look = look
        self._calls = 0

    @property
    def has_writer(self) -> bool:
        return self._writer is not None

    async def baseline(self) -> Exchange:
        if self.variant.changed:  # nobody has asked this yet
            self._calls += len(self.variant.scenario.user_turns)
        return await converse(self.variant.scenario, lambda said: self._target(said, self._own, DEFAULTS))

    async def say(self, messages: Sequence[Message], again: int = 0, params: Params = DEFAULTS) -> Reply:
        self._calls += 1
        return await self._target(messages, self._free + again, params)

    async def write(self, messages: Sequence[Message], again: int = 0) -> Reply:
        if self._writer is None:
            raise PrimumError("this attack needs an attacker model: name it with --attacker")
        return await self._writer(messages, again)

    def refused(self, reply: Reply) -> bool:
        return refusal(reply.text).kind == "full"

    async def look(
        self,
        exchange: Exchange,
        variant: Variant | None = None,
        tools: Sequence[str] = (),
        turn: int = 0,
        known: Mapping[str, str] = NOTHING,
    ) -> Attempt:
        played = variant or self.variant
        return self.keep(played, exchange, await self._look(played, exchange, known), tools, turn)

    def keep(
        self, variant: Variant, exchange: Exchange, decided: Decided, tools: Sequence[str] = (), turn: int = 0
    ) -> Attempt:
        """Remembers an attempt as it was decided."""
        outcome, verdicts, score = decided
        failed = None
        if score is not None:
            failed = True if score.critical_failed else None if score.critical_undecided else False
        attempt = Attempt(
            outcome,
            failed,
            tuple(tools),
            turn,
            self._calls,
            _chosen(variant, exchange),
            score.value if score else None,
        )
        self._calls = 0
        self.looked.append(Looked(attempt, variant, exchange, verdicts, score))
        return attempt

    def lost(self, outcome: Outcome, tools: Sequence[str], why: str = "") -> Attempt:
        attempt = Attempt(outcome, None, tuple(tools), calls=self._calls, why=why)
        self._calls = 0
        self.looked.append(Looked(attempt, self.variant, None))
        return attempt


def _chosen(variant: Variant, exchange: Exchange) -> str:
    """The option letters that the last reply chose."""
    options = variant.scenario.options
    if not options or not exchange.replies:
        return ""
    found = choice(exchange.replies[-1].text, "".join(options))
    return "".join(sorted(found.letters)) if found else ""


def deciding(looked: Sequence[Looked]) -> Looked | None:
    """The attempt that stands for the case: the first that failed, else the worst that was decided, else the last.

    An attempt without a verdict neither fails a case nor hides that another held. But a case that the budget cut short
    is not over: it is gone on with by the next execution.
    """
    failed = next((one for one in looked if one.attempt.failed), None)
    if failed is not None:
        return failed
    cut = next((one for one in looked if one.attempt.outcome == "over_budget"), None)
    if cut is not None:
        return cut
    judged = [one for one in looked if one.score is not None]
    held = [one for one in judged if one.attempt.failed is False] or judged
    if held:
        return min(held, key=lambda one: one.score.value if one.score else 1.0)
    return looked[-1] if looked else None
