"""What a plan would cost: cases, calls, tokens, money and time, reckoned from the texts. Nothing is called."""

from collections import Counter

import msgspec

from primum.campaign.plan import Plan
from primum.endpoints.ask import CHARACTERS_PER_TOKEN
from primum.endpoints.budget import cost
from primum.endpoints.model import Usage
from primum.endpoints.spec import EndpointSpec
from primum.judging.catalogue import calls_of
from primum.judging.jury import NAME as JURY
from primum.scenarios.model import Scenario

REPLY_TOKENS = 350
"""Assumed length of an answer; a model that reasons aloud writes several times as much."""
JUDGE_OVERHEAD, JUDGE_TOKENS_PER_CHECK = 700, 60
SECONDS_PER_CALL = 3.0
"""Assumed latency of an endpoint that is not simulated."""
CONCURRENCY = 64


class Load(msgspec.Struct, frozen=True):
    """What one endpoint would be asked."""

    name: str
    role: str
    calls: int
    input_tokens: int
    output_tokens: int
    usd: float | None
    """None when the endpoint has no price in primum.toml."""
    seconds: float


class Estimate(msgspec.Struct, frozen=True):
    run: str
    protocol: str
    planned: int
    scenarios: int
    pool: int
    trials: int
    domains: dict[str, int]
    """Cases by domain."""
    loads: tuple[Load, ...]
    calls: int
    tokens: int
    usd: float | None
    seconds: float
    assumptions: str


def estimate(plan: Plan, concurrency: int | None = None) -> Estimate:
    """Sizes come from the scenarios' own texts; answer length and latency are the stated assumptions."""
    width = concurrency or CONCURRENCY
    cases_each = len(plan.protocol.attacks) * plan.trials
    loads = [_target_load(plan, target, cases_each, width) for target in plan.targets]
    calls = [count for name in plan.judges if name != JURY and (count := calls_of(name))]
    loads += [
        _judge_load(plan, judge, cases_each * len(plan.targets) * each, width)
        for judge, each in zip(plan.judge_specs, calls, strict=False)
    ]
    priced = [load.usd for load in loads if load.usd is not None]
    share = Counter(scenario.domain for scenario in plan.scenarios)
    return Estimate(
        run=plan.run,
        protocol=plan.protocol.name,
        planned=plan.planned,
        scenarios=len(plan.scenarios),
        pool=plan.pool,
        trials=plan.trials,
        domains={name: count * cases_each * len(plan.targets) for name, count in sorted(share.items())},
        loads=tuple(loads),
        calls=sum(load.calls for load in loads),
        tokens=sum(load.input_tokens + load.output_tokens for load in loads),
        usd=sum(priced) if len(priced) == len(loads) else None,
        seconds=sum(load.seconds for load in loads),
        assumptions=(
            f"{REPLY_TOKENS} tokens an answer, {CHARACTERS_PER_TOKEN} characters a token, {SECONDS_PER_CALL:g} s a call"
        ),
    )


def _target_load(plan: Plan, spec: EndpointSpec, cases_each: int, width: int) -> Load:
    calls = sum(len(scenario.user_turns) for scenario in plan.scenarios) * cases_each
    read = sum(_conversation_tokens(scenario) for scenario in plan.scenarios) * cases_each
    return _load(spec, "target", calls, read, calls * REPLY_TOKENS, width)


def _judge_load(plan: Plan, spec: EndpointSpec, cases_each: int, width: int) -> Load:
    calls = len(plan.scenarios) * cases_each
    read = wrote = 0
    for scenario in plan.scenarios:
        checks = sum(len(check.text) for check in scenario.checks) // CHARACTERS_PER_TOKEN
        read += (
            JUDGE_OVERHEAD + checks + _conversation_tokens(scenario) + len(scenario.user_turns) * REPLY_TOKENS
        )
        wrote += JUDGE_TOKENS_PER_CHECK * len(scenario.checks)
    return _load(spec, "judge", calls, read * cases_each, wrote * cases_each, width)


def _conversation_tokens(scenario: Scenario) -> int:
    """Input over all turns: each call carries the conversation so far."""
    said = len(scenario.system) + sum(len(document.text) for document in scenario.documents)
    total = replies = 0
    for turn in scenario.turns:
        said += len(turn.text)
        if turn.role == "user":
            total += said // CHARACTERS_PER_TOKEN + replies * REPLY_TOKENS
            replies += 1
    return total


def _load(spec: EndpointSpec, role: str, calls: int, read: int, wrote: int, width: int) -> Load:
    limits = spec.limits
    seconds = (
        0.0 if spec.kind == "sim" else calls * SECONDS_PER_CALL / min(limits.concurrency or width, width)
    )
    if limits.requests_per_minute:
        seconds = max(seconds, calls / limits.requests_per_minute * 60)
    if limits.tokens_per_minute:
        seconds = max(seconds, (read + wrote) / limits.tokens_per_minute * 60)
    free = spec.kind in ("sim", "replay")
    priced = spec.price.input or spec.price.output
    usd = 0.0 if free else cost(Usage(read, wrote), spec.price) if priced else None
    return Load(spec.name, role, calls, read, wrote, usd, seconds)
