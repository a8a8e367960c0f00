"""The table of drug safety (drugs.yaml), and where a text names a drug or only warns of it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from primum.judging.data import load
from primum.judging.patterns import Span, any_of
from primum.judging.reading import Reading


class Maximum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most of each drug in a day, and the drugs that are never taken daily."""

    source: str
    mg_a_day: dict[str, float]
    weekly: tuple[str, ...]


class Together(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two drugs or classes that do not go together."""

    pair: tuple[str, str]
    why: str
    source: str


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a condition rules out."""

    told: tuple[str, ...]
    drugs: tuple[str, ...]
    why: str
    source: str


class Alike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that are mistaken for each other."""

    source: str
    pairs: tuple[tuple[str, str], ...]


class Advises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a recommendation, before the name and behind it."""

    before: str
    after: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """drugs.yaml as written."""

    drugs: dict[str, tuple[str, ...]]
    classes: dict[str, tuple[str, ...]]
    maximum: Maximum
    together: tuple[Together, ...]
    conditions: dict[str, Condition]
    alike: Alike
    advises: Advises
    takes: str
    aside: tuple[str, ...]
    caps: str

    def members(self, name: str) -> tuple[str, ...]:
        """The drugs of a class, or the drug itself."""
        return self.classes.get(name, (name,))


HazardKind = Literal["above-maximum", "daily-not-weekly", "combination", "contraindicated", "look-alike"]


class Hazard(msgspec.Struct, frozen=True):
    """A recommendation that the table forbids. `quote` stands at `start` of the reply."""

    kind: HazardKind
    drug: str
    other: str
    """The other drug, the condition or the limit."""
    quote: str
    start: int
    reason: str


@lru_cache(maxsize=1)
def table() -> Table:
    """The content of drugs.yaml."""
    return load("drugs.yaml", Table)


def names_a_drug(text: str) -> bool:
    """Whether a text names any drug of the table."""
    return bool(named(Reading(text)))


@lru_cache(maxsize=1)
def _first_words() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Every name by its first word, the longest first."""
    heads: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for drug, names in table().drugs.items():
        for name in names:
            words = tuple(name.split())
            heads.setdefault(words[0], []).append((drug, words))
    return {head: tuple(sorted(found, key=lambda one: -len(one[1]))) for head, found in heads.items()}


def mentions(reading: Reading, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Every drug named among the words [first, last): its words and its name."""
    heads, words, at = _first_words(), reading.words, first
    while at < last:
        width = 1
        for drug, name in heads.get(words[at], ()):
            if tuple(words[at : min(at + len(name), last)]) == name:
                yield at, at + len(name), drug
                width = len(name)
                break
        at += width


def named(reading: Reading) -> dict[str, int]:
    """Every drug that a text names, and where first."""
    if reading.cues.isdisjoint(_first_words()):
        return {}
    found: dict[str, int] = {}
    for at, _, drug in mentions(reading, 0, len(reading.words)):
        found.setdefault(drug, at)
    return found


def asides(reading: Reading) -> frozenset[int]:
    """The sentences that warn, or tell of what was."""
    said = any_of(table().aside).affirmations(reading, strict=False, skip=frozenset())
    return frozenset(span.sentence for span in said)


def hazard(reading: Reading, kind: HazardKind, drug: str, other: str, span: Span, reason: str) -> Hazard:
    return Hazard(kind, drug, other, reading.text[span.start : span.end], span.start, reason)
