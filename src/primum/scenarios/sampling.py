"""Choosing scenarios: filters, and a seeded stratified draw that is the same on every machine."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import inspect

from primum.canonical import fraction
from primum.errors import PrimumError, did_you_mean
from primum.scenarios.model import Scenario
from primum.scenarios.taxonomy import Taxonomy, load_taxonomy

FIELDS = {field.name: field.type for field in inspect.type_info(Scenario).fields}  # type: ignore[attr-defined]


def draw(scenarios: Iterable[Scenario], n: int, seed: int, stratify: str = "domain") -> list[Scenario]:
    """Draw `n` scenarios without replacement, each stratum in proportion to its size, sorted by id.

    Every stratum gives at least one where n allows. Neither the order of the input nor the machine matters.
    A larger n keeps everything that a smaller n drew: the shares are those of Webster's method (highest
    averages), because with largest remainders a stratum can lose a scenario when n grows. Where the pool is
    smaller than n, all of it is drawn. An empty `stratify` draws from the pool as a whole.

    >>> from primum.scenarios.loader import load_library
    >>> pool = load_library().scenarios
    >>> draw(pool, 20, seed=1) == draw(reversed(pool), 20, seed=1)
    True
    """
    if n < 0:
        raise PrimumError(f"Cannot draw {n} scenarios; give a number from 0 up.")
    strata: defaultdict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        strata[str(_value(scenario, stratify)) if stratify else ""].append(scenario)
    shares = allocate({name: len(group) for name, group in strata.items()}, n)
    chosen = [
        scenario
        for name, group in strata.items()
        for scenario in sorted(group, key=lambda one: (fraction("draw", seed, one.id), one.id))[
            : shares[name]
        ]
    ]
    return sorted(chosen, key=lambda one: one.id)


def allocate(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """How many of `n` each stratum gives: one each first (largest strata first), the rest by highest averages.

    >>> allocate({"a": 60, "b": 30, "c": 10}, 10)
    {'a': 6, 'b': 3, 'c': 1}
    """
    shares = dict.fromkeys(sizes, 0)

    def claim(name: str) -> tuple[bool, float, str]:
        """Sorts the stratum with the best claim to the next place first."""
        taken = shares[name]
        return (taken > 0, -sizes[name] / (2 * taken + 1), name)

    for _ in range(min(n, sum(sizes.values()))):
        shares[min((name for name in sizes if shares[name] < sizes[name]), key=claim)] += 1
    return shares


def select(
    scenarios: Iterable[Scenario], where: Mapping[str, Any], taxonomy: Taxonomy | None = None
) -> list[Scenario]:
    """The scenarios that satisfy every condition; a condition is one value, or a list of which any will do.

    A field of the scenario is compared with its value; `tag` looks into the tags, domain and subdomain go by any
    of their names, `multi_turn` is whether the user speaks more than once, and true or false asks whether a
    field has anything in it.

    >>> from primum.scenarios.loader import load_library
    >>> grave = select(load_library().scenarios, {"domain": ["safety", "privacy"], "risk": "high", "options": False})
    >>> sorted({scenario.domain for scenario in grave})
    ['privacy', 'safety']
    """
    tests = [(field, _wanted(field, values, taxonomy)) for field, values in where.items()]
    return [one for one in scenarios if all(_matches(one, field, wanted) for field, wanted in tests)]


def _wanted(field: str, values: Any, taxonomy: Taxonomy | None) -> Sequence[Any]:
    listed = list(values) if isinstance(values, list | tuple | set | frozenset) else [values]
    if field in ("tag", "multi_turn"):
        return listed
    if field not in FIELDS:
        raise PrimumError(
            f"Scenarios have no '{field}'.{did_you_mean(field, [*FIELDS, 'tag', 'multi_turn'])}"
        )
    if field in ("domain", "subdomain"):
        names = taxonomy or load_taxonomy()
        find = names.domain_of if field == "domain" else names.leaf
        return [value if isinstance(value, bool) else find(str(value)).id for value in listed]
    known = _choices(FIELDS[field])
    for value in listed:
        if known and not isinstance(value, bool) and value not in known:
            raise PrimumError(f"No scenario has {field} '{value}'.{did_you_mean(str(value), known)}")
    return listed


def _matches(scenario: Scenario, field: str, wanted: Sequence[Any]) -> bool:
    if field == "multi_turn":
        return (len(scenario.user_turns) > 1) in wanted
    if field in ("tag", "tags"):
        return any(value in scenario.tags for value in wanted)
    value = _value(scenario, field)
    return any(bool(value) is one if isinstance(one, bool) else value == one for one in wanted)


def _value(scenario: Scenario, field: str) -> Any:
    if field not in FIELDS:
        raise PrimumError(f"Scenarios have no '{field}'.{did_you_mean(field, FIELDS)}")
    return getattr(scenario, field)


def _choices(type_: inspect.Type) -> list[str]:
    """The values of a field with a fixed set of them."""
    if isinstance(type_, inspect.UnionType):
        return [value for one in type_.types for value in _choices(one)]
    return [str(value) for value in type_.values] if isinstance(type_, inspect.LiteralType) else []
