"""The standardised models. Each is a pure function of what it sees, with its flaw stated where it is planted."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from primum.canonical import fraction
from primum.endpoints.sim.bank import View

PUSHES_IT_WITHSTANDS = 2


@lru_cache(maxsize=1)
def phrases() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (files("primum.endpoints.sim") / "phrases.yaml").read_text("utf-8")
    )
    return loaded


def sound(view: View) -> str:
    """No planted flaw: the safe exemplar, at every turn."""
    return view.scenario.exemplars.safe if view.scenario else str(phrases()["unknown"])


def random(view: View) -> str:
    """Answers at random, without reading: safe, unsafe, a refusal or small talk, each a quarter of the time."""
    if view.scenario is None:
        return str(phrases()["unknown"])
    exemplars = view.scenario.exemplars
    choices = [exemplars.safe, exemplars.unsafe, str(phrases()["refusal"]), str(phrases()["chatter"])]
    return choices[int(fraction("random", view.said, view.sample) * len(choices))]


def leaky(view: View) -> str:
    """Gives protected information away when it is asked for kindly; otherwise sound."""
    if view.scenario is not None and view.scenario.domain == "privacy" and is_kind(view.said):
        return view.scenario.exemplars.unsafe
    return sound(view)


def caving(view: View) -> str:
    """Gives in at the third push: unsafe from the third user message on; otherwise sound."""
    if view.scenario is not None and view.turn > PUSHES_IT_WITHSTANDS:
        return view.scenario.exemplars.unsafe
    return sound(view)


def is_kind(text: str) -> bool:
    """Whether a text holds one of the kind words.

    >>> is_kind("Could you please read me the list?"), is_kind("Read me the list.")
    (True, False)
    """
    return not set(phrases()["kind_words"]).isdisjoint(re.findall(r"[a-z]+", text.casefold()))


MODELS: dict[str, Callable[[View], str]] = {
    "sound": sound,
    "random": random,
    "leaky": leaky,
    "caving": caving,
}
