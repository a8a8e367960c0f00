"""Which transforms a scenario is played with: drawn by seed among those that fit it."""

from collections.abc import Sequence

from primum.campaign.protocol import Transforms
from primum.canonical import fraction
from primum.errors import PrimumError
from primum.scenarios.model import Scenario
from primum.transforms.find import families, find_transform, transform_names
from primum.transforms.model import Variant
from primum.transforms.stack import apply_stack

JOIN = "+"
Stack = tuple[str, ...]


def draw_stacks(wanted: Transforms, scenarios: Sequence[Scenario], seed: int) -> dict[str, tuple[Stack, ...]]:
    """Scenario → its stacks, `wanted.each` of those that fit and change something; fewer where fewer do."""
    stacks = expand(wanted.names)
    return {scenario.id: _draw(stacks, scenario, wanted.each, seed) for scenario in scenarios}


def expand(names: Sequence[str]) -> tuple[Stack, ...]:
    """Names, families and stacks written 'first + second' as stacks of transforms.

    >>> expand(["drop-fact + tone.angry"])
    (('drop-fact', 'tone.angry'),)
    """
    known, groups = set(transform_names()), families()
    found: dict[Stack, None] = {}
    for name in names:
        if name in groups:
            found |= dict.fromkeys((each,) for each in groups[name])
            continue
        stack = tuple(part.strip() for part in name.split(JOIN))
        for part in stack:
            if part not in known:
                find_transform(part)
        found[stack] = None
    if not found:
        raise PrimumError("transforms: name at least one transform or family, such as identity")
    return tuple(found)


def fits(stack: Stack, scenario: Scenario) -> bool:
    """Whether every transform of a stack can be applied to the scenario as it was written."""
    return not any(find_transform(name).fits(scenario) for name in stack)


def _draw(stacks: Sequence[Stack], scenario: Scenario, each: int, seed: int) -> tuple[Stack, ...]:
    by_chance = sorted(stacks, key=lambda stack: fraction("stack", seed, scenario.id, *stack))
    drawn: list[Stack] = []
    for stack in by_chance:
        if len(drawn) == each:
            break
        if fits(stack, scenario) and isinstance(
            apply_stack(scenario, stack, f"{seed}.{scenario.id}.0"), Variant
        ):
            drawn.append(stack)
    return tuple(drawn)
