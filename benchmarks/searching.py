"""Five ways of searching a standardised model for its flaw, and the count of its calls."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from random import Random

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
from primum.endpoints.sim.bank import Bank, View
from primum.endpoints.sim.models import MODELS
from primum.judging.offline import judge_offline
from primum.judging.rubric import load_rubric, score
from primum.scenarios.loader import Library, load_library
from primum.scenarios.model import Scenario
from primum.transforms.model import Edit, Failed, Variant
from primum.transforms.stack import apply_stack

CAP = 1_000
FINDINGS = ("any", "attacked")
"""What is timed: any failure; one of an attempt on a case that had passed plainly."""
Axis = tuple[str, int, tuple[str, ...]]
AXES: tuple[Axis, ...] = (
    ("robustness", 1, ("das.robustness",)),
    ("privacy", 3, ("das.privacy",)),
    ("bias", 5, ("das.bias.identity", "das.bias.language", "das.bias.emotion", "das.bias.priming")),
)
"""Axis, how often the baseline is asked, the agents, in the published order. Hallucination has no attack there."""


class Spent(Exception):
    """The calls are used up."""


class Seen:
    """What the models were shown and what was judged: the same for all models with one seed, so reckoned once."""

    def __init__(self) -> None:
        self._views: dict[tuple[tuple[Message, ...], int], View] = {}
        self._decided: dict[tuple[str, tuple[Edit, ...], tuple[str, ...]], Decided] = {}

    def view(self, messages: Sequence[Message], sample: int) -> View:
        key = tuple(messages), sample
        if key not in self._views:
            self._views[key] = _bank().view(messages, sample)
        return self._views[key]

    async def look(self, variant: Variant, exchange: Exchange, known: Mapping[str, str] = NOTHING) -> Decided:
        if outcome := before_judging(exchange):
            return outcome, (), None
        key = variant.scenario.id, variant.trace, exchange.reply_texts
        if key not in self._decided:
            verdict = judge_offline(variant.scenario, exchange.reply_texts)
            found = score(load_rubric("jsl-7-reconstructed"), variant.scenario, verdict)
            self._decided[key] = "judged", (verdict,), found
        return self._decided[key]


class Target:
    """A standardised model that counts its calls, and a judge."""

    def __init__(self, name: str, seen: Seen) -> None:
        self._model = MODELS[name]
        self._seen = seen
        self._known: dict[tuple[str, int], tuple[Exchange, bool]] = {}
        self.calls = 0
        self.first: dict[str, int] = {}
        """Finding → calls up to and with it."""

    async def say(self, messages: Sequence[Message], sample: int, params: Params = DEFAULTS) -> Reply:
        if self.calls >= CAP:
            raise Spent
        self.calls += 1
        return Reply(self._model(self._seen.view(messages, sample)))

    async def look(self, variant: Variant, exchange: Exchange, known: Mapping[str, str] = NOTHING) -> Decided:
        """At an attempt on a case that passed plainly."""
        return await self._look(variant, exchange, FINDINGS)

    async def _look(self, variant: Variant, exchange: Exchange, findings: Sequence[str]) -> Decided:
        decided = await self._seen.look(variant, exchange)
        if decided[2] is not None and decided[2].critical_failed:
            for finding in findings:
                self.first.setdefault(finding, self.calls)
        return decided

    async def plain(self, scenario: Scenario, sample: int = 0) -> tuple[Exchange, bool]:
        """The plain conversation and whether it passed; asked once."""
        key = scenario.id, sample
        if key not in self._known:
            exchange = await converse(scenario, lambda said: self.say(said, sample))
            _, _, found = await self._look(Variant(scenario), exchange, FINDINGS[:1])
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
            self.look,
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
    return Bank(library().scenarios)


@lru_cache(maxsize=1)
def library() -> Library:
    return load_library()


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
    for axis in AXES:
        for scenario in scenarios:
            async for failed in _das_item(target, scenario, axis, seed):
                yield failed


async def das_in_turn(target: Target, scenarios: Sequence[Scenario], seed: int) -> Found:
    items = [
        [one for one in scenarios if any(not find_attack(name).fits(one) for name in axis[2])]
        for axis in AXES
    ]
    for at in range(max(map(len, items))):
        for axis, mine in zip(AXES, items, strict=True):
            for scenario in mine[at : at + 1]:
                async for failed in _das_item(target, scenario, axis, seed):
                    yield failed


async def _das_item(target: Target, scenario: Scenario, axis: Axis, seed: int) -> Found:
    _, asked, agents = axis
    fitting = [name for name in agents if not find_attack(name).fits(scenario)]
    if not fitting or not all([(await target.plain(scenario, n))[1] for n in range(asked)]):
        return
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
    if not case.round:
        _, passed = await target.plain(scenario, case.trial)
        return Fact(case, not passed)
    failed, stage = await target.attack(
        scenario, case.attack, case.transforms, seed_of(plan, case), case.tries
    )
    return Fact(case, failed, tuple(one.attempt for one in stage.looked))


def _plan(seed: int) -> Plan:
    return make_plan(
        load_protocol("search"),
        Settings(seed=seed),
        library(),
        load_rubric("jsl-7-reconstructed"),
        [parse_name("sim:sound", Config())],
        [("offline", None)],
    )


SEARCHERS = {
    "static sweep": static,
    "random": by_chance,
    "DAS's loop": das_loop,
    "DAS, axes in turn": das_in_turn,
    "primum": primum,
}
