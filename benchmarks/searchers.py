"""How many target calls four ways of searching need until the first finding, on models with one planted flaw each.

    python -m benchmarks.searchers [--seeds 10] [--model leaky …]

A finding is a failed attempt on a case that had passed plainly. Every call counts: the plain answers, the attempts, and
the repeats that a way of searching asks for. *static sweep*: scenario after scenario, every tool by its name.
*random*: a scenario and a tool that fits, by chance. *DAS's loop*: axis after axis as published, item after item, the
baseline asked 1 (robustness), 3 (privacy), 5 (bias) times, then its agent with at most five tries; nothing is learned
between items.
*primum*: the protocol `search`. The models are simulated; the judge is the offline one.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random
from statistics import median

import msgspec

from benchmarks.measure import save
from primum.attacks.converse import converse
from primum.attacks.find import find_attack
from primum.attacks.model import NOTHING
from primum.campaign.model import Case
from primum.campaign.outcome import before_judging
from primum.campaign.plan import Plan, Settings, make_plan
from primum.campaign.protocol import Search, load_protocol
from primum.campaign.rounds import Fact, seed_of
from primum.campaign.stage import CaseStage, Decided, deciding
from primum.campaign.staged import next_round, plain_cases, rounds
from primum.campaign.toolbox import tools_of
from primum.endpoints.ask import DEFAULTS
from primum.endpoints.config import Config
from primum.endpoints.model import Exchange, Message, Params, Reply
from primum.endpoints.names import parse_name
from primum.endpoints.sim.bank import Bank
from primum.endpoints.sim.models import MODELS
from primum.endpoints.sim.wire import SimWire
from primum.judging.offline import judge_offline
from primum.judging.rubric import load_rubric, score
from primum.scenarios.loader import Library, load_library
from primum.scenarios.model import Scenario
from primum.transforms.model import Failed, Variant
from primum.transforms.stack import apply_stack

CAP = 1_000
NO_FLAW = frozenset({"sound", "random", "flaky"})
"""Models that an attack cannot break for a reason: nothing planted, or nothing but chance."""
AXES = (
    ("robustness", 1, ("das.robustness",)),
    ("privacy", 3, ("das.privacy",)),
    ("bias", 5, ("das.bias.identity", "das.bias.language", "das.bias.emotion", "das.bias.priming")),
)
"""Axis, how often the baseline is asked, the agents, in the published order. Hallucination has no attack there."""


class Spent(Exception):
    """The calls are used up."""


class Target:
    """A standardised model that counts its calls, and a judge."""

    def __init__(self, name: str) -> None:
        self._wire = SimWire(name, MODELS[name], _bank())
        self._known: dict[tuple[str, int], tuple[Exchange, bool]] = {}
        self.calls = 0

    async def say(self, messages: Sequence[Message], sample: int, params: Params = DEFAULTS) -> Reply:
        if self.calls >= CAP:
            raise Spent
        self.calls += 1
        return await self._wire.send(messages, params, sample)

    async def plain(self, scenario: Scenario, sample: int = 0) -> tuple[Exchange, bool]:
        """The plain conversation and whether it passed; asked once."""
        key = scenario.id, sample
        if key not in self._known:
            exchange = await converse(scenario, lambda said: self.say(said, sample))
            _, _, found = await look(Variant(scenario), exchange)
            passed = found is not None and not found.critical_failed and not found.critical_undecided
            self._known[key] = exchange, passed
        return self._known[key]

    async def attack(
        self, scenario: Scenario, name: str, stack: tuple[str, ...], seed: str, tries: int = 1
    ) -> tuple[bool, CaseStage]:
        """Whether an attack, or a transform of the plain case, breaks it."""
        variant: Variant | Failed = Variant(scenario)
        if stack:
            variant = apply_stack(scenario, stack, seed)
        said = self._replay(scenario) if not stack else self.say
        stage = CaseStage(
            Variant(scenario) if isinstance(variant, Failed) else variant,
            seed,
            tries,
            (0, 3),
            said,
            None,
            look,
        )
        if not isinstance(variant, Failed):
            await find_attack(name).play(stage)
        one = deciding(stage.looked)
        return bool(one and one.attempt.failed), stage

    def _replay(self, scenario: Scenario):  # type: ignore[no-untyped-def]
        """The first answer of a conversation is the one that the case has."""

        async def say(messages: Sequence[Message], sample: int, params: Params) -> Reply:
            known = self._known.get((scenario.id, 0))
            first = known[0] if known else None
            if sample == 0 and first and tuple(messages) == first.messages[: len(messages)]:
                at = sum(message.role == "user" for message in messages) - 1
                if at < len(first.replies):
                    return first.replies[at]
            return await self.say(messages, sample, params)

        return say


@lru_cache(maxsize=1)
def _bank() -> Bank:
    return Bank(_library().scenarios)


@lru_cache(maxsize=1)
def _library() -> Library:
    return load_library()


async def look(variant: Variant, exchange: Exchange, known: Mapping[str, str] = NOTHING) -> Decided:
    if outcome := before_judging(exchange):
        return outcome, (), None
    verdict = judge_offline(variant.scenario, exchange.reply_texts)
    return "judged", (verdict,), score(load_rubric("jsl-7-reconstructed"), variant.scenario, verdict)


Found = AsyncIterator[bool]
"""Whether each attempt failed."""


async def static(target: Target, scenarios: Sequence[Scenario], seed: int) -> Found:
    for scenario in scenarios:
        if not (await target.plain(scenario))[1]:
            continue
        for tool in tools_of(Search()):
            if tool.fits(scenario):
                yield (await target.attack(scenario, tool.attack, tool.stack, f"{seed}.{scenario.id}"))[0]


async def by_chance(target: Target, scenarios: Sequence[Scenario], seed: int) -> Found:
    chance = Random(seed)
    tools = tools_of(Search())
    while True:
        scenario, tool = chance.choice(scenarios), chance.choice(tools)
        if tool.fits(scenario) and (await target.plain(scenario))[1]:
            how = f"{seed}.{scenario.id}.{chance.random()}"
            yield (await target.attack(scenario, tool.attack, tool.stack, how))[0]


async def das_loop(target: Target, scenarios: Sequence[Scenario], seed: int) -> Found:
    for _, asked, agents in AXES:
        for scenario in scenarios:
            fitting = [name for name in agents if not find_attack(name).fits(scenario)]
            if not fitting or not all([(await target.plain(scenario, n))[1] for n in range(asked)]):
                continue
            for name in fitting:
                tries = min(5, find_attack(name).tries)
                yield (await target.attack(scenario, name, (), f"{seed}.{scenario.id}", tries))[0]


async def primum(target: Target, scenarios: Sequence[Scenario], seed: int) -> Found:
    plan = _plan(seed)
    by_id = {scenario.id: scenario for scenario in plan.scenarios}
    facts: list[Fact] = []
    first = plan.planned
    for number in range(rounds(plan) + 1):
        cases = plain_cases(plan, number)
        if number:
            found = next_round(plan, number, facts, first)
            first += len(found)
            cases += found
        for case in cases:
            fact = await _fact(target, plan, case, by_id[case.scenario])
            facts.append(fact)
            if case.round:
                yield bool(fact.failed)


async def _fact(target: Target, plan: Plan, case: Case, scenario: Scenario) -> Fact:
    before = target.calls
    if not case.round:
        _, passed = await target.plain(scenario, case.trial)
        return Fact(case, not passed, target.calls - before, ())
    failed, stage = await target.attack(
        scenario, case.attack, case.transforms, seed_of(plan, case), case.tries
    )
    return Fact(case, failed, target.calls - before, tuple(one.attempt for one in stage.looked))


def _plan(seed: int) -> Plan:
    return make_plan(
        load_protocol("search"),
        Settings(seed=seed),
        _library(),
        load_rubric("jsl-7-reconstructed"),
        [parse_name("sim:sound", Config())],
        [("offline", None)],
    )


SEARCHERS = {"static sweep": static, "random": by_chance, "DAS's loop": das_loop, "primum": primum}


async def calls_to_first(model: str, searcher: str, seed: int) -> int:
    """Target calls up to and with the first failed attempt; the cap when there was none."""
    target = Target(model)
    scenarios = list(_library().scenarios)
    Random(seed).shuffle(scenarios)
    try:
        async for failed in SEARCHERS[searcher](target, scenarios, seed):
            if failed:
                return target.calls
            if target.calls >= CAP:
                break
    except Spent:
        pass
    return CAP


def flaws() -> Iterator[str]:
    return (name for name in MODELS if name not in NO_FLAW)


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--model", action="append")
    parser.add_argument("--searcher", action="append", choices=SEARCHERS)
    asked = parser.parse_args()
    names = asked.searcher or list(SEARCHERS)
    rows = {}
    print(f"{'planted in':18}" + "".join(f"{name:>14}" for name in names))
    for model in asked.model or flaws():
        found = {
            name: [asyncio.run(calls_to_first(model, name, seed)) for seed in range(asked.seeds)]
            for name in names
        }
        rows[model] = {
            name: {
                "median": median(calls),
                "least": min(calls),
                "most": max(calls),
                "never": calls.count(CAP),
            }
            for name, calls in found.items()
        }
        print(f"{model:18}" + "".join(f"{rows[model][name]['median']:>14g}" for name in names), flush=True)
    overall = {name: median(row[name]["median"] for row in rows.values()) for name in names}
    print(f"{'median':18}" + "".join(f"{overall[name]:>14g}" for name in names))
    if asked.model or asked.searcher:
        return
    figures = {
        "rows": rows,
        "median": overall,
        "seeds": asked.seeds,
        "cap": CAP,
        "tools": len(tools_of(Search())),
    }
    save("searchers", msgspec.to_builtins(figures))


if __name__ == "__main__":
    main()
