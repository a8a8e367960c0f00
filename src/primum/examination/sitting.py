"""Putting the paper to a judge: every call through `ask` and the journal, so that it resumes and keeps a budget."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from primum.attacks.converse import converse
from primum.endpoints.ask import Endpoint, Stopped
from primum.endpoints.budget import cost
from primum.endpoints.model import CallFailed, Exchange, Message, Params, Reply
from primum.endpoints.spec import Price
from primum.examination.model import Cost
from primum.judging.judge import Ask, Judge
from primum.judging.jury import convene
from primum.judging.model import Verdict
from primum.scenarios.model import Scenario

FREE = frozenset({"sim", "replay", "command", "python"})
"""Kinds of endpoints that have no price of their own."""
AGAIN = 100
"""Samples of the second sitting begin here: a judge's own retries take the first few."""

Show = Callable[[int, int], None]
"""Is told after every verdict how many there are, and of how many."""


def unseen(done: int, planned: int) -> None:
    """Shows nothing."""


class Sitting(msgspec.Struct, frozen=True):
    """One reply, or several of one conversation, to be judged."""

    id: str
    scenario: Scenario
    exchange: Exchange
    sample: int = 0


class Meter:
    """Passes calls on to `ask` and adds up what they take, whether they are new or from the journal."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.calls = self.tokens = 0
        self.usd: float | None = 0.0

    def at(self, sample: int) -> Ask:
        """`ask` for one sitting: each has samples of its own."""

        async def ask(endpoint: Endpoint, messages: Sequence[Message], params: Params, tried: int) -> Reply:
            reply = await self._ask(endpoint, messages, params, tried + AGAIN * sample)
            self.calls += 1
            self.tokens += reply.usage.input + reply.usage.output
            unpriced = endpoint.spec.price == Price() and endpoint.spec.kind not in FREE
            if unpriced or self.usd is None:
                self.usd = None
            else:
                self.usd += cost(reply.usage, endpoint.spec.price)
            return reply

        return ask

    def cost(self, verdicts: int) -> Cost:
        return Cost(verdicts, self.calls, self.tokens, self.usd)


async def exchange_of(scenario: Scenario, replies: Sequence[str]) -> Exchange:
    """The conversation as the plain attack would have had it with these replies."""
    left = iter(replies)

    async def say(messages: Sequence[Message]) -> Reply:
        return Reply(next(left, ""))

    return await converse(scenario, say)


async def sit(
    sittings: Sequence[Sitting], judges: Sequence[Judge], meter: Meter, crew: int, show: Show = unseen
) -> dict[tuple[str, int], Verdict]:
    """The first judge's verdict on every sitting; the further judges are its jurors."""
    found: dict[tuple[str, int], Verdict] = {}
    queue = iter(sittings)
    workers = crew if any(judge.asks_models for judge in judges) else 1
    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, workers)):
            group.create_task(_work(queue, judges, meter, found, lambda: show(len(found), len(sittings))))
    return found


async def _work(
    queue: Iterator[Sitting],
    judges: Sequence[Judge],
    meter: Meter,
    found: dict[tuple[str, int], Verdict],
    told: Callable[[], None],
) -> None:
    for one in queue:
        given = [await _verdict(judge, one, meter) for judge in judges]
        found[one.id, one.sample] = convene(judges, given)[0]
        told()


async def _verdict(judge: Judge, one: Sitting, meter: Meter) -> Verdict:
    try:
        return await judge.judge(one.scenario, one.exchange, meter.at(one.sample))
    except CallFailed as failed:
        return Verdict(judge.name, failure=str(failed))
    except Stopped:
        return Verdict(judge.name, failure="stopped")


def failures(sat: Mapping[Any, Verdict]) -> dict[str, int]:
    """Why there was no verdict, the most frequent first."""
    counted: dict[str, int] = {}
    for verdict in sat.values():
        if verdict.failure:
            counted[verdict.failure] = counted.get(verdict.failure, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: -pair[1])[:20])
