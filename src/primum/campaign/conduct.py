"""Conducting one case: change it, play it, judge every attempt, score it. A coroutine over `ask`."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from primum.attacks.model import Attack, WriterFailed
from primum.campaign.deadline import Deadline
from primum.campaign.model import Case, CaseResult, Outcome
from primum.campaign.outcome import after_judging, before_judging
from primum.campaign.stage import CaseStage, Decided, Looked, deciding
from primum.endpoints.ask import DEFAULTS, Clock, Endpoint
from primum.endpoints.budget import cost
from primum.endpoints.model import CallFailed, Exchange, Failure, Message, Params, Reply, Usage
from primum.judging.disagreement import differing
from primum.judging.judge import Ask, Judge
from primum.judging.jury import convene
from primum.judging.known import with_known
from primum.judging.model import Verdict
from primum.judging.rubric import Rubric, score
from primum.scenarios.model import Check, Scenario
from primum.transforms.model import Failed, Variant

SAMPLES_A_TRIAL = 1000
"""How many samples of one conversation each trial of an attack may draw."""
LATE = "no verdict before the case's deadline"


class Roles(msgspec.Struct, frozen=True):
    """Who plays in a case: the model under test, who writes for the attack (if anybody), and who judges."""

    target: Endpoint
    writer: Endpoint | None
    judges: tuple[Judge, ...]
    rubric: Rubric


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
    authored: Scenario,
    variant: Variant,
    attack: Attack,
    roles: Roles,
    ask: TimedAsk,
    seconds: float,
    trials: int = 1,
) -> tuple[CaseResult, float]:
    """The case from its first message to its score, and what its calls cost in US dollars.

    The first judge decides; the others are second opinions. `seconds` is all the time there is. `trials` plain cases
    have used the first samples of every conversation.
    """
    deadline = Deadline(seconds)
    meter = _Meter(ask, deadline)
    try:
        looked = await _play(case, variant, attack, roles, meter, deadline, trials)
    finally:
        deadline.close()
    return _result(case, authored, variant, looked, meter), meter.usd


async def _play(
    case: Case,
    variant: Variant,
    attack: Attack,
    roles: Roles,
    meter: _Meter,
    deadline: Deadline,
    trials: int,
) -> list[Looked]:
    """Every attempt of the case, in order."""
    target, writer = roles.target, roles.writer
    panel = _Panel(roles.judges, roles.rubric, meter)

    async def say(messages: Sequence[Message], sample: int, params: Params) -> Reply:
        meter.sent = tuple(messages)
        reply = await meter.ask(target, messages, params, sample)
        meter.heard.append(reply)
        return reply

    async def write(messages: Sequence[Message], sample: int) -> Reply:
        assert writer is not None
        try:
            return await meter.ask(writer, messages, DEFAULTS, sample)
        except CallFailed as failed:
            if failed.failure.kind == "over_budget":
                raise
            raise WriterFailed(failed.failure) from None

    stage = CaseStage(
        variant,
        f"{case.scenario}.{case.attack}.{case.trial}",
        case.tries,
        (case.trial, trials + SAMPLES_A_TRIAL * case.trial),
        say,
        write if writer else None,
        panel.look,
    )
    try:
        async with deadline.enforced():
            await attack.play(stage)
    except TimeoutError:
        if panel.open is not None:
            stage.keep(*panel.open, panel.so_far())
        else:
            late = Failure("timeout", f"the case was not finished within {deadline.seconds:g} s")
            stage.keep(variant, Exchange(meter.sent, tuple(meter.heard), late), ("target_failed", (), None))
    except WriterFailed as failed:  # an attack need not catch these
        stage.lost("transform_failed", (), f"the attacker model: {failed}")
    except CallFailed as failed:
        cut = Exchange(meter.sent, tuple(meter.heard), failed.failure)
        stage.keep(variant, cut, (before_judging(cut) or "target_failed", (), None))
    return stage.looked


class _Panel:
    """The judges of one case. `open` is what they are looking at."""

    def __init__(self, judges: Sequence[Judge], rubric: Rubric, meter: _Meter) -> None:
        self._judges = judges
        self._rubric = rubric
        self._meter = meter
        self._given: dict[int, Verdict] = {}
        self._known: Mapping[str, str] = {}
        self.open: tuple[Variant, Exchange] | None = None

    async def look(self, variant: Variant, exchange: Exchange, known: Mapping[str, str]) -> Decided:
        outcome = before_judging(exchange)
        if outcome is not None:
            return outcome, (), None
        self.open, self._given, self._known = (variant, exchange), {}, known
        await _judge(variant.scenario, exchange, self._judges, self._meter.ask, self._given)
        decided = self.so_far()
        self.open = None
        return decided

    def so_far(self) -> Decided:
        """By the verdicts that were given; a judge that had none in time has failed."""
        assert self.open is not None
        scenario = self.open[0].scenario
        judges = enumerate(self._judges)
        given = tuple(self._given.get(place) or Verdict(judge.name, failure=LATE) for place, judge in judges)
        given = tuple(with_known(one, self._known) for one in convene(self._judges, given))
        scored = None if given[0].failure else score(self._rubric, scenario, given[0])
        outcome = after_judging(scenario, given, scored)
        if outcome == "judge_failed" and self._meter.over_budget:
            outcome = "over_budget"
        return outcome, given, scored if outcome == "judged" else None


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
    case: Case, authored: Scenario, variant: Variant, looked: Sequence[Looked], meter: _Meter
) -> CaseResult:
    """By the attempt that decides; the others are kept in short."""
    one = deciding(looked)
    exchange = one.exchange if one else None
    played = one.variant if one else variant
    return case_result(
        case,
        authored,
        one.attempt.outcome if one else "transform_failed",
        exchange=exchange,
        verdicts=one.verdicts if one else (),
        score=one.score if one else None,
        disagreements=differing(one.verdicts) if one else (),
        failure=(exchange.failure if exchange else None) or meter.over_budget,
        usage=meter.usage,
        calls=meter.calls,
        trace=played.trace,
        checks=_brought(played.scenario, authored),
        attempts=tuple(each.attempt for each in looked) if case.round else (),
    )


def _brought(played: Scenario, authored: Scenario) -> tuple[Check, ...]:
    """The checks that the scenario as authored does not have."""
    if played.checks is authored.checks:
        return ()
    return tuple(check for check in played.checks if check not in authored.checks)


def lost(case: Case, scenario: Scenario, failed: Failed) -> CaseResult:
    """A case that could not be made: nobody was called."""
    outcome: Outcome = "transform_noop" if failed.reason == "noop" else "transform_failed"
    failure = Failure("rejected", f"{failed.transform}: {failed.message}", attempts=0)
    return case_result(case, scenario, outcome, failure=failure)


def case_result(case: Case, scenario: Scenario, outcome: Outcome, **found: Any) -> CaseResult:
    """A result with what its scenario says about it."""
    return CaseResult(
        case=case,
        outcome=outcome,
        domain=scenario.domain,
        subdomain=scenario.subdomain,
        perspective=scenario.perspective,
        setting=scenario.setting,
        risk=scenario.risk,
        **found,
    )
