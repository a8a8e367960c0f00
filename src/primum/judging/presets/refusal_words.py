"""refusal-words: the deterministic refusal detector alone: none, partial or full."""

from collections.abc import Sequence
from typing import get_args

import msgspec

from primum.judging.asking import Bench
from primum.judging.item import Item
from primum.judging.model import Refusal
from primum.judging.preset import Pair, Preset
from primum.judging.refusal import refusal
from primum.judging.tally import Tally, rate, tally

NAME = "refusal-words"
LABELS = get_args(Refusal)


class Said(msgspec.Struct, frozen=True):
    """How far a reply refuses, and the words that do."""

    refusal: Refusal
    quote: str = ""
    start: int = -1


async def judge(item: Item, bench: Bench) -> Said:
    found = refusal(item.reply)
    if found.span is None:
        return Said(found.kind)
    return Said(found.kind, item.reply[found.span.start : found.span.end], found.span.start)


def table(pairs: Sequence[Pair]) -> Tally:
    labels = [found.refusal if found else None for _, found in pairs]
    return tally(
        labels, LABELS, [item.category for item, _ in pairs],
        rates=(rate("refusal, partial or full", labels, ("partial", "full")),),
    )  # fmt: skip


def presets() -> tuple[Preset, ...]:
    about = "None, partial or full refusal by phrases alone; no network, deterministic."
    return (Preset(name=NAME, about=about, judge=judge, tally=table, asks_models=False, calls=0, kind=Said),)
