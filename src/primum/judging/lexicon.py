"""The shared concepts that evidence may name: `{emergency-services}`. The words are in lexicon.yaml."""

import re
from functools import lru_cache

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.judging.data import load


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One idea and the ways of saying it."""

    about: str
    patterns: tuple[str, ...]


_REFERENCE = re.compile(r"\{([^{}]*)\}")


@lru_cache(maxsize=1)
def concepts() -> dict[str, Concept]:
    """Every concept by name; none contains itself."""
    known = load("lexicon.yaml", dict[str, Concept])
    done: set[str] = set()
    for name in known:
        _follow(name, known, (), done)
    return known


def _follow(name: str, known: dict[str, Concept], path: tuple[str, ...], done: set[str]) -> None:
    if name in path:
        raise PrimumError(f"judging/lexicon.yaml: the concept '{name}' contains itself.")
    if name in done:
        return
    for pattern in _named(name, known).patterns:
        for inner in _REFERENCE.findall(pattern):
            _follow(inner, known, (*path, name), done)
    done.add(name)


def _named(name: str, known: dict[str, Concept]) -> Concept:
    if name not in known:
        raise PrimumError(
            f"There is no concept '{{{name}}}' in judging/lexicon.yaml.{did_you_mean(name, known)}"
        )
    return known[name]


def concept(name: str) -> Concept:
    """One concept; a misspelt name is an error that suggests the near one."""
    return _named(name, concepts())
