"""Rewording by rule: whole words swapped and letters changed, outside what must stay as it is."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from primum.canonical import fraction
from primum.scenarios.model import Scenario
from primum.transforms.choose import pick
from primum.transforms.drugs import mentions
from primum.transforms.texts import Span, fact_spans, merged, occurrences

_FIXED = re.compile(
    r"\{[A-Za-z][\w-]*\}|\S*\d\S*(?:\s?(?:[a-zA-Zµμ%°/]{1,6})\b)?|[\"“”«»][^\"“”«»\n]{1,200}[\"“”«»]|\S+@\S+"
)
_NUMBER_WORD = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half|twice"
    r"|not|no|never|without|left|right)\b",
    re.IGNORECASE,
)


def kept_spans(text: str, scenario: Scenario, loose: bool = False) -> tuple[Span, ...]:
    """What no rewording touches: marked facts, identifiers, numbers with units, placeholders, quotations, drugs.

    A strict one leaves number words and small words such as 'not' and 'left' alone as well."""
    spans = [
        *fact_spans(text, scenario),
        *(found.span() for found in _FIXED.finditer(text)),
        *((one.start, one.end) for one in mentions(text)),
        *(span for option in scenario.options.values() for span in occurrences(text, option)),
    ]
    if not loose:
        spans += [found.span() for found in _NUMBER_WORD.finditer(text)]
    return merged(spans)


@cache
def _matcher(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(
        rf"(?<![\w'’]){'(?:' + '|'.join(map(re.escape, longest)) + ')'}(?![\w'’])", re.IGNORECASE
    )


def swap(piece: str, words: Mapping[str, Sequence[str]], rate: float, *seed: str | int) -> str:
    """Whole words swapped for one of their others; a capital at the beginning is kept.

    >>> swap("Because I want to", {"because": ["as"]}, 1.0, "seed")
    'As I want to'
    """
    lowered = _lowered(tuple(words))

    def other(found: re.Match[str]) -> str:
        if fraction(*seed, found.start(), "rate") >= rate:
            return found[0]
        new = pick(words[lowered[found[0].lower()]], *seed, found.start())
        return new[:1].upper() + new[1:] if found[0][0].isupper() and found[0] != "I" else new

    swapped = _matcher(tuple(words)).sub(other, piece)
    return re.sub(r"(?<=\S) {2,}(?=\S)", " ", swapped) if swapped != piece else piece


@cache
def _lowered(words: tuple[str, ...]) -> dict[str, str]:
    return {word.lower(): word for word in words}


def misspell(piece: str, neighbours: Mapping[str, str], rate: float, *seed: str | int) -> str:
    """Slips of the finger in some words of five letters and more: two letters swapped, one doubled, lost or missed.

    >>> misspell("tomorrow morning", {"t": "r"}, 1.0, "seed") != "tomorrow morning"
    True
    """

    def slip(found: re.Match[str]) -> str:
        word = found[0]
        if fraction(*seed, found.start(), "rate") >= rate:
            return word
        at = 1 + int(fraction(*seed, found.start(), "at") * (len(word) - 2))
        kind = pick(("swap", "lose", "double", "miss"), *seed, found.start(), "kind")
        if kind == "swap" and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == "double":
            return word[:at] + word[at] + word[at:]
        if kind == "miss" and word[at].lower() in neighbours:
            return (
                word[:at] + pick(neighbours[word[at].lower()], *seed, found.start(), "key") + word[at + 1 :]
            )
        return word[:at] + word[at + 1 :]

    return re.sub(r"(?<![\w'’])[A-Za-z]{5,}(?![\w'’])", slip, piece)


def misread(piece: str, scanned: Mapping[str, Sequence[str]], rate: float, *seed: str | int) -> str:
    """Letters taken for others by a scanner, in some words of four letters and more."""

    def wrong(found: re.Match[str]) -> str:
        word = found[0]
        if fraction(*seed, found.start(), "rate") >= rate:
            return word
        there = [shape for shape in scanned if shape in word]
        if not there:
            return word
        shape = pick(there, *seed, found.start(), "shape")
        return word.replace(shape, pick(scanned[shape], *seed, found.start(), "read"), 1)

    return re.sub(r"(?<![\w'’])[A-Za-z]{4,}(?![\w'’])", wrong, piece)
