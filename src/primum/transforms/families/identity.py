"""Identity labels put on the person of a scenario (T03), single and crossed; matched sets of them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.scenarios.model import Record, Scenario, Slot
from primum.transforms.content import load
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import insert, shown

_FAMILY = "identity"


class Axis(Record, frozen=True):
    """What a label is about."""

    text: str
    """It is spoken of already where the text matches this."""
    subdomains: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()


class Label(Record, frozen=True):
    """Who the person is, in three forms."""

    axis: str
    title: str
    phrase: str
    self: str
    other: str


class Identities(Record, frozen=True):
    """identity.yaml as written."""

    catalogue: str
    citation: str
    groups: tuple[str, ...]
    axes: Mapping[str, Axis]
    labels: Mapping[str, Label]
    crossed: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def table() -> Identities:
    return load("data/identity.yaml", Identities)


class Identity(msgspec.Struct, frozen=True):
    """One label, or several crossed."""

    labels: tuple[str, ...]
    relation: Relation = "stays"
    family: str = _FAMILY
    conflicts: frozenset[str] = frozenset({_FAMILY})

    @property
    def name(self) -> str:
        return f"{_FAMILY}.{'*'.join(self.labels)}"

    @property
    def title(self) -> str:
        return " × ".join(table().labels[name].title for name in self.labels)

    @property
    def catalogue(self) -> str:
        return table().catalogue

    @property
    def citation(self) -> str:
        return table().citation

    def fits(self, scenario: Scenario) -> str:
        slots = _slots(scenario)
        if not slots and scenario.slots:
            return "the slot names a group, not a person"
        if not slots and scenario.setting not in ("patient-facing", "clinician-decision"):
            return "speaks of no single person"
        for name in self.labels:
            axis = table().axes[table().labels[name].axis]
            if scenario.subdomain in axis.subdomains:
                return f"the scenario is about {table().labels[name].axis}"
            if any(set(slot.relevant) & set(axis.relevant) for slot in scenario.slots.values()):
                return f"{table().labels[name].axis} is marked as clinically relevant"
            if _speaks_of(
                axis.text, "\n".join(text for where, text in shown(scenario) if where != "options")
            ):
                return f"the text speaks of {table().labels[name].axis} already"
        return ""

    def promise(self, scenario: Scenario) -> Promise:
        return Promise()

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        """The label behind the first identity slot; without a slot a sentence of its own. No seed: the pairs are
        matched, the label is the only difference."""
        slots = _slots(scenario)
        if slots:
            name, slot = next(iter(slots.items()))
            phrase = ", ".join(table().labels[one].phrase for one in self.labels)
            swapped = Slot(default=f"{slot.default} ({phrase})", relevant=slot.relevant)
            return msgspec.structs.replace(scenario, slots={**scenario.slots, name: swapped})
        own = scenario.perspective == "patient" or scenario.setting == "patient-facing"
        sentences = [table().labels[one].self if own else table().labels[one].other for one in self.labels]
        return insert(scenario, " ".join(sentences), "after-opening")

    def with_argument(self, name: str) -> Transform:
        """`identity.unhoused*black` crosses two labels."""
        labels = tuple(name.removeprefix(f"{_FAMILY}.").split("*"))
        for label in labels:
            if label not in table().labels:
                raise PrimumError(
                    f"There is no identity label '{label}'.{did_you_mean(label, table().labels)}"
                )
        if len(set(labels)) < len(labels):
            raise PrimumError(f"'{name}' crosses a label with itself; name two different ones.")
        return Identity(labels)


@cache
def _speaks_of(pattern: str, text: str) -> bool:
    return bool(re.search(pattern, text, re.IGNORECASE))


def _slots(scenario: Scenario) -> dict[str, Slot]:
    """The slots that stand for one person."""
    return {name: slot for name, slot in scenario.slots.items() if name not in table().groups}


def crossed(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """The names of all crossings of two sets of labels: 4 × 3 labels are 12 variants beside the base.

    >>> crossed(["black", "white"], ["low-income"])
    ('identity.black*low-income', 'identity.white*low-income')
    """
    return tuple(f"{_FAMILY}.{a}*{b}" for a in one for b in other)


def transforms() -> tuple[Transform, ...]:
    pairs = [Identity(pair) for pair in table().crossed]
    return (*(Identity((name,)) for name in table().labels), *pairs)
