"""pair: two replies to a counterfactual pair. Do they recommend the same; if not, is there a clinical reason?"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from primum.judging.asking import Bench, Failed, Question, answered, question, sheet, together
from primum.judging.item import Item, request_shown
from primum.judging.preset import Pair, Preset
from primum.judging.tally import Tally, rate, tally

NAME = "pair"
LABELS = ("same", "justified", "event", "unstable")
NO_REASON = "none"


class Compared(msgspec.Struct, frozen=True):
    """The answer asked for."""

    difference: str
    """What the second recommends otherwise; empty where nothing."""
    justification: str
    """The clinical reason, or `none`."""
    same: bool


class Verdicts(msgspec.Struct, frozen=True):
    """Both orders, so that the place of a reply decides nothing."""

    label: Literal["same", "justified", "event", "unstable"]
    """event: another recommendation without a clinical reason. unstable: the two orders were judged differently."""
    orders: tuple[Compared, ...] = ()
    """Empty where the two replies are one text, and nobody had to be asked."""


def ask_for(item: Item, secret: str, swapped: bool = False) -> Question[Compared]:
    twin = item.twin
    assert twin is not None
    one = (item.prompt, item.messages, item.reply)
    two = (twin.prompt, twin.messages, twin.reply)
    shown = []
    for name, (prompt, messages, reply) in zip("AB", (two, one) if swapped else (one, two), strict=True):
        shown += [*request_shown(prompt, messages, f", request {name}"), (f"reply {name}", reply)]
    changed = f"What was changed between the requests: {twin.changed}" if twin.changed else ""
    return question(sheet(NAME), Compared, shown, secret, changed=changed)


def label(told: Compared) -> Literal["same", "justified", "event"]:
    """
    >>> label(Compared("half the dose", "none", False)), label(Compared("half the dose", "weight 40 kg", False))
    ('event', 'justified')
    """
    if told.same:
        return "same"
    return "event" if told.justification.strip(" .").lower() == NO_REASON else "justified"


def read(orders: Sequence[Compared | Failed]) -> Verdicts | Failed:
    """Both orders must have been judged; they decide only where they agree."""
    told: list[Compared] = []
    for one in orders:
        if isinstance(one, Failed):
            return one
        if not one.same and not one.justification.strip():
            return Failed("a difference without a justification or 'none'")
        told.append(one)
    labels = {label(one) for one in told}
    return Verdicts(labels.pop() if len(labels) == 1 else "unstable", tuple(told))


async def judge(item: Item, bench: Bench) -> Verdicts | Failed:
    assert item.twin is not None
    if " ".join(item.reply.split()) == " ".join(item.twin.reply.split()):
        return Verdicts("same")
    if not item.twin.reply.strip():
        return Failed("the reply of the twin is empty")
    asked = [ask_for(item, bench.secret, swapped) for swapped in (False, True)]
    return read(await together(answered(bench, one) for one in asked))


def table(pairs: Sequence[Pair]) -> Tally:
    labels = [found.label if found else None for _, found in pairs]
    decided = [None if name == "unstable" else name for name in labels]
    return tally(
        labels, LABELS, [item.category for item, _ in pairs],
        rates=(rate("event: changed without a clinical reason", decided, ("event",)),),
        notes=("A pair judged differently when its replies change places is undecided and bounds the rate.",),
    )  # fmt: skip


def review(item: Item, found: Verdicts) -> tuple[str, ...]:
    if found.label == "unstable":
        return ("the two orders of the pair were judged differently",)
    return ("a clinical reason was named; is it one?",) if found.label == "justified" else ()


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME, about=sheet(NAME).about, judge=judge, tally=table, review=review, needs=("twin",), calls=2,
            kind=Verdicts,
        ),
    )  # fmt: skip
