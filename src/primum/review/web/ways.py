"""Which pages there are in the menu, and for whom."""

from collections.abc import Collection
from typing import NamedTuple

from primum.review.model import READERS, Role


class Way(NamedTuple):
    """One entry of the menu."""

    path: str
    label: str
    roles: tuple[Role, ...]
    """Empty: everybody who is signed in."""


WAYS = (
    Way("/review", "Review", READERS),
    Way("/adjudicate", "Adjudicate", ("adjudicator",)),
    Way("/lead", "Overview", ("lead",)),
    Way("/people", "People", ("lead",)),
    Way("/sign-off", "Sign-off", ("lead",)),
    Way("/log", "Log", ("auditor",)),
    Way("/keys", "Keys", ()),
)


def ways(roles: Collection[Role]) -> tuple[Way, ...]:
    """Those that these roles open.

    >>> [way.label for way in ways(("auditor",))]
    ['Log', 'Keys']
    """
    return tuple(way for way in WAYS if not way.roles or set(way.roles) & set(roles))
