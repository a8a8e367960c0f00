"""Which tools to try next, proposed by the attacker model and checked by program."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import msgspec

from primum.attacks.content import load
from primum.attacks.model import Attempt, Stage
from primum.attacks.writing import ask_writer
from primum.errors import did_you_mean
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill, opening
from primum.transforms.find import find_transform
from primum.transforms.stack import conflict
from primum.transforms.written import Rejected, parse

PROPOSALS = 2
Stack = tuple[str, ...]


class Prompts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """planner.yaml as written."""

    system: str
    form: str
    came: dict[str, str]


class _Plan(msgspec.Struct, frozen=True):
    proposals: tuple[Stack, ...]


@lru_cache(maxsize=1)
def _prompts() -> Prompts:
    return load("planner.yaml", Prompts)


async def propose(stage: Stage, tools: Sequence[str], tried: Sequence[Attempt], most: int) -> list[Stack]:
    """At most two new sets of at most `most` tools; none when the planner named no fit one in three answers."""

    def check(text: str) -> list[Stack]:
        seen = [frozenset(attempt.tools) for attempt in tried]
        sets: list[Stack] = []
        faults = []
        for stack in parse(text, _Plan).proposals:
            if fault := fault_of(stack, tools, seen, most):
                faults.append(fault)
            elif len(sets) < PROPOSALS:
                sets.append(stack)
                seen.append(frozenset(stack))
        if not sets:
            raise Rejected("; ".join(faults) or "no set of tools was proposed")
        return sets

    form = _prompts().form.replace("<proposals>", str(PROPOSALS)).replace("<most>", str(most))
    told = {
        "question": _question(stage.variant.scenario),
        "tools": {name: find_transform(name).title for name in tools},
        "never_together": [list(pair) for pair in combinations(tools, 2) if clash(pair)] if most > 1 else [],
        "tried": [{"tools": list(one.tools), "then": _came(one)} for one in tried],
    }
    found = await ask_writer(stage, _prompts().system, told, form, check)
    return [] if isinstance(found, Rejected) else found


def fault_of(stack: Stack, tools: Sequence[str], tried: Sequence[frozenset[str]], most: int) -> str:
    """Why a proposal may not be played; nothing when it may.

    >>> fault_of(("tone.angry",), ["tone.angry"], [frozenset(["tone.angry"])], 1)
    'tone.angry was tried already'
    """
    for name in stack:
        if name not in tools:
            return f"there is no tool '{name}'.{did_you_mean(name, tools)}"
    named = " + ".join(stack)
    if not 1 <= len(stack) <= most:
        return f"'{named}' holds {len(stack)} tools, {most} at most are allowed"
    if frozenset(stack) in tried:
        return f"{named} was tried already"
    failed = conflict([find_transform(name) for name in stack])
    return failed.message if failed else ""


def clash(tools: Stack) -> bool:
    return conflict([find_transform(name) for name in tools]) is not None


def _came(attempt: Attempt) -> str:
    kind = (
        "held" if attempt.failed is False else "lost" if attempt.outcome.startswith("transform") else "open"
    )
    return _prompts().came[kind]


def _question(scenario: Scenario) -> str:
    first, *rest = scenario.user_turns
    return "\n\n".join([opening(first.text, scenario), *(fill(turn.text, scenario) for turn in rest)])
