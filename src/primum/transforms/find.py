"""Transforms by name: one module per family here, and any installed under the entry-point group `primum.transforms`."""

from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from primum.errors import PrimumError, did_you_mean
from primum.transforms import families as folder
from primum.transforms.model import Transform

GROUP = "primum.transforms"
ARGUMENT = ":"
"""`nudge.basic:C` nudges towards option C."""
CROSSED = "*"
"""`identity.unhoused*black` crosses two identities."""


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Transform]:
    found: dict[str, Transform] = {}
    for module in sorted(iter_modules(folder.__path__), key=lambda one: one.name):
        for one in import_module(f"{folder.__name__}.{module.name}").transforms():
            found[one.name] = one
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def transform_names() -> tuple[str, ...]:
    """Built-in and installed, in order."""
    return tuple(sorted({*_built_in(), *(entry.name for entry in entry_points(group=GROUP))}))


@lru_cache(maxsize=4096)
def find_transform(name: str) -> Transform:
    """A transform by name; a misspelt name is an error that suggests the near one.

    >>> find_transform("drop-fact").relation
    'must_ask'
    """
    if name in _built_in():
        return _built_in()[name]
    base = name.partition(ARGUMENT)[0].partition(CROSSED)[0]
    if base in _built_in() and base != name:
        made = getattr(_built_in()[base], "with_argument", None)
        if made is None:
            raise PrimumError(
                f"The transform '{base}' takes no argument; write it without '{name[len(base) :]}'"
            )
        transform: Transform = made(name)
        return transform
    for entry in entry_points(group=GROUP, name=name):
        loaded: Transform = entry.load()()
        return loaded
    known = transform_names()
    raise PrimumError(
        f"There is no transform '{name}'.{did_you_mean(name, known)} See: primum list transforms"
    )


@lru_cache(maxsize=1)
def families() -> dict[str, tuple[str, ...]]:
    """Every family with the names of its transforms."""
    found: dict[str, list[str]] = {}
    for name in transform_names():
        found.setdefault(find_transform(name).family, []).append(name)
    return {family: tuple(members) for family, members in sorted(found.items())}
