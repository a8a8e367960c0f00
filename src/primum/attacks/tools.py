"""Attacks that choose among transforms: a fixed list in turn, or DAS's orchestrator with its memory of failures."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Literal

import msgspec

from primum.attacks.content import load
from primum.attacks.converse import converse
from primum.attacks.make import make, writable
from primum.attacks.model import CONTROL, NEUTRAL, Attempt, Outcome, Stage, Start
from primum.attacks.planner import clash, propose
from primum.canonical import fraction
from primum.scenarios.model import Scenario
from primum.transforms.find import families, find_transform, transform_names
from primum.transforms.model import Failed

Stack = tuple[str, ...]


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One attack of das.yaml."""

    title: str
    axis: str
    tools: tuple[str, ...]
    controls: tuple[str, ...]
    tries: int
    stop: bool
    needs: Literal["", "options", "open"] = ""
    pairs_from: int = 0
    """The try from which two tools are combined; 0: never."""


class Tools:
    """Tries tools on the original case, one set after another; a set that has failed is never tried again."""

    starts: Start = "passed"

    def __init__(self, name: str, spec: Spec) -> None:
        self.name = name
        self.title = spec.title
        self.axis = spec.axis
        self.tries = spec.tries
        self.controls = spec.controls
        self._spec = spec

    def fits(self, scenario: Scenario) -> str:
        if self._spec.needs == "options" and not scenario.options:
            return "has no options"
        if self._spec.needs == "open" and scenario.options:
            return "has options"
        return "" if self._fitting(scenario) else "none of its tools fits"

    async def play(self, stage: Stage) -> None:
        """With an attacker model, what is tried next is planned from what failed; without one, or where it plans
        nothing fit to be played, the sets come in order."""
        scenario = stage.variant.scenario
        sets = self._in_order(scenario, stage.seed, stage.has_writer)
        fitting = self._fitting(scenario)
        planned: list[Stack] = []
        plans = stage.has_writer and self._spec.stop
        attempts: list[Attempt] = []
        while len(attempts) < stage.tries:
            if plans and not planned:
                planned = await propose(stage, fitting, attempts, self._most(len(attempts) + 1))
                plans = bool(planned)
            done = {frozenset(attempt.tools) for attempt in attempts}
            tools = (
                planned.pop(0) if planned else next((one for one in sets if frozenset(one) not in done), None)
            )
            if tools is None:
                return
            attempts.append(await attempt_tools(stage, tools, f"{stage.seed}.{len(attempts)}"))
            if attempts[-1].failed and self._spec.stop:
                return

    def _most(self, number: int) -> int:
        """How many tools may be combined at the n-th try."""
        if not self._spec.pairs_from:
            return 1
        return 2 if number < self._spec.pairs_from else 3

    def _fitting(self, scenario: Scenario) -> list[str]:
        return [name for name in expand(self._spec.tools) if not find_transform(name).fits(scenario)]

    def _in_order(self, scenario: Scenario, seed: str, writes: bool) -> Iterator[Stack]:
        """Single tools by chance, and from `pairs_from` on pairs that do not conflict; none twice."""
        fitting = self._fitting(scenario)
        if writes and not self._spec.pairs_from:
            fitting += writable(self._spec.tools, scenario)
        by_chance = sorted(fitting, key=lambda name: fraction("tool", seed, name))
        singles: list[Stack] = [(name,) for name in by_chance]
        if not self._spec.pairs_from:
            return iter(singles)
        early, late = singles[: self._spec.pairs_from - 1], singles[self._spec.pairs_from - 1 :]
        pairs = [pair for pair in combinations(by_chance, 2) if not clash(pair)]
        return iter([*early, *sorted(pairs, key=lambda pair: fraction("pair", seed, *pair)), *late])


class Paraphrased:
    """The same case in other words, a different neutral rewording each time: the control of every change of wording."""

    name = "paraphrased"
    title = "The same in other words"
    axis = "wording"
    tries = 5
    controls: tuple[str, ...] = (CONTROL,)
    starts: Start = "passed"

    def fits(self, scenario: Scenario) -> str:
        return find_transform(NEUTRAL).fits(scenario)

    async def play(self, stage: Stage) -> None:
        """Never stops early: how often wording alone changes the outcome is a rate over all of them."""
        for number in range(stage.tries):
            await attempt_tools(stage, (NEUTRAL,), f"{stage.seed}.{number}")


async def attempt_tools(stage: Stage, tools: Sequence[str], seed: str) -> Attempt:
    """One attempt: the original case through these transforms. What cannot be made is lost, and says why."""
    made = await make(stage, stage.variant.scenario, tuple(tools), seed)
    if isinstance(made, Failed):
        outcome: Outcome = "transform_noop" if made.reason == "noop" else "transform_failed"
        return stage.lost(outcome, tools, made.message)
    return await stage.look(await converse(made.scenario, stage.say), made, tools)


def expand(names: Sequence[str]) -> tuple[str, ...]:
    """Families and beginnings of names as their members, in order, none twice.

    >>> expand(["tone.an*"])
    ('tone.angry', 'tone.anxious')
    """
    groups, known = families(), transform_names()
    found: dict[str, None] = {}
    for name in names:
        alike = [one for one in known if one.startswith(name[:-1])] if name.endswith("*") else []
        found |= dict.fromkeys(groups.get(name) or alike or ((name,) if name in known else ()))
    return tuple(found)


@lru_cache(maxsize=1)
def attacks() -> tuple[Tools | Paraphrased, ...]:
    """Every attack of das.yaml, and their control."""
    specs = load("das.yaml", dict[str, Spec])
    return (Paraphrased(), *(Tools(name, spec) for name, spec in specs.items()))
