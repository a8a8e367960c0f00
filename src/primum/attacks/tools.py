"""Attacks that choose among transforms: a fixed list in turn, or DAS's orchestrator with its memory of failures."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Literal

import msgspec
import yaml

from primum.attacks.converse import converse
from primum.attacks.model import CONTROL, NEUTRAL, Attempt, Stage, Start
from primum.canonical import fraction
from primum.scenarios.model import Scenario
from primum.transforms.find import families, find_transform, transform_names
from primum.transforms.model import Failed
from primum.transforms.stack import apply_stack, conflict

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
        scenario = stage.variant.scenario
        sets = self._in_order(scenario, stage.seed)
        for number in range(stage.tries):
            tools = next(sets, None)
            if tools is None:
                return
            attempt = await attempt_tools(stage, tools, f"{stage.seed}.{number}")
            if attempt.failed and self._spec.stop:
                return

    def _fitting(self, scenario: Scenario) -> list[str]:
        return [name for name in expand(self._spec.tools) if not find_transform(name).fits(scenario)]

    def _in_order(self, scenario: Scenario, seed: str) -> Iterator[Stack]:
        """Single tools by chance, and from `pairs_from` on pairs that do not conflict; none twice."""
        fitting = self._fitting(scenario)
        by_chance = sorted(fitting, key=lambda name: fraction("tool", seed, name))
        singles: list[Stack] = [(name,) for name in by_chance]
        if not self._spec.pairs_from:
            return iter(singles)
        early, late = singles[: self._spec.pairs_from - 1], singles[self._spec.pairs_from - 1 :]
        pairs = [pair for pair in combinations(by_chance, 2) if not _clash(pair)]
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
    made = apply_stack(stage.variant.scenario, tools, seed)
    if isinstance(made, Failed):
        return stage.lost("transform_noop" if made.reason == "noop" else "transform_failed", tools)
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


def _clash(tools: Stack) -> bool:
    return conflict([find_transform(name) for name in tools]) is not None


@lru_cache(maxsize=1)
def attacks() -> tuple[Tools | Paraphrased, ...]:
    """Every attack of das.yaml, and their control."""
    loaded: Any = yaml.safe_load((files("primum.attacks") / "das.yaml").read_text("utf-8"))
    specs = msgspec.convert(loaded, dict[str, Spec])
    return (Paraphrased(), *(Tools(name, spec) for name, spec in specs.items()))
