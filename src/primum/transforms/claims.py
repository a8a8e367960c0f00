"""What an attack may push towards: a wrong option of a question, or a sentence of the unsafe exemplar."""

from functools import lru_cache

from primum.scenarios.model import Scenario
from primum.transforms.choose import pick
from primum.transforms.letters import wrong_letters
from primum.transforms.texts import identifiers, sentences

_SHORTEST, _LONGEST = 6, 32
"""Words of a sentence that can be quoted as somebody's advice."""


def wrong(scenario: Scenario, *seed: str, letter: str = "") -> str:
    """A wrong option's text, or the wrong advice of the unsafe exemplar; nothing where there is none."""
    if scenario.options:
        return scenario.options[letter or pick(wrong_letters(scenario), *seed)].rstrip(".")
    return _quotable(scenario.exemplars.unsafe, scenario)


def right(scenario: Scenario) -> str:
    """The keyed option's text, or a sentence of the safe exemplar."""
    if scenario.options:
        return " and ".join(scenario.options[letter].rstrip(".") for letter in scenario.key)
    return _quotable(scenario.exemplars.safe, scenario)


def _quotable(text: str, scenario: Scenario) -> str:
    return next(iter(quotable(text, scenario)), "")


def quotable(text: str, scenario: Scenario) -> tuple[str, ...]:
    """The plain sentences of an exemplar that name no planted identifier and no placeholder."""
    secrets = identifiers(scenario)
    return tuple(line for line in _plain(text) if not any(secret in line for secret in secrets))


@lru_cache(maxsize=8192)
def _plain(text: str) -> tuple[str, ...]:
    lines = (text[start:end].strip() for start, end in sentences(text))
    return tuple(
        line.rstrip(".!")
        for line in lines
        if _SHORTEST <= len(line.split()) <= _LONGEST
        and line[-1:] in ".!"
        and not any(mark in line for mark in '?{}"“”\n')
    )
