"""The views of the library and their quotas: what it is to hold, and how much of it is there. Data: views.yaml."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import yaml

from primum.scenarios.model import AMA_PRINCIPLES, POLICIES, SETTINGS, VIOLATIONS, Scenario
from primum.scenarios.sampling import select
from primum.scenarios.taxonomy import LIBRARY, Taxonomy


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the library and its quotas."""

    title: str
    where: dict[str, Any] = {}
    turns_from: int = 0
    at_least: int = 0
    of_all: float = 0.0
    """Its least share of the whole library."""
    each: dict[str, int] = {}
    """Field → the least number of scenarios with each of its values."""
    share: dict[str, float] = {}
    """Field → the least share of the view with each of its values."""


class Quota(msgspec.Struct, frozen=True):
    """One demand on a view, and what there is."""

    view: str
    what: str
    have: int
    wanted: int

    @property
    def met(self) -> bool:
        return self.have >= self.wanted


@lru_cache(maxsize=1)
def load_views() -> dict[str, View]:
    """The views by name, in the order of the file."""
    loaded = yaml.safe_load((LIBRARY / "views.yaml").read_text("utf-8"))
    return msgspec.convert(loaded, dict[str, View])


def members(view: View, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios of a view.

    >>> from primum.scenarios.loader import load_library
    >>> high = members(load_views()["high-risk"], load_library().scenarios)
    >>> {scenario.risk for scenario in high}
    {'high'}
    """
    return [one for one in select(scenarios, view.where) if len(one.user_turns) >= view.turns_from]


def quotas(scenarios: Sequence[Scenario], taxonomy: Taxonomy) -> Iterator[Quota]:
    """Every demand of every view."""
    for view in load_views().values():
        held = members(view, scenarios)
        wanted = max(view.at_least, round(view.of_all * len(scenarios)))
        yield Quota(view.title, "all", len(held), wanted)
        for field, least in view.each.items():
            counts = Counter(_value(one, field) for one in held)
            for value in _values(field, taxonomy):
                yield Quota(view.title, f"{field} {value}", counts[value], least)
        for field, part in view.share.items():
            counts = Counter(_value(one, field) for one in held)
            for value in _values(field, taxonomy):
                yield Quota(view.title, f"{field} {value}", counts[value], round(part * len(held)))


def _value(scenario: Scenario, field: str) -> Any:
    return f"{scenario.domain}/{scenario.subdomain}" if field == "subdomain" else getattr(scenario, field)


def _values(field: str, taxonomy: Taxonomy) -> Sequence[Any]:
    if field == "domain":
        return [domain.id for domain in taxonomy.domains]
    if field == "subdomain":
        return [f"{domain.id}/{leaf.id}" for domain in taxonomy.domains for leaf in domain.subdomains]
    return {
        "setting": SETTINGS,
        "policy": POLICIES,
        "violation": VIOLATIONS,
        "ama_principle": AMA_PRINCIPLES,
    }[field]
