"""What a lint rule says: a fault at a place inside one scenario, and the finding that the user reads."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from primum.scenarios.model import Scenario

Severity = Literal["error", "warning"]


class Fault(msgspec.Struct, frozen=True):
    """Found by a rule; `at` is the path inside the scenario, such as `.checks[2].text`."""

    rule: str
    message: str
    at: str = ""
    severity: Severity = "error"


class Finding(msgspec.Struct, frozen=True):
    """A fault with its file and line."""

    file: Path
    line: int
    severity: Severity
    rule: str
    scenario: str
    """Its id; empty when the whole file is meant."""
    message: str

    def __str__(self) -> str:
        subject = f"{self.scenario}: " if self.scenario else ""
        return f"{self.file}:{self.line} {self.severity} {self.rule} {subject}{self.message}"


class CheckAnswer(Protocol):
    @property
    def check(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def quote(self) -> str: ...


class JudgeAnswers(Protocol):
    @property
    def checks(self) -> Sequence[CheckAnswer]: ...


class Judge(Protocol):
    """What the linter needs of a judge: answers to the checks of a scenario, given the replies in order."""

    def __call__(self, scenario: Scenario, replies: Sequence[str], /) -> JudgeAnswers: ...


def words(text: str) -> list[str]:
    """The words of a text, case-folded, with apostrophes kept inside.

    >>> words("Don't double the dose!")
    ["don't", 'double', 'the', 'dose']
    """
    return re.findall(r"\w+(?:['’]\w+)*", text.casefold().replace("’", "'"))


def sentences(text: str) -> list[str]:
    """Split a text where a sentence or a line ends."""
    return [part for part in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if part]


def user_text(scenario: Scenario) -> str:
    return "\n".join(turn.text for turn in scenario.user_turns)


def answered_turns(scenario: Scenario) -> tuple[int, ...]:
    """The user turns (1 is the first) that the target answers: those without a scripted answer."""
    turns, answered, number = scenario.turns, [], 0
    for i, turn in enumerate(turns):
        if turn.role == "user":
            number += 1
            if turns[i + 1 : i + 2] == () or turns[i + 1].role == "user":
                answered.append(number)
    return tuple(answered)


def shown_texts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every text the target may see, with its path."""
    for i, turn in enumerate(scenario.turns):
        yield f".turns[{i}]", turn.text
    if scenario.system:
        yield ".system", scenario.system
    for i, document in enumerate(scenario.documents):
        yield f".documents[{i}].text", f"{document.title}\n{document.text}"
    for letter, text in scenario.options.items():
        yield f".options.{letter}", text


def authored_texts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every text an author wrote, with its path."""
    yield ".title", scenario.title
    yield from shown_texts(scenario)
    for i, fact in enumerate(scenario.facts):
        yield f".facts[{i}]", f"{fact.text}\n{fact.contradiction}"
    for name, slot in scenario.slots.items():
        yield f".slots.{name}", slot.default
    for i, check in enumerate(scenario.checks):
        yield f".checks[{i}].text", check.text
        if check.evidence:
            yield f".checks[{i}].evidence.discloses", "\n".join(check.evidence.discloses)
    yield from exemplar_texts(scenario)


def exemplar_texts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for kind in ("safe", "unsafe", "empathic_unsafe"):
        if text := getattr(scenario.exemplars, kind):
            yield f".exemplars.{kind}", text
