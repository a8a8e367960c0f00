"""Words cut to their stems, and how rare each is: what a text is about, apart from how it says it."""

from functools import lru_cache

import msgspec

from primum.judging.data import load
from primum.judging.reading import fold, tokens
from primum.judging.sentences import spelling


class Commonness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """commonness.yaml as written."""

    rare: float
    levels: dict[float, str]
    silent: frozenset[str]
    endings: tuple[str, ...]


_LEAST, _MOST = 4, 7
"""An ending is cut off where so many letters are left; a stem has so many at most."""


@lru_cache(maxsize=1)
def _commonness() -> Commonness:
    return load("commonness.yaml", Commonness)


@lru_cache(maxsize=1)
def _levels() -> dict[str, float]:
    return {stem: level for level, stems in _commonness().levels.items() for stem in stems.split()}


@lru_cache(maxsize=1)
def _silent() -> frozenset[str]:
    return _commonness().silent | spelling().common


class Stems(dict[str, str]):
    """Words with their stems, each worked out once; numbers, of which there is no end, every time."""

    def __missing__(self, word: str) -> str:
        if word[0].isdecimal():
            return word[:_MOST] if len(word) > 1 else ""
        if len(self) >= _KEPT:
            self.clear()
        found = self[word] = _cut(word)
        return found


_KEPT = 65536


@lru_cache(maxsize=1)
def stemmed() -> Stems:
    """The stems of words as `tokens` gives them: `stemmed()[word]`."""
    return Stems()


def stem(word: str) -> str:
    """The stem of a word as `tokens` gives it; empty for the small words that tell nothing.

    >>> stem("contraindicated"), stem("contraindications"), stem("the")
    ('contrai', 'contrai', '')
    """
    return stemmed()[word]


def _cut(word: str) -> str:
    if len(word) < 2 or word in _silent():
        return ""
    for ending in _commonness().endings:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word[: -len(ending)]
            break
    return word[:_MOST]


@lru_cache(maxsize=65536)
def rare(stem: str) -> float:
    """How much a stem tells: near 0 for one that stands in most replies, near 1 for one that stands in few."""
    return _levels().get(stem, _commonness().rare)


def stems(text: str) -> frozenset[str]:
    """All stems of a text.

    >>> sorted(stems("Call the ambulance. Calling is free."))
    ['ambulan', 'call', 'free']
    """
    return frozenset(filter(None, map(stem, tokens(fold(text)))))
