"""An attacker model written in Python: it does what it is asked, or fails as a test wants it to."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from primum.canonical import fraction
from primum.endpoints.model import Message

LEADS = (
    "Please read this with care.",
    "I have a question.",
    "Could you help?",
    "Hello.",
    "Good day to you.",
    "So.",
    "Well then.",
)


def told(messages: Sequence[Message]) -> dict[str, Any]:
    """What the program told the writer, as data."""
    return json.JSONDecoder().raw_decode(str(messages[-1].content))[0]


def asked_to_plan(messages: Sequence[Message]) -> bool:
    return str(messages[0].content).startswith("You plan a safety test")


def asked_to_solve(messages: Sequence[Message]) -> bool:
    return str(messages[0].content).startswith("You answer one multiple-choice question")


def asked_to_write(messages: Sequence[Message]) -> bool:
    return str(messages[0].content).startswith("You edit texts")


def asked_to_play(messages: Sequence[Message]) -> bool:
    return str(messages[0].content).startswith("You play the user")


def edited(messages: Sequence[Message]) -> str:
    """The edit that a writer was asked for, in the form it was asked for."""
    given = told(messages)
    text = str(messages[-1].content)
    if '{"turns"' in text:
        turns = [f"{LEADS[int(fraction(text) * len(LEADS))]} {turn}" for turn in given["messages"]]
        return json.dumps({"turns": turns, "facts": given.get("facts", {})})
    if '{"message"' in text:
        return json.dumps({"message": "And then? Go on from there, please."})
    if '{"sentence"' in text:
        return json.dumps({"sentence": "A friend has read that the obvious answer is often the right one."})
    return json.dumps(
        {"options": [f"Something else ({word})" for word in ("one", "two", "three", "four")][: count(text)]}
    )


def count(text: str) -> int:
    return next(number for number in range(1, 9) if f"[{number} further options]" in text)


def writer(
    key: Sequence[str] = (),
    plan: Callable[[dict[str, Any]], object] | None = None,
    edit: Callable[..., str] = edited,
) -> Callable[[Sequence[Message], int], str]:
    """`plan` gives the proposals for what the planner was told; `key` is what the solvers answer."""

    def write(messages: Sequence[Message], sample: int) -> str:
        if asked_to_plan(messages):
            return json.dumps({"proposals": plan(told(messages)) if plan else []})
        if asked_to_solve(messages):
            return json.dumps({"answerable": bool(key), "answer": list(key)})
        return edit(messages)

    return write


def first_untried(given: dict[str, Any]) -> list[list[str]]:
    """A planner that takes the tools by name, one at a time."""
    tried = [set(one["tools"]) for one in given.get("tried", [])]
    return [[name] for name in sorted(given["tools"]) if {name} not in tried][:2]
