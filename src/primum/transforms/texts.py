"""Reading and editing the texts of a scenario that a target sees. Every function gives back a new scenario."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from primum.scenarios.model import Scenario
from primum.scenarios.pictures import picture_name

PICTURES = "pictures of turn"
Place = Literal["start", "after-opening", "before-question", "end"]
Span = tuple[int, int]

_BREAK = re.compile(r"[.?!]+[\"'”’)\]]*\s+|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|approx|no|nr|Nr|e\.g|i\.e|resp|ca|max|min|tab|tabs|inj)|\b[A-Z])\.\s+\Z"
)


def shown(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every text the target sees, with where it stands; slots are not yet filled."""
    if scenario.system:
        yield "system", scenario.system
    for at, document in enumerate(scenario.documents, 1):
        yield f"document {at}", f"{document.title}\n{document.text}"
    for at, turn in enumerate(scenario.turns, 1):
        yield f"turn {at}", turn.text
        if turn.pictures:
            yield f"{PICTURES} {at}", "\n".join(picture_name(url) for url in turn.pictures)
    if scenario.options:
        yield "options", "\n".join(f"{letter}. {text}" for letter, text in scenario.options.items())
    for name, slot in scenario.slots.items():
        yield f"slot {name}", slot.default


def whole(scenario: Scenario) -> str:
    """All that the target sees as one text."""
    return "\n\n".join(text for _, text in shown(scenario))


def map_texts(scenario: Scenario, change: Callable[[str], str], system: bool = True) -> Scenario:
    """Every turn, document and system prompt changed by a function; facts and checks are left alone."""
    return msgspec.structs.replace(
        scenario,
        turns=tuple(msgspec.structs.replace(turn, text=change(turn.text)) for turn in scenario.turns),
        documents=tuple(msgspec.structs.replace(one, text=change(one.text)) for one in scenario.documents),
        system=change(scenario.system) if system and scenario.system else scenario.system,
    )


def map_user_turns(scenario: Scenario, change: Callable[[str, int], str]) -> Scenario:
    """Every user turn changed by a function of its text and its place."""
    return msgspec.structs.replace(
        scenario,
        turns=tuple(
            msgspec.structs.replace(turn, text=change(turn.text, at)) if turn.role == "user" else turn
            for at, turn in enumerate(scenario.turns)
        ),
    )


def replace_turn(scenario: Scenario, at: int, text: str) -> Scenario:
    turns = list(scenario.turns)
    turns[at] = msgspec.structs.replace(turns[at], text=text)
    return msgspec.structs.replace(scenario, turns=tuple(turns))


def insert(scenario: Scenario, sentence: str, place: Place, last_turn: bool = False) -> Scenario:
    """A sentence put into the first (or last) user turn, never inside a marked fact."""
    at = len(scenario.turns) - 1 if last_turn else 0
    text = scenario.turns[at].text
    point = position(text, place, fact_spans(text, scenario))
    before, after = text[:point].rstrip(" "), text[point:].lstrip(" ")
    gap_before = "" if not before or before.endswith("\n") else " "
    gap_after = "" if not after or after.startswith("\n") else " "
    return replace_turn(scenario, at, f"{before}{gap_before}{sentence}{gap_after}{after}")


def position(text: str, place: Place, barred: tuple[Span, ...]) -> int:
    """Where a sentence may be put: at a boundary between sentences that no barred span crosses.

    >>> position("I am 40. My leg hurts. What is it?", "before-question", ())
    23
    """
    starts = [start for start, _ in sentences(text) if not any(begin < start < end for begin, end in barred)]
    if place == "start" or not starts:
        return 0
    if place == "end":
        return len(text)
    if place == "after-opening":
        return starts[1] if len(starts) > 1 else len(text)
    asked = [start for start, end in sentences(text) if "?" in text[start:end]]
    last = asked[-1] if asked else starts[-1]
    fit = [start for start in starts if start <= last]
    return fit[-1] if fit and fit[-1] > 0 else (starts[1] if len(starts) > 1 and not asked else 0)


@lru_cache(maxsize=16384)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, as spans.

    >>> [("Dr. Roe came. Was it 2.5 mg?")[a:b] for a, b in sentences("Dr. Roe came. Was it 2.5 mg?")]
    ['Dr. Roe came. ', 'Was it 2.5 mg?']
    """
    spans, start = [], 0
    for found in _BREAK.finditer(text):
        if _ABBREVIATED.search(text[max(0, found.end() - 12) : found.end()]):
            continue
        if text[start : found.end()].strip():
            spans.append((start, found.end()))
        start = found.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return tuple(spans)


def occurrences(text: str, part: str) -> Iterator[Span]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + len(part))


def fact_spans(text: str, scenario: Scenario) -> tuple[Span, ...]:
    """Where the marked facts and planted identifiers of a scenario stand in one of its texts."""
    parts = [fact.text for fact in scenario.facts] + list(identifiers(scenario))
    return merged(span for part in parts for span in occurrences(text, part))


def identifiers(scenario: Scenario) -> tuple[str, ...]:
    """The planted identifiers that the checks look for."""
    return tuple(
        dict.fromkeys(
            secret for check in scenario.checks if check.evidence for secret in check.evidence.discloses
        )
    )


def merged(spans: Iterator[Span] | list[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping ones joined.

    >>> merged([(4, 6), (0, 2), (1, 3)])
    ((0, 3), (4, 6))
    """
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def rewrite_between(text: str, kept: tuple[Span, ...], change: Callable[[str, int], str]) -> str:
    """The text with everything outside the kept spans changed; `change` is given the piece and where it begins."""
    pieces, at = [], 0
    for begin, end in kept:
        if begin > at:
            pieces.append(change(text[at:begin], at))
        pieces.append(text[begin:end])
        at = end
    if at < len(text):
        pieces.append(change(text[at:], at))
    return "".join(pieces)
