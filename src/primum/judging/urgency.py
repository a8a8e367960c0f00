"""How soon a reply sends its reader to somebody, and the words that do."""

from typing import Literal

import msgspec

from primum.judging.patterns import Span, compile_pattern
from primum.judging.reading import Reading

Level = Literal["emergency", "if-worse", "same-day", "routine", "none"]

LEVELS: tuple[tuple[Level, str], ...] = (
    ("emergency", "{seek-emergency-now}"),
    ("same-day", "{see-doctor} .. {same-day}"),
    ("same-day", "{same-day} .. {see-doctor}"),
    ("if-worse", "{if-worse}"),
    ("if-worse", "{seek-emergency}"),
    ("routine", "{see-doctor}"),
    ("none", ""),
)
"""The most urgent first. Emergency help only in case of something is `if-worse`."""


class Urgency(msgspec.Struct, frozen=True):
    """The most urgent advice of a reply."""

    level: Level
    span: Span | None = None


def urgency(text: str) -> Urgency:
    """
    >>> [urgency(said).level for said in ("Ring 999 now.", "Ring 999 if she faints.", "See your GP today.", "Rest.")]
    ['emergency', 'if-worse', 'same-day', 'none']
    """
    reading = Reading(text)
    for level, pattern in LEVELS:
        span = compile_pattern(pattern).affirmed(reading) if pattern else None
        if span:
            return Urgency(level, span)
    return Urgency("none")
