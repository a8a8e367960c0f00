"""The rule of the queue and the words of the forms, as data."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.judging.queue import ReasonKind
from primum.scenarios.yaml_file import convert, parse

T = TypeVar("T")
OwnReason = Literal["critical-failed", "severe", "rule-hit", "undecided", "no-verdict", "high-risk-scenario"]
"""Reasons that the outcome of a case gives; what its verdicts give is in judging/queue.py."""
ReviewReason = Literal[OwnReason, ReasonKind]
REASONS: tuple[str, ...] = (*get_args(OwnReason), *get_args(ReasonKind))
"""In the order they are listed."""

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Drawn = Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what a person writes: an unknown field is an error."""


class Routine(Record, frozen=True):
    """A random share of what gives no reason; never nothing, or no estimate would be possible."""

    share: Drawn
    min_per_domain: Count = 0


class Double(Record, frozen=True):
    """Shares that a second person reads."""

    certainty: Share = 1.0
    routine: Share = 0.0
    routine_min: Count = 0


class Controls(Record, frozen=True):
    gold: Share = 0.0
    repeat: Share = 0.0
    repeat_after_days: Annotated[float, msgspec.Meta(ge=0.0)] = 7.0


class Pairs(Record, frozen=True):
    share: Share = 0.0


class Expect(Record, frozen=True):
    """What a plan reckons with; nothing of it enters a result."""

    minutes: Positive = 3.0
    adjudication_minutes: Positive = 5.0
    conflicts: Share = 0.15
    certainty_fails: Share = 0.5
    routine_fails: Share = 0.01


class Policy(Record, frozen=True, kw_only=True):
    """See policy.yaml for one with comments."""

    name: str
    certainty: tuple[ReviewReason, ...]
    severe: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    routine: Routine
    attacked: Routine
    double: Double = Double()
    controls: Controls = Controls()
    pairwise: Pairs = Pairs()
    counterfactual: Pairs = Pairs()
    max_readings: Annotated[int, msgspec.Meta(ge=1)] | None = None
    expect: Expect = Expect()
    lease_minutes: Positive = 30.0


class Reasons(Record, frozen=True):
    fail: dict[str, str]
    cannot_judge: dict[str, str]


class Forms(Record, frozen=True):
    """The words a reader sees."""

    verdicts: dict[str, str]
    severity: dict[int, str]
    confidence: dict[int, str]
    answers: dict[str, str]
    harms: dict[str, str]
    reasons: Reasons
    pairs: dict[str, str]
    choices: dict[str, str]

    @property
    def grounds(self) -> dict[str, str]:
        """Every reason by name."""
        return {**self.reasons.fail, **self.reasons.cannot_judge}


@cache
def forms() -> Forms:
    return _read(Path(str(files("primum.review") / "forms.yaml")), Forms)


@cache
def default_policy() -> Policy:
    return read_policy("default")


def default_text() -> str:
    """The packaged policy, to be copied and changed."""
    return (files("primum.review") / "policy.yaml").read_text("utf-8")


def read_policy(name: str) -> Policy:
    """A policy file, or `default`. A mistake is one line with file and line number."""
    if name == "default":
        return _read(Path(str(files("primum.review") / "policy.yaml")), Policy)
    path = Path(name)
    if not path.is_file():
        raise PrimumError(
            f"there is no review policy {name}; name a file or 'default'.{did_you_mean(name, ['default'])}"
        )
    return _read(path, Policy)


def _read(path: Path, kind: type[T]) -> T:
    return convert(parse(path, path.read_bytes()), kind)
