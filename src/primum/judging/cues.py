"""The words that deny, suppose or tell back, as tables by their first word. The content is negation.yaml."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from primum.judging.data import load
from primum.judging.reading import fold, tokens
from primum.judging.sentences import Sentence


class Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """negation.yaml as written."""

    negations: tuple[str, ...]
    harmless: tuple[str, ...]
    toggles: tuple[str, ...]
    releases: tuple[str, ...]
    breaks: tuple[str, ...]
    resumes: frozenset[str]
    brief: frozenset[str]
    commands: frozenset[str]
    acts: frozenset[str]
    introduces: frozenset[str]
    relatives: frozenset[str]
    mains: frozenset[str]
    adds: frozenset[str]
    determiners: frozenset[str]
    suppositions: frozenset[str]
    reasons: frozenset[str]
    persons: frozenset[str]
    conditions: tuple[str, ...]
    statements: tuple[str, ...]
    permissions: tuple[str, ...]
    unreal: tuple[str, ...]
    participles: frozenset[str]
    adverbs: frozenset[str]
    reported: tuple[str, ...]
    denied_after: tuple[str, ...]


@lru_cache(maxsize=1)
def cues() -> Cues:
    return load("negation.yaml", Cues)


class Entry(msgspec.Struct, frozen=True):
    """The cues that begin with one word."""

    alone: str
    """The kind of the word by itself; empty where it is no cue by itself."""
    longer: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Longer cues with their kind, by their second word, the longest first."""


Table = dict[str, Entry]


@lru_cache(maxsize=1)
def openers() -> Table:
    """Everything that changes the scope, by its first word, the longest first."""
    known = cues()
    kinds = ("harmless", "negations", "toggles", "releases", "breaks")
    return _table((kind, phrase) for kind in kinds for phrase in getattr(known, kind))


@lru_cache(maxsize=1)
def frames() -> Table:
    known = cues()
    kinds = ("conditions", "statements", "permissions", "unreal", "reported")
    return _table((kind, phrase) for kind in kinds for phrase in getattr(known, kind))


@lru_cache(maxsize=1)
def denials() -> frozenset[str]:
    """The first words of everything that opens a denial: without one nothing is denied."""
    return _heads((*cues().negations, *cues().toggles))


@lru_cache(maxsize=1)
def turning() -> frozenset[str]:
    """The words that can end the clause of a denial without a mark before them."""
    return cues().mains | cues().determiners | cues().commands | cues().resumes


@lru_cache(maxsize=1)
def framing() -> frozenset[str]:
    """The first words of everything that makes a statement less than that."""
    return _heads((*cues().conditions, *cues().unreal, *cues().reported))


def _heads(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(tokens(fold(phrase))[0] for phrase in phrases)


@lru_cache(maxsize=1)
def after() -> Table:
    return _table(("denied_after", phrase) for phrase in cues().denied_after)


def _table(entries: Iterable[tuple[str, str]]) -> Table:
    cues_by_head: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrase in entries:
        words = tuple(tokens(fold(phrase)))
        cues_by_head.setdefault(words[0], []).append((words, kind))
    return {head: _entry(found) for head, found in cues_by_head.items()}


def _entry(found: list[tuple[tuple[str, ...], str]]) -> Entry:
    longer: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for cue in sorted(found, key=lambda cue: -len(cue[0])):
        if len(cue[0]) > 1:
            longer.setdefault(cue[0][1], []).append(cue)
    alone = next((kind for words, kind in found if len(words) == 1), "")
    return Entry(alone, {second: tuple(cues) for second, cues in longer.items()})


def cue_at(table: Table, words: Sequence[str], at: int, stop: int) -> tuple[int, str] | None:
    """The longest cue that begins here: its length and kind."""
    entry = table.get(words[at])
    if entry is None:
        return None
    if at + 1 < stop:
        for phrase, kind in entry.longer.get(words[at + 1], ()):
            width = len(phrase)
            if at + width <= stop and tuple(words[at : at + width]) == phrase:
                return width, kind
    return (1, entry.alone) if entry.alone else None


_NEGATING = ("negations", "toggles", "harmless")


def cues_in(
    table: Table, heads: frozenset[str], kinds: frozenset[str], words: Sequence[str], place: Sentence
) -> dict[int, tuple[int, str]]:
    """Every cue of a sentence by its first word; none where there is none of these kinds, which begin with `heads`."""
    first, last = place.first, place.last
    told = words[first:last]
    if heads.isdisjoint(told):
        return {}
    places = [at for at, word in enumerate(told, first) if word in table]
    found = {at: cue for at in places if (cue := cue_at(table, words, at, last))}
    return found if any(kind in kinds for _, kind in found.values()) else {}


@lru_cache(maxsize=1)
def negations() -> frozenset[str]:
    """The words that are a negation by themselves."""
    return frozenset(word for word, entry in openers().items() if entry.alone in _NEGATING)


def holds_negation(phrase: Sequence[str]) -> bool:
    """Whether plain words hold a negation of their own ('nothing to worry about')."""
    table = openers()
    for at, word in enumerate(phrase):
        if word in table and (cue := cue_at(table, phrase, at, len(phrase))) and cue[1] in _NEGATING:
            return True
    return False
