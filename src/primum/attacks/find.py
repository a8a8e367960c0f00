"""Attacks by name: the built-in ones, and any installed under the entry-point group `primum.attacks`."""

from importlib.metadata import entry_points

from primum.attacks.model import Attack
from primum.attacks.scripted import Scripted
from primum.errors import PrimumError, did_you_mean

GROUP = "primum.attacks"
BUILT_IN: dict[str, type[Attack]] = {Scripted.name: Scripted}


def attack_names() -> list[str]:
    return sorted({*BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))})


def find_attack(name: str) -> Attack:
    """
    >>> find_attack("scripted").name
    'scripted'
    """
    if name in BUILT_IN:
        return BUILT_IN[name]()
    for entry in entry_points(group=GROUP, name=name):
        made: Attack = entry.load()()
        return made
    raise PrimumError(f"There is no attack '{name}'.{did_you_mean(name, attack_names())}")
