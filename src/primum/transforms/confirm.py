"""Whether a changed question still has its key, asked of an independent solver. Disputed items are counted apart."""

import asyncio
from collections import Counter
from typing import Literal

import msgspec

from primum.endpoints.model import CallFailed, Message
from primum.errors import PrimumError
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill, opening
from primum.transforms.forms import common
from primum.transforms.written import Rejected, Write, parse


class _Answer(msgspec.Struct, frozen=True):
    answerable: bool
    answer: tuple[str, ...] = ()


class KeyCheck(msgspec.Struct, frozen=True):
    """What the solvers said of a question."""

    status: Literal["confirmed", "disputed", "unanswered"]
    """A strict majority gave the key · gave another, or called it unanswerable · there was no strict majority."""
    votes: tuple[tuple[str, ...] | None, ...]
    """Each solver's letters; none for 'cannot be answered'; None where the reply could not be read."""


async def confirm_key(scenario: Scenario, solve: Write, votes: int = 3) -> KeyCheck:
    """Asks an odd number of times and takes the strict majority of all that were asked."""
    if votes < 1 or votes % 2 == 0:
        raise PrimumError(f"{votes} solvers can be split evenly; ask an odd number of them, such as 3.")
    if not scenario.options:
        raise PrimumError(f"{scenario.id} has no options: only a question with a key can be confirmed.")
    given = await asyncio.gather(*(_vote(scenario, solve, vote) for vote in range(1, votes + 1)))
    winner, count = Counter(given).most_common(1)[0]
    if winner is None or count < votes // 2 + 1:
        return KeyCheck("unanswered", tuple(given))
    return KeyCheck("confirmed" if winner == tuple(sorted(scenario.key)) else "disputed", tuple(given))


async def _vote(scenario: Scenario, solve: Write, vote: int) -> tuple[str, ...] | None:
    text = opening(scenario.turns[0].text, scenario)
    rest = [fill(turn.text, scenario) for turn in scenario.turns[1:] if turn.role == "user"]
    question = "\n\n".join((text, *rest))
    told = common().solver.replace("<vote>", str(vote))
    try:
        reply = await solve([Message("system", told), Message("user", question)])
        read = parse(reply.text, _Answer)
    except CallFailed as failed:
        if failed.failure.kind == "over_budget":
            raise
        return None
    except Rejected:
        return None
    letters = tuple(sorted(set(read.answer)))
    if not read.answerable:
        return ()
    return letters if letters and set(letters) <= scenario.options.keys() else None
