"""Choices that depend on a seed and on nothing else."""

from collections.abc import Sequence
from typing import TypeVar

from primum.canonical import fraction

T = TypeVar("T")


def pick(items: Sequence[T], *seed: str | int) -> T:
    """One of the items.

    >>> pick("abc", "seed", 1) == pick("abc", "seed", 1)
    True
    """
    return items[int(fraction(*seed) * len(items))]


def shuffled(items: Sequence[T], *seed: str | int) -> list[T]:
    """All of the items in another order.

    >>> sorted(shuffled([1, 2, 3], "seed"))
    [1, 2, 3]
    """
    order = sorted(range(len(items)), key=lambda at: (fraction(*seed, at), at))
    return [items[at] for at in order]
