"""disagreement: a critique of the reply against the correct answer, then its weight in four levels."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from primum.judging.asking import Bench, Failed, Question, answered, question, sheet
from primum.judging.item import Item, shown
from primum.judging.preset import Pair, Preset
from primum.judging.tally import Tally, rate, tally

NAME = "disagreement"
Level = Literal["none", "low", "moderate", "high"]
LEVELS: tuple[Level, ...] = get_args(Level)


class Critique(msgspec.Struct, frozen=True):
    """The answer asked for: the critique comes first, the level follows from it."""

    critique: str
    level: Level


def ask_for(item: Item, secret: str) -> Question[Critique]:
    return question(sheet(NAME), Critique, [*shown(item), ("correct answer", item.reference)], secret)


async def judge(item: Item, bench: Bench) -> Critique | Failed:
    return await answered(bench, ask_for(item, bench.secret))


def table(pairs: Sequence[Pair]) -> Tally:
    labels = [found.level if found else None for _, found in pairs]
    return tally(
        labels,
        LEVELS,
        [item.category for item, _ in pairs],
        rates=(rate("moderate or high", labels, LEVELS[2:]),),
    )


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME, about=sheet(NAME).about, judge=judge, tally=table, needs=("reference",), kind=Critique
        ),
    )
