"""Attacks by name: the built-in ones, and any installed under the entry-point group `primum.attacks`."""

from functools import lru_cache
from importlib.metadata import entry_points

from primum.attacks import harness, pressure, reconsider, tools
from primum.attacks.best_of_n import BestOfN
from primum.attacks.crescendo import Crescendo
from primum.attacks.model import Attack
from primum.attacks.pack import PREFIX, find_pack
from primum.attacks.patient import Patient
from primum.attacks.privacy import Disguises
from primum.attacks.refine import Refine
from primum.attacks.script import Script
from primum.attacks.scripted import Repeated, Scripted
from primum.attacks.tree import Tree
from primum.errors import PrimumError, did_you_mean

GROUP = "primum.attacks"


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Attack]:
    fixed: list[Attack] = [Scripted(), Repeated(), *tools.attacks(), Disguises(), *pressure.attacks()]
    told: list[Attack] = [Script(injected=True), Script(injected=False), *harness.attacks(), Patient()]
    told += reconsider.attacks()
    attacks = [*fixed, *told, BestOfN(), Crescendo(), Refine(), Tree()]
    return {attack.name: attack for attack in attacks}


@lru_cache(maxsize=1)
def attack_names() -> tuple[str, ...]:
    """Built-in and installed, in order."""
    return tuple(sorted({*_built_in(), *(entry.name for entry in entry_points(group=GROUP))}))


def find_attack(name: str) -> Attack:
    """An attack by name, or `pack:FILE`: what was found on another model.

    >>> find_attack("scripted").name
    'scripted'
    """
    return find_pack(name) if name.startswith(PREFIX) else _find(name)


@lru_cache(maxsize=256)
def _find(name: str) -> Attack:
    if name == Scripted.name:
        return Scripted()  # what most runs play; the others read their content files first
    if name in _built_in():
        return _built_in()[name]
    for entry in entry_points(group=GROUP, name=name):
        made: Attack = entry.load()()
        return made
    raise PrimumError(f"There is no attack '{name}'.{did_you_mean(name, attack_names())}")
