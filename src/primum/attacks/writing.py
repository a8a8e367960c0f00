"""Asking the attacker model for one JSON object: parsed, checked by program, tried three times."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from primum.attacks.model import Stage, WriterFailed
from primum.endpoints.model import Message
from primum.transforms.forms import common
from primum.transforms.written import TRIES, Rejected

R = TypeVar("R")


async def ask_writer(
    stage: Stage, system: str, told: Mapping[str, Any], form: str, check: Callable[[str], R]
) -> R | Rejected:
    """What `check` makes of the first good answer. It raises `Rejected` for a bad one, and the writer is told why;
    after three bad answers the last reason is given back. A budget that has ended is raised."""
    fault = Rejected("")
    body = msgspec.json.encode({name: value for name, value in told.items() if value}).decode()
    for note in common().attempts[:TRIES]:
        parts = (body, form, note.replace("<fault>", str(fault)))
        try:
            reply = await stage.write(
                [Message("system", system), Message("user", "\n\n".join(filter(None, parts)))]
            )
            return check(reply.text)
        except WriterFailed as failed:
            fault = Rejected(f"the call failed ({failed.failure.kind})")
        except Rejected as rejected:
            fault = rejected
    return fault
