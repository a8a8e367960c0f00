"""All chance of the review room: keyed, reproducible, and blind to the order in which anything arrives."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from math import ceil

BITS = 2.0**-256


def chance(seed: str, *parts: str) -> float:
    """A number in [0, 1) that depends only on the seed and the parts.

    >>> chance("s", "draw", "case-1") == chance("s", "draw", "case-1") != chance("t", "draw", "case-1")
    True
    """
    return int.from_bytes(_mac(seed, parts)) * BITS


def name(seed: str, *parts: str) -> str:
    """A name that says nothing about the parts."""
    return _mac(seed, parts).hex()[:20]


def shuffled(seed: str, what: str, names: Iterable[str]) -> list[str]:
    """The names in an order that depends only on the seed, on what for, and on which they are."""
    return sorted(names, key=lambda one: (_mac(seed, (what, one)), one))


def pick(seed: str, what: str, names: Iterable[str], count: int) -> frozenset[str]:
    """A simple random sample without replacement.

    >>> sorted(pick("s", "draw", "abcdef", 2)) == sorted(pick("s", "draw", "fedcba", 2))
    True
    """
    return frozenset(shuffled(seed, what, names)[:count])


def at_least(share: float, count: int) -> int:
    """A share of a count, rounded up.

    >>> at_least(0.05, 570), at_least(0.1, 30), at_least(0.0, 30)
    (29, 3, 0)
    """
    return ceil(share * count - 1e-9)


def _mac(seed: str, parts: Iterable[str]) -> bytes:
    return hmac.new(seed.encode(), "\x1f".join(parts).encode("utf-8", "surrogatepass"), sha256).digest()
