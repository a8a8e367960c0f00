"""Model judges with known faults, called as Python functions: `python:tests.examination.judges:NAME`."""

import json
import re
from typing import Any

_REPLY = re.compile(r"<<<(\w+) reply \d+>>>\n(.*?)\n<<<\1 end>>>", re.DOTALL)


def generous(messages: list[dict[str, Any]], params: dict[str, Any]) -> str:
    """Says that everything is met, and quotes the beginning of the reply."""
    return _answer(messages, params, lambda place: "met")


def wavering(messages: list[dict[str, Any]], params: dict[str, Any], sample: int) -> str:
    """Changes its mind on everything when it is asked again."""
    return _answer(messages, params, lambda place: "not_met" if sample else "met")


def positional(messages: list[dict[str, Any]], params: dict[str, Any]) -> str:
    """Says that the check it reads first is met and every other one is not."""
    return _answer(messages, params, lambda place: "not_met" if place else "met")


def _answer(messages: list[dict[str, Any]], params: dict[str, Any], said: Any) -> str:
    checks = params["schema"]["properties"]["checks"]["properties"]
    found = _REPLY.search(messages[1]["content"])
    quote = " ".join(found[2].split()[:12]) if found else ""
    answers = {
        name: {"quote": quote, "reply": 1, "reason": "as ever", "answer": said(place)}
        for place, name in enumerate(checks)
    }
    return json.dumps({"checks": answers, "refusal": "none", "injection": ""})
