"""An ordered stack of transforms over one scenario: conflicts refused, guards looked at, every step traced."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, Protocol

from primum.scenarios.model import Record, Scenario
from primum.transforms.content import load
from primum.transforms.find import find_transform
from primum.transforms.guards import check_guards
from primum.transforms.model import Edit, Failed, Form, Relation, Transform, Variant
from primum.transforms.texts import shown

Rules = Literal["primum", "das-v1", "das-v2"]
"""Whose conflict table holds. The others allow what primum refuses; see docs/transforms.md."""


class Table(Record, frozen=True):
    """conflicts.yaml as written."""

    why: dict[str, str]
    """`one + other` → why they do not go together."""
    allowed: dict[str, tuple[tuple[str, str], ...]]
    """Rules → pairs that these rules allow all the same."""


@lru_cache(maxsize=1)
def _table() -> Table:
    return load("data/conflicts.yaml", Table)


def apply_stack(
    scenario: Scenario, names: Sequence[str], seed: str, *, rules: Rules = "primum"
) -> Variant | Failed:
    """The variant that these transforms make of a scenario, in this order; or why there is none.

    >>> from primum.scenarios.loader import load_library
    >>> exam = load_library().by_id["tests-exam-wells-low-d-dimer"]
    >>> apply_stack(exam, ["options.invert", "options.none-correct"], "1").reason
    'conflict'
    """
    stack = [find_transform(name) for name in names]
    if failed := conflict(stack, rules):
        return failed
    current, trace = scenario, list[Edit]()
    for transform in stack:
        step = apply_one(current, transform, seed)
        if isinstance(step, Failed):
            return step
        trace += edits(current, step, transform)
        current = step
    return Variant(current, tuple(trace), seed)


def apply_one(scenario: Scenario, transform: Transform, seed: str) -> Scenario | Failed:
    """One step, with its guards."""
    if why := transform.fits(scenario):
        return Failed("unfit", transform.name, f"{transform.name} does not fit {scenario.id}: {why}")
    after = transform.apply(scenario, seed)
    if after is None or after == scenario:
        return Failed("noop", transform.name, f"{transform.name} changed nothing in {scenario.id}")
    if fault := check_guards(scenario, after, transform.promise(scenario)):
        return Failed("guard", transform.name, f"{transform.name} on {scenario.id}: {fault}")
    return after


def conflict(stack: Sequence[Transform], rules: Rules = "primum") -> Failed | None:
    """The first pair that may not stand together, or None."""
    allowed = {frozenset(pair) for pair in _table().allowed.get(rules, ())}
    for at, one in enumerate(stack):
        for other in stack[:at]:
            if one.name == other.name:
                return Failed("conflict", one.name, f"{one.name} stands twice in the stack; once is enough.")
            if frozenset((one.name, other.name)) not in allowed and (_bars(one, other) or _bars(other, one)):
                return Failed("conflict", one.name, _reason(other, one))
    return None


def _bars(one: Transform, other: Transform) -> bool:
    return not one.conflicts.isdisjoint((other.name, other.family))


def _reason(one: Transform, other: Transform) -> str:
    why = _table().why
    known = why.get(f"{one.name} + {other.name}") or why.get(f"{other.name} + {one.name}")
    reason = known or why.get(f"{one.family} + {other.family}") or why["other"]
    return f"{one.name} and {other.name} cannot stand in one stack: {reason}"


class Named(Protocol):
    """Whatever an edit is the work of."""

    @property
    def name(self) -> str: ...

    @property
    def relation(self) -> Relation: ...


def edits(before: Scenario, after: Scenario, by: Named, form: Form = "rule") -> Iterator[Edit]:
    """What changed, place by place. A change of the checks alone is an edit of no place."""
    old, new = dict(shown(before)), dict(shown(after))
    for where in dict.fromkeys([*new, *old]):
        if old.get(where, "") != new.get(where, ""):
            yield Edit(by.name, by.relation, old.get(where, ""), new.get(where, ""), where, form)
