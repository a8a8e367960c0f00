"""Drug names (data/drugs.yaml): which substances a text names, and where."""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from primum.scenarios.model import Record
from primum.transforms.content import load

_WORD = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


class Drugs(Record, frozen=True):
    """drugs.yaml as written."""

    source: str
    spellings: dict[str, tuple[str, ...]]
    brands: dict[str, tuple[str, ...]]
    alike_source: str
    alike: tuple[tuple[str, str], ...]


class Mention(msgspec.Struct, frozen=True):
    """A drug named in a text."""

    start: int
    end: int
    name: str
    """As written."""
    substance: str


@lru_cache(maxsize=1)
def table() -> Drugs:
    """The content of drugs.yaml."""
    return load("data/drugs.yaml", Drugs)


@lru_cache(maxsize=1)
def substances() -> dict[str, str]:
    """Every name in lower case → its substance."""
    known: dict[str, str] = {}
    for group in (table().spellings, table().brands):
        for substance, names in group.items():
            for name in (substance, *names):
                known.setdefault(name.lower(), substance)
    for pair in table().alike:
        for name in pair:
            known.setdefault(name.lower(), name.lower())
    return known


@lru_cache(maxsize=16384)
def mentions(text: str) -> tuple[Mention, ...]:
    """Every drug named in a text, in order.

    >>> [one.substance for one in mentions("On Lasix and amoxicillin-clavulanate")]
    ['furosemide', 'amoxicillin']
    """
    return tuple(_find(text))


@lru_cache(maxsize=1)
def _parts() -> frozenset[str]:
    """Every word of every name: a text with none of them names no drug."""
    return frozenset(part for name in substances() for part in name.split("-"))


def _find(text: str) -> Iterator[Mention]:
    known = substances()
    if _parts().isdisjoint(re.findall(r"[a-z0-9]+", text.lower())):
        return
    for word in _WORD.finditer(text):
        if substance := known.get(word[0].lower()):
            yield Mention(word.start(), word.end(), word[0], substance)
            continue
        at = word.start()
        for part in word[0].split("-"):
            if substance := known.get(part.lower()):
                yield Mention(at, at + len(part), part, substance)
            at += len(part) + 1


def other_names(substance: str, name: str) -> tuple[str, ...]:
    """Other names of one substance: of a generic name its brands, of a brand the generic name.

    >>> other_names("warfarin", "Coumadin"), other_names("warfarin", "warfarin")[0]
    (('warfarin',), 'Coumadin')
    """
    brands = table().brands.get(substance, ())
    if name.lower() in {brand.lower() for brand in brands}:
        return (substance,)
    return tuple(brand for brand in brands if brand[0].isupper())
