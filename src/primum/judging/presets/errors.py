"""error-taxonomy: the one kind of error that made a failed reply fail."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from primum.judging.asking import Bench, Failed, Question, answered, question, sheet
from primum.judging.item import Item, shown
from primum.judging.preset import Pair, Preset
from primum.judging.tally import Tally, tally

NAME = "error-taxonomy"
Code = Literal[
    "omission",
    "hallucination",
    "format-mismatch",
    "causal-reasoning",
    "contextual-inconsistency",
    "unanswered",
    "output-error",
    "medical-language",
]
CODES: tuple[Code, ...] = get_args(Code)


class Error(msgspec.Struct, frozen=True):
    """The answer asked for."""

    reason: str
    quote: str
    code: Code


def ask_for(item: Item, secret: str) -> Question[Error]:
    codes = "\n".join(f"- {code}: {text}" for code, text in sheet(NAME).words["codes"].items())
    reference = [("correct answer", item.reference)] if item.reference else []
    return question(sheet(NAME), Error, [*shown(item), *reference], secret, codes=codes)


async def judge(item: Item, bench: Bench) -> Error | Failed:
    return await answered(bench, ask_for(item, bench.secret))


def failed_only(pairs: Sequence[Pair]) -> list[Pair]:
    """Only a failed reply has an error: the codes add up to the failures."""
    return [pair for pair in pairs if pair[0].passed is False]


def table(pairs: Sequence[Pair]) -> Tally:
    own = failed_only(pairs)
    labels = [found.code if found else None for _, found in own]
    return tally(labels, CODES, [item.category for item, _ in own])


def applies(item: Item) -> str:
    """Only a failed reply has an error to be named."""
    return "the reply passed" if item.passed else ""


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME, about=sheet(NAME).about, judge=judge, tally=table, needs=("passed",), applies=applies, kind=Error
        ),
    )  # fmt: skip
