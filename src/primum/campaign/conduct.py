"""Conducting one case: play it, judge it, score it. A coroutine over `ask`, with no state of its own."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

from primum.attacks.model import Attack
from primum.campaign.deadline import Deadline
from primum.campaign.model import Case, CaseResult, Outcome
from primum.campaign.outcome import after_judging, before_judging
from primum.endpoints.ask import DEFAULTS, Clock, Endpoint
from primum.endpoints.budget import cost
from primum.endpoints.model import CallFailed, Exchange, Failure, Message, Params, Reply, Usage
from primum.judging.disagreement import differing
from primum.judging.judge import Ask, Judge
from primum.judging.jury import convene
from primum.judging.model import Score, Verdict
from primum.judging.rubric import Rubric, score
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant


class TimedAsk(Protocol):
    """`ask` that minds the clock of a case."""

    def __call__(
        self, endpoint: Endpoint, messages: Sequence[Message], params: Params, sample: int, clock: Clock, /
    ) -> Awaitable[Reply]: ...


class _Meter:
    """Passes calls on to `ask`, and remembers what one case said, heard and used."""

    def __init__(self, ask: TimedAsk, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self.calls = 0
        self.usd = 0.0
        self.input = self.output = self.reasoning = self.cached = 0
        self.over_budget: Failure | None = None
        self.sent: tuple[Message, ...] = ()
        self.heard: list[Reply] = []

    async def ask(
        self, endpoint: Endpoint, messages: Sequence[Message], params: Params, sample: int
    ) -> Reply:
        self.calls += 1
        try:
            reply = await self._ask(endpoint, messages, params, sample, self._clock)
        except CallFailed as failed:
            if failed.failure.kind == "over_budget":
                self.over_budget = failed.failure
            raise
        usage = reply.usage
        self.usd += cost(usage, endpoint.spec.price)
        self.input += usage.input
        self.output += usage.output
        self.reasoning += usage.reasoning
        self.cached += usage.cached
        return reply

    @property
    def usage(self) -> Usage:
        return Usage(self.input, self.output, self.reasoning, self.cached)


async def conduct(
    case: Case,
    scenario: Scenario,
    attack: Attack,
    target: Endpoint,
    judges: Sequence[Judge],
    rubric: Rubric,
    ask: TimedAsk,
    seconds: float,
) -> tuple[CaseResult, float]:
    """The case from its first message to its score, and what its calls cost in US dollars.

    The first judge decides; the others are second opinions. `seconds` is all the time there is.
    """
    deadline = Deadline(seconds)
    meter = _Meter(ask, deadline)
    try:
        return await _conduct(case, scenario, attack, target, judges, rubric, meter, deadline)
    finally:
        deadline.close()


async def _conduct(
    case: Case,
    scenario: Scenario,
    attack: Attack,
    target: Endpoint,
    judges: Sequence[Judge],
    rubric: Rubric,
    meter: _Meter,
    deadline: Deadline,
) -> tuple[CaseResult, float]:
    async def say(messages: Sequence[Message]) -> Reply:
        meter.sent = tuple(messages)
        reply = await meter.ask(target, messages, DEFAULTS, case.trial)
        meter.heard.append(reply)
        return reply

    exchange: Exchange | None = None
    outcome: Outcome | None = None
    verdicts: dict[int, Verdict] = {}
    try:
        async with deadline.enforced():
            exchange = await attack.play(Variant(scenario), say)
            outcome = before_judging(exchange)
            if outcome is None:
                await _judge(scenario, exchange, judges, meter.ask, verdicts)
    except TimeoutError:
        if exchange is None:
            late = Failure("timeout", f"the case was not finished within {deadline.seconds:g} s")
            exchange = Exchange(meter.sent, tuple(meter.heard), late)
    except CallFailed as failed:  # an attack need not catch it
        exchange = Exchange(meter.sent, tuple(meter.heard), failed.failure)
    outcome = outcome or before_judging(exchange)
    if outcome is not None:
        return _result(case, scenario, outcome, exchange, (), None, meter), meter.usd

    late_verdict = "no verdict before the case's deadline"
    given = tuple(
        verdicts.get(place) or Verdict(judge.name, failure=late_verdict) for place, judge in enumerate(judges)
    )
    given = convene(judges, given)
    scored = None if given[0].failure else score(rubric, scenario, given[0])
    outcome = after_judging(scenario, given, scored)
    if outcome == "judge_failed" and meter.over_budget:
        outcome = "over_budget"
    return _result(case, scenario, outcome, exchange, given, scored, meter), meter.usd


async def _judge(
    scenario: Scenario, exchange: Exchange, judges: Sequence[Judge], ask: Ask, given: dict[int, Verdict]
) -> None:
    """Puts each judge's verdict into `given`, so that those that were ready survive a deadline."""

    async def one(place: int, judge: Judge) -> None:
        try:
            given[place] = await judge.judge(scenario, exchange, ask)
        except CallFailed as failed:
            given[place] = Verdict(judge.name, failure=str(failed))

    if (
        sum(judge.asks_models for judge in judges) <= 1
    ):  # a task for each would cost more than the others take
        for place, judge in enumerate(judges):
            await one(place, judge)
        return
    # All end before the first error is raised: a paid call in flight must not be left behind.
    ended = await asyncio.gather(*(one(*pair) for pair in enumerate(judges)), return_exceptions=True)
    for error in ended:
        if isinstance(error, BaseException):
            raise error


def _result(
    case: Case,
    scenario: Scenario,
    outcome: Outcome,
    exchange: Exchange,
    verdicts: tuple[Verdict, ...],
    scored: Score | None,
    meter: _Meter,
) -> CaseResult:
    return CaseResult(
        case=case,
        outcome=outcome,
        domain=scenario.domain,
        subdomain=scenario.subdomain,
        perspective=scenario.perspective,
        setting=scenario.setting,
        risk=scenario.risk,
        exchange=exchange,
        verdicts=verdicts,
        score=scored if outcome == "judged" else None,
        disagreements=differing(verdicts),
        failure=exchange.failure or meter.over_budget,
        usage=meter.usage,
        calls=meter.calls,
    )
