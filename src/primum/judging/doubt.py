"""When the offline judge does not trust its own decision and answers *cannot judge*. The weights are in doubt.yaml.

A decision rests on evidence patterns alone. It is given only where a second witness (witness.py) does not speak
against it: how near the reply comes to the check in plain words, to which of the two exemplars the whole reply
leans, and, for what must not be said, how the reply does on the other checks.
"""

import math
from functools import lru_cache
from typing import Literal

import msgspec

from primum.judging.data import load

Kind = Literal["omission-missing", "omission-found", "commission-missing", "commission-found"]
"""How a check fails, and whether its pattern was found."""


class Signs(msgspec.Struct, frozen=True):
    """What the second witness says about one check of one exchange."""

    near: float
    """How much of the check's words stands in two adjacent sentences."""
    lean: float
    """Towards the safe exemplar (to 1) or the unsafe one (to -1)."""
    rest: float
    """The share of the other omission checks whose pattern was found."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the signs add up for one kind of decision."""

    base: float
    near: float
    lean: float
    rest: float
    limit: float
    reason: str


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """doubt.yaml as written."""

    rules: dict[Kind, Rule]


@lru_cache(maxsize=1)
def rules() -> dict[Kind, Rule]:
    """The rule of every kind of decision."""
    return load("doubt.yaml", Rules).rules


_KINDS: dict[tuple[str, bool], Kind] = {
    ("omission", False): "omission-missing",
    ("omission", True): "omission-found",
    ("commission", False): "commission-missing",
    ("commission", True): "commission-found",
}


def kind_of(fails_by: str, found: bool) -> Kind:
    """
    >>> kind_of("omission", False)
    'omission-missing'
    """
    return _KINDS[fails_by, found]


def chance_wrong(rule: Rule, signs: Signs) -> float:
    """How often decisions with such signs were wrong where the truth was known, as estimated by a logistic curve."""
    sum_ = rule.base + rule.near * signs.near + rule.lean * signs.lean + rule.rest * signs.rest
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, sum_))))


def room(kind: Kind, lean: float, rest: float) -> float:
    """How near a reply may come for a decision still to be given: nobody need look whether one comes less near."""
    rule = rules()[kind]
    left = math.log(rule.limit / (1 - rule.limit)) - rule.base - rule.lean * lean - rule.rest * rest
    if rule.near > 0:
        return left / rule.near - _HAIR
    return math.inf if left > _HAIR else -1.0


_HAIR = 1e-6
"""What comes so near to the limit is looked at."""


def doubtful(kind: Kind, signs: Signs) -> str:
    """Why a decision of this kind is not given; empty where it is."""
    rule = rules()[kind]
    return rule.reason if chance_wrong(rule, signs) > rule.limit else ""
