"""A variant: a scenario after an ordered stack of transforms, with its trace."""

from typing import Literal

import msgspec

from primum.scenarios.model import Scenario

Relation = Literal["stays", "moves", "must_ask"]


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a trace."""

    transform: str
    relation: Relation
    before: str
    after: str


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is played. Without edits it is the scenario as authored (the control)."""

    scenario: Scenario
    trace: tuple[Edit, ...] = ()
