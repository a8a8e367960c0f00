"""exact-answer: does a reply choose exactly the keyed options? A program; what is no clear choice is `unparsed`."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from primum.judging.asking import Bench, Failed
from primum.judging.item import Item
from primum.judging.options import choice
from primum.judging.preset import Pair, Preset
from primum.judging.tally import Tally, rate, tally

NAME = "exact-answer"
LABELS = ("right", "wrong", "unparsed")


class Graded(msgspec.Struct, frozen=True):
    """The letters a reply chose, against the key as a set."""

    label: Literal["right", "wrong", "unparsed"]
    chosen: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    start: int = -1
    """Where in the reply the choice stands; -1 where there is none."""


def grade(item: Item) -> Graded:
    """
    >>> asked = Item(reply="A and C", options={"A": "…", "B": "…", "C": "…"}, key=("A", "C"))
    >>> grade(asked).label, grade(msgspec.structs.replace(asked, reply="A")).label
    ('right', 'wrong')
    """
    key = tuple(sorted(item.key))
    found = choice(item.reply, item.options)
    if found is None:
        return Graded("unparsed", key=key)
    chosen = tuple(sorted(found.letters))
    return Graded("right" if chosen == key else "wrong", chosen, key, found.start)


async def judge(item: Item, bench: Bench) -> Graded | Failed:
    stray = sorted(set(item.key) - set(item.options))
    return Failed(f"the key names {stray[0]}, which is no option") if stray else grade(item)


def table(pairs: Sequence[Pair]) -> Tally:
    """An unparsed reply is neither right nor wrong: it bounds the share of right ones."""
    labels = [found.label if found else None for _, found in pairs]
    decided = [None if label == "unparsed" else label for label in labels]
    return tally(
        labels, LABELS, [item.category for item, _ in pairs], rates=(rate("right", decided, ("right",)),)
    )


def review(item: Item, found: Graded) -> tuple[str, ...]:
    return ("no clear choice",) if found.label == "unparsed" else ()


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME,
            about="Multiple choice: exactly the keyed set of options, by program; no clear choice is unparsed.",
            judge=judge,
            tally=table,
            review=review,
            needs=("options", "key"),
            asks_models=False,
            calls=0,
            kind=Graded,
        ),
    )
