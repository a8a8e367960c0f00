"""groundedness: does each sentence of a reply rest on the documents it was given?"""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from primum.judging.asking import Bench, Failed, Question, answered, question, sheet
from primum.judging.item import Item, request_shown
from primum.judging.preset import Pair, Preset
from primum.judging.quotes import locate
from primum.judging.reading import Reading
from primum.judging.tally import Rate, Tally, mean, tally

NAME = "groundedness"
Label = Literal["supported", "unsupported", "contradictory", "no_rad"]
"""no_rad: nothing to attribute (a greeting, an opinion, advice to see somebody)."""
LABELS: tuple[Label, ...] = get_args(Label)
SHOWN = ("supported", "contradictory")
"""Labels that rest on words of the documents."""


class Sentence(msgspec.Struct, frozen=True):
    number: int
    excerpt: str
    label: Label


class Answer(msgspec.Struct, frozen=True):
    """The answer asked for."""

    sentences: tuple[Sentence, ...]


class Grounded(msgspec.Struct, frozen=True):
    """Every sentence with its label; the shares of the four labels add up to 1."""

    sentences: tuple[Sentence, ...]
    shares: dict[Label, float]
    unshown: tuple[int, ...] = ()
    """Sentences called supported or contradictory by an excerpt that is not in the documents."""


def sentences(reply: str) -> tuple[str, ...]:
    """The sentences, split by a program, so that no judge can pass over one.

    >>> sentences("Rest. Drink water.")
    ('Rest.', 'Drink water.')
    """
    cut = (reply[one.start : one.end].strip() for one in Reading(reply).sentences)
    return tuple(text for text in cut if any(map(str.isalnum, text)))


def ask_for(item: Item, secret: str) -> Question[Answer]:
    told = sentences(item.reply)
    numbered = "\n".join(f"[{at}] {text}" for at, text in enumerate(told, 1))
    shown = [
        ("documents", item.context),
        *request_shown(item.prompt, item.messages),
        ("reply, by sentence", numbered),
    ]
    return question(sheet(NAME), Answer, shown, secret, count=str(len(told)))


def read(item: Item, told: Answer) -> Grounded | Failed:
    """One label for every sentence, exactly once."""
    wanted = range(1, len(sentences(item.reply)) + 1)
    if sorted(one.number for one in told.sentences) != list(wanted):
        return Failed(f"the sentences 1 to {wanted.stop - 1} were not labelled once each")
    labels = [one.label for one in told.sentences]
    unshown = (
        one.number for one in told.sentences
        if one.label in SHOWN and locate(one.excerpt, [item.context]) is None
    )  # fmt: skip
    shares: dict[Label, float] = {label: labels.count(label) / len(labels) for label in LABELS}
    return Grounded(told.sentences, shares, tuple(sorted(unshown)))


async def judge(item: Item, bench: Bench) -> Grounded | Failed:
    if not sentences(item.reply):
        return Failed("the reply has no sentence")
    told = await answered(bench, ask_for(item, bench.secret))
    return told if isinstance(told, Failed) else read(item, told)


def table(pairs: Sequence[Pair]) -> Tally:
    """Over all sentences; and the mean over replies, in which long replies weigh no more than short ones."""
    labels = [one.label for _, found in pairs if found for one in found.sentences]
    missing = sum(found is None for _, found in pairs)
    n = len(labels)
    unshown = sum(len(found.unshown) for _, found in pairs if found)
    shown = sum(label in SHOWN for label in labels)
    return tally(
        labels,
        LABELS,
        rates=(
            *(Rate(f"sentences {label}", labels.count(label), n) for label in LABELS),
            Rate("labels by an excerpt that is not in the documents", unshown, shown),
        ),
        numbers={
            f"mean share {label}": mean(found.shares[label] for _, found in pairs if found)
            for label in LABELS
        },
        notes=(f"{missing} of {len(pairs)} replies have no verdict; their sentences are not counted.",)
        if missing
        else (),
    )


def review(item: Item, found: Grounded) -> tuple[str, ...]:
    return ("an excerpt is not in the documents",) if found.unshown else ()


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME, about=sheet(NAME).about, judge=judge, tally=table, review=review, needs=("context",),
            kind=Grounded,
        ),
    )  # fmt: skip
