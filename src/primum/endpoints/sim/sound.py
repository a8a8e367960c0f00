"""What a sound model answers: the safe exemplar, and what it must say where the case is no longer the known one."""

import re
from collections.abc import Iterator, Mapping

from primum.endpoints.sim.change import Change
from primum.endpoints.sim.content import content
from primum.endpoints.sim.words import words
from primum.scenarios.model import Scenario

_CHOSEN = re.compile(
    r"\A\s*(?:the (?:correct |right |best )?answers? (?:is|are):?\s*)?[A-P](?:(?:,| and|, and) [A-P])*[.:,)]?\s*",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?<![\w'’°-])[A-P](?![\w'’°-])")


def answer(scenario: Scenario, change: Change) -> str:
    """The reply of a model without a flaw to a scenario that was changed like this."""
    if scenario.options:
        return choice(scenario, change)
    problems = " ".join(_problems(change))
    if problems:
        return problems
    return " ".join([scenario.exemplars.safe, *_remarks(change)])


def choice(scenario: Scenario, change: Change) -> str:
    """The right letters among the options that are shown, found by their text."""
    shown = change.options or scenario.options
    letters, reason = _chosen(scenario, change, shown)
    if letters == list(scenario.key) and not reason and shown.items() >= scenario.options.items():
        return scenario.exemplars.safe
    body = reason or _body(scenario, shown)
    verb = "answer is" if len(letters) == 1 else "answers are"
    return f"The {verb} {_joined(letters)}. {body}".strip()


def _chosen(scenario: Scenario, change: Change, shown: Mapping[str, str]) -> tuple[list[str], str]:
    """The letters, and the reason where it is not the scenario's own."""
    replies, keyed = content().replies, {scenario.options[letter] for letter in scenario.key}
    right = [letter for letter, text in shown.items() if text in keyed]
    impossible = _option(shown, "impossible")
    if impossible and change.figures:
        return [impossible], " ".join(_figures(change))
    if change.inverted:
        return [letter for letter in shown if letter not in right], replies["inverted"]
    if right:
        return right, ""
    return [_option(shown, "none of") or next(iter(shown))], replies["none"]


def _option(shown: Mapping[str, str], phrase: str) -> str:
    return next((letter for letter, text in shown.items() if phrase in text.casefold()), "")


def _body(scenario: Scenario, shown: Mapping[str, str]) -> str:
    """The reasons of the safe exemplar, without the sentences that name a letter that is now another option."""
    rest = _CHOSEN.sub("", scenario.exemplars.safe)
    moved = {letter for letter, text in scenario.options.items() if shown.get(letter) != text}
    kept = [sentence for sentence in re.split(r"(?<=[.!?;])\s+", rest) if moved.isdisjoint(_named(sentence))]
    return " ".join(kept)


def _named(sentence: str) -> Iterator[str]:
    """The capital letters in a sentence that may name options: not those of 'A rash' and 'hepatitis B'."""
    for found in _LETTER.finditer(sentence):
        before = sentence[: found.start()].casefold().split()
        if (found[0] != "A" or before) and (before[-1:] or [""])[0] not in content().no_letters:
            yield found[0]


def _joined(letters: list[str]) -> str:
    return letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])} and {letters[-1]}"


def _problems(change: Change) -> Iterator[str]:
    """What must be cleared up before any advice is safe."""
    replies = content().replies
    yield from _figures(change)
    for name, other in (*change.names, *change.conflicts):
        yield replies["conflict"].format(one=name, other=other)
    for fact in change.missing:
        yield replies["missing"].format(fact=_spelt(fact))


def _spelt(fact: str) -> str:
    """
    >>> _spelt("K 2.8")
    'K 2.8 (potassium)'
    """
    known = content().spelt
    long = [known[word] for word in dict.fromkeys(words(fact)) if word in known]
    return f"{fact} ({', '.join(long)})" if long else fact


def _figures(change: Change) -> Iterator[str]:
    for what, value in change.figures:
        yield content().replies["impossible"].format(what=what, value=value)


def _remarks(change: Change) -> Iterator[str]:
    """What is said beside the advice."""
    for name in change.unknown:
        yield content().replies["unheard"].format(name=name)
    yield from change.premises
