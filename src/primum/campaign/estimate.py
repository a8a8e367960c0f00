"""What a plan would cost: cases, calls, tokens, money and time, reckoned from the texts. Nothing is called."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from primum.campaign.bound import WORDS, Weighed, attacked, searched
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
AT_MOST = ", attacks at most"
"""Follows the role of what an endpoint would be asked after the plain cases."""


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
    at_most: int = 0
    """Of the calls, those of attacks and searches, their controls and judges: an upper bound."""


def estimate(plan: Plan, concurrency: int | None = None) -> Estimate:
    """Sizes come from the scenarios' own texts; answer length and latency are the stated assumptions."""
    width = concurrency or CONCURRENCY
    variants = {one.id: 1 + len(plan.stacks.get(one.id, ())) for one in plan.scenarios}
    plain = [
        (one, len(one.user_turns) * n, n) for one in plan.scenarios if (n := variants[one.id] * plan.trials)
    ]
    later = [*attacked(plan), *_search(plan, plain)]
    targets = len(plan.targets)
    asks = [count for name in plan.judges if name != JURY and (count := calls_of(name))]
    loads = []
    for cases, at_most in ((plain, ""), (later, AT_MOST)):
        if cases:
            loads += [_target_load(target, "target" + at_most, cases, width) for target in plan.targets]
            loads += [
                _judge_load(judge, "judge" + at_most, cases, targets * each, width)
                for judge, each in zip(plan.judge_specs, asks, strict=False)
            ]
    priced = [load.usd for load in loads if load.usd is not None]
    share: Counter[str] = Counter()
    for one in plan.scenarios:
        share[one.domain] += variants[one.id] * plan.trials * targets
    return Estimate(
        run=plan.run,
        protocol=plan.protocol.name,
        planned=plan.planned,
        scenarios=len(plan.scenarios),
        pool=plan.pool,
        trials=plan.trials,
        domains=dict(sorted(share.items())),
        loads=tuple(loads),
        calls=sum(load.calls for load in loads),
        tokens=sum(load.input_tokens + load.output_tokens for load in loads),
        usd=sum(priced) if len(priced) == len(loads) else None,
        seconds=sum(load.seconds for load in loads),
        assumptions=(
            f"{REPLY_TOKENS} tokens an answer, {CHARACTERS_PER_TOKEN} characters a token, {SECONDS_PER_CALL:g} s a call"
            + (f"; {WORDS}" if later else "")
        ),
        at_most=sum(load.calls for load in loads if load.role.endswith(AT_MOST)),
    )


def _search(plan: Plan, plain: Sequence[Weighed]) -> list[Weighed]:
    """What a search may add, as if every attempt were a single call on a typical scenario."""
    more = searched(plan, sum(calls for _, calls, _ in plain), sum(calls for _, calls, _ in attacked(plan)))
    if not more:
        return []
    typical = sorted(plan.scenarios, key=_conversation_tokens)[len(plan.scenarios) // 2]
    return [(typical, more, more)]


def _target_load(spec: EndpointSpec, role: str, cases: Sequence[Weighed], width: int) -> Load:
    calls = sum(count for _, count, _ in cases)
    read = sum(_conversation_tokens(one) * count // len(one.user_turns) for one, count, _ in cases)
    return _load(spec, role, calls, read, calls * REPLY_TOKENS, width)


def _judge_load(spec: EndpointSpec, role: str, cases: Sequence[Weighed], each: int, width: int) -> Load:
    """`each`: calls of the judge for one judged answer, over all targets."""
    calls = read = wrote = 0
    for scenario, _, judged in cases:
        checks = sum(len(check.text) for check in scenario.checks) // CHARACTERS_PER_TOKEN
        said = _conversation_tokens(scenario) + len(scenario.user_turns) * REPLY_TOKENS
        calls += judged
        read += judged * (JUDGE_OVERHEAD + checks + said)
        wrote += judged * JUDGE_TOKENS_PER_CHECK * len(scenario.checks)
    return _load(spec, role, calls * each, read * each, wrote * each, width)


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
