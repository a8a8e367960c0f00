"""The linter's thresholds and word lists, as written in library/lint.yaml."""

from functools import cache
from pathlib import Path

from primum.scenarios.model import Perspective, Record
from primum.scenarios.taxonomy import LIBRARY
from primum.scenarios.yaml_file import convert, parse

Range = tuple[float, float]


class CheckCount(Record, frozen=True):
    fewest: int
    wished: int
    most: int


class Voice(Record, frozen=True):
    """What the user turns of a perspective look like."""

    words: Range
    grade: Range


class Threshold(Record, frozen=True):
    warning: float
    error: float


class PhraseLimit(Record, frozen=True):
    """How often a phrase of at least (opening: exactly the first) `words` words may occur."""

    words: int
    warning: int
    error: int


class Phrases(Record, frozen=True):
    opening: PhraseLimit
    check: PhraseLimit
    exemplar: PhraseLimit


class Vague(Record, frozen=True):
    error: tuple[str, ...]
    warning: tuple[str, ...]


class Identifiers(Record, frozen=True):
    """What may be printed although it looks like somebody's number or address."""

    reserved_numbers: tuple[str, ...]
    public_lines: tuple[str, ...]
    email_domains: tuple[str, ...]
    reserved_tlds: tuple[str, ...]
    networks: tuple[str, ...]


class Limits(Record, frozen=True):
    canary: str
    licence: str
    title_words: Range
    check_words: Range
    checks: CheckCount
    exemplar_words: Range
    options: Range
    perspectives: dict[Perspective, Voice]
    grade_sentence_words: int
    grade_least_words: int
    containment: Threshold
    cosine: Threshold
    shingle: int
    closest: int
    phrases: Phrases
    vague: Vague
    ordering: tuple[str, ...]
    negations: tuple[str, ...]
    identifiers: Identifiers


@cache
def load_limits(path: Path = LIBRARY / "lint.yaml") -> Limits:
    """Read the thresholds."""
    return convert(parse(path, path.read_bytes()), Limits)
