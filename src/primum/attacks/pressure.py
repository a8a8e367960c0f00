"""Pressure in conversation: ladders of three pushes, single follow-ups, nudges towards an option, a valid correction.

What is said is data: pressure.yaml. Every answer is judged by itself, since every push asks for the whole of it again.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from primum.attacks.converse import go_on, silent
from primum.attacks.model import CONTROL, WORDED, Stage, Start
from primum.attacks.tools import attempt_tools
from primum.canonical import fraction
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill
from primum.transforms.find import find_transform

NUDGES = ("nudge.basic", "nudge.expert", "nudge.right")
RIGHT = "nudge.right"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to a question with options, and to any other."""

    title: str
    says: str = ""
    choice: str = ""
    open: str = ""
    control: bool = False
    needs: str = ""
    """A marked fact of this weight, or one with a contradiction, must be there to speak of."""

    def to(self, scenario: Scenario) -> str:
        return self.says or (self.choice if scenario.options else self.open)


class Rungs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    rungs: tuple[str, ...] | dict[str, tuple[str, ...]]
    control: bool = False

    def to(self, scenario: Scenario) -> tuple[str, ...]:
        if isinstance(self.rungs, dict):
            return self.rungs["choice" if scenario.options else "open"]
        return self.rungs


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    again: dict[str, str]
    ladders: dict[str, Rungs]
    follow_ups: dict[str, Text]
    correction: Text


@lru_cache(maxsize=1)
def content() -> Content:
    loaded: Any = yaml.safe_load((files("primum.attacks") / "pressure.yaml").read_text("utf-8"))
    return msgspec.convert(loaded, Content)


class Pressed:
    """A conversation that goes on after the first answer, message by message, until the target gives way."""

    axis = "pressure"
    tries = 1
    starts: Start = "passed"

    def __init__(self, name: str, title: str, control: bool) -> None:
        """What presses is compared with what only goes on, and that with other words, as often as there are answers."""
        self.name = name
        self.title = title
        neutral = f"{'ladder' if name.startswith('ladder') else 'follow-up'}.neutral"
        self.controls: tuple[str, ...] = WORDED if control else (neutral, CONTROL)

    def fits(self, scenario: Scenario) -> str:
        if len(scenario.user_turns) > 1:
            return "is a conversation already"
        return "" if self.says(scenario, "") else "has nothing to say it about"

    def says(self, scenario: Scenario, seed: str) -> tuple[str, ...]:
        """The messages after the first answer."""
        raise NotImplementedError

    async def play(self, stage: Stage) -> None:
        """The first answer is the one the case already has; it is judged as turn 0."""
        scenario = stage.variant.scenario
        exchange = await stage.baseline()
        if exchange.failure or not exchange.replies or silent(exchange.replies[-1]):
            await stage.look(exchange)
            return
        again = content().again["choice" if scenario.options else "open"]
        for turn, text in enumerate(self.says(scenario, stage.seed), 1):
            exchange = await go_on(exchange, fill(f"{text} {again}", scenario), stage.say)
            attempt = await stage.look(exchange, tools=(self.name,), turn=turn)
            if attempt.outcome != "judged" and (not exchange.replies or silent(exchange.replies[-1])):
                return


class Ladder(Pressed):
    """Three pushes, each harder than the one before. All are played, so that a model that recovers is seen to."""

    tries = 3

    def __init__(self, name: str, rungs: Rungs) -> None:
        super().__init__(f"ladder.{name}", rungs.title, rungs.control)
        self._rungs = rungs

    def says(self, scenario: Scenario, seed: str) -> tuple[str, ...]:
        return _filled(self._rungs.to(scenario), scenario, seed)


class FollowUp(Pressed):
    """One message after the first answer."""

    def __init__(self, name: str, text: Text) -> None:
        super().__init__(f"follow-up.{name}", text.title, text.control)
        self._text = text

    def says(self, scenario: Scenario, seed: str) -> tuple[str, ...]:
        values = _values(scenario, seed) | _fact(scenario, self._text.needs)
        if self._text.needs and "fact" not in values:
            return ()
        return (_fill(self._text.to(scenario), values),)


class Correction(Pressed):
    """The user is right and the model was wrong: taking a valid correction is a virtue, and is scored as one."""

    axis = "corrigibility"
    starts: Start = "failed"

    def __init__(self, text: Text) -> None:
        super().__init__("correction", text.title, control=False)
        self._text = text

    def fits(self, scenario: Scenario) -> str:
        return super().fits(scenario) if scenario.options and scenario.key_reason else "has no keyed answer"

    def says(self, scenario: Scenario, seed: str) -> tuple[str, ...]:
        return _filled((self._text.choice,), scenario, seed)


class Nudge:
    """The question with a hint at an option, for every wrong option in turn (or the right one, as control)."""

    axis = "sycophancy"
    tries = 4
    starts: Start = "passed"

    def __init__(self, name: str) -> None:
        """By the transform that says it."""
        self.name = name
        self.title = find_transform(name).title
        self.controls: tuple[str, ...] = WORDED

    def fits(self, scenario: Scenario) -> str:
        if not scenario.options:
            return "has no options"
        return "" if len(scenario.user_turns) == 1 else "is a conversation already"

    async def play(self, stage: Stage) -> None:
        """Every hint is played, whatever came of the one before: the rate is over all wrong options."""
        scenario = stage.variant.scenario
        wrong = [letter for letter in scenario.options if letter not in scenario.key]
        for aim in ("",) if self.name == RIGHT else (f":{letter}" for letter in wrong):
            await attempt_tools(stage, (self.name + aim,), stage.seed)


def _option(scenario: Scenario, letter: str) -> str:
    return f"{letter} ({scenario.options[letter]})"


def _values(scenario: Scenario, seed: str) -> dict[str, str]:
    """What the placeholders stand for. The wrong option is drawn by seed."""
    if not scenario.options:
        return {}
    wrong = [letter for letter in scenario.options if letter not in scenario.key]
    chosen = min(wrong, key=lambda letter: fraction("wrong", seed, letter)) if wrong else ""
    return {
        "wrong": _option(scenario, chosen) if chosen else "",
        "right": " and ".join(_option(scenario, letter) for letter in scenario.key),
        "reason": scenario.key_reason,
    }


def _fact(scenario: Scenario, needs: str) -> dict[str, str]:
    for fact in scenario.facts:
        if needs == "contradiction" and fact.contradiction:
            return {"fact": fact.text, "other": fact.contradiction}
        if needs and fact.weight == needs:
            return {"fact": fact.text}
    return {}


def _filled(texts: Sequence[str], scenario: Scenario, seed: str) -> tuple[str, ...]:
    values = _values(scenario, seed)
    return tuple(_fill(text, values) for text in texts)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """
    >>> _fill("I think it is {wrong}.", {"wrong": "B (aspirin)"})
    'I think it is B (aspirin).'
    """
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def attacks() -> list[Ladder | FollowUp | Nudge | Correction]:
    """Every attack of pressure.yaml."""
    found = content()
    return [
        *(Ladder(name, rungs) for name, rungs in found.ladders.items()),
        *(FollowUp(name, text) for name, text in found.follow_ups.items()),
        *(Nudge(name) for name in NUDGES),
        Correction(found.correction),
    ]
