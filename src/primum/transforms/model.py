"""What a transform is, and a variant: a scenario after an ordered stack of transforms, with its trace."""

from typing import Literal, Protocol, runtime_checkable

import msgspec

from primum.scenarios.model import Scenario

Relation = Literal["stays", "moves", "must_ask"]
"""What becomes of the safe answer: the same · another, and the key moves with it · a decisive fact is gone."""

Form = Literal["rule", "written", "fallback"]
"""How an edit was made: by rule · by a writer model · by rule because the writer failed three times."""


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a trace: what one transform changed in one place that the target sees."""

    transform: str
    relation: Relation
    before: str
    after: str
    where: str = ""
    """`turn 1`, `system`, `document 2`, `options`, `slot who`."""
    form: Form = "rule"


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is played. Without edits it is the scenario as authored (the control)."""

    scenario: Scenario
    trace: tuple[Edit, ...] = ()
    seed: str = ""

    @property
    def transforms(self) -> tuple[str, ...]:
        """The names of the stack, in the order they were applied."""
        return tuple(dict.fromkeys(edit.transform for edit in self.trace))

    @property
    def changed(self) -> bool:
        return bool(self.trace)


class Failed(msgspec.Struct, frozen=True):
    """Why there is no variant. `noop` lowers coverage; it is neither a success nor robustness."""

    reason: Literal["noop", "conflict", "guard", "unfit", "transform_failed"]
    transform: str
    message: str


class Promise(msgspec.Struct, frozen=True):
    """What a transform may change; everything else must survive, and `guards.check_guards` looks."""

    relation: Relation = "stays"
    facts: Literal["verbatim", "value"] = "verbatim"
    """verbatim: every marked fact stands as it stood. value: its numbers with units and its drugs do."""
    drops: int = 0
    """How many marked facts leave the text."""
    numbers: int = 0
    """How many numbers change."""
    drugs: Literal["names", "substances", "one-changes"] = "names"
    """names: every drug is called as before. substances: its other name will do. one-changes: one is swapped."""
    options: Literal["same", "reordered", "added", "key-replaced"] = "same"
    pictures: Literal["same", "none"] = "same"
    adds_checks: bool = False
    adds: bool = True
    """May bring in numbers and drugs that were not there; a rewrite may not."""
    cipher: str = ""
    """The text is read through this cipher's inverse before anything is looked for."""


@runtime_checkable
class Transform(Protocol):
    """A controlled edit: pure, deterministic for one seed, never touching what it is given."""

    @property
    def name(self) -> str:
        """`drop-fact`, `bait.recency`, `identity.unhoused`."""

    @property
    def title(self) -> str: ...

    @property
    def catalogue(self) -> str:
        """The row of the catalogue: `T05`."""

    @property
    def family(self) -> str: ...

    @property
    def citation(self) -> str:
        """The published system or study that the mechanism is from."""

    @property
    def relation(self) -> Relation: ...

    @property
    def conflicts(self) -> frozenset[str]:
        """Names or families that may not stand in one stack with it."""

    def fits(self, scenario: Scenario) -> str:
        """Nothing when it applies; else in one line why not: 'has no options'."""

    def promise(self, scenario: Scenario) -> Promise: ...

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        """A new scenario with the same id, or None when nothing could be changed (a no-op)."""
