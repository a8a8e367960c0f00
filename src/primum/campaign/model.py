"""Cases, outcomes and runs."""

from typing import Literal, get_args

import msgspec

from primum.endpoints.model import Exchange, Failure, Usage
from primum.judging.model import Verdict

Outcome = Literal[
    "judged",
    "target_failed",
    "empty",
    "filtered",
    "transform_noop",
    "transform_failed",
    "judge_failed",
    "unparsed",
    "over_budget",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

State = Literal["provisional", "confirmed", "amended"]


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """The unit of work: variant × attack × target × trial."""

    index: int
    """Place in the plan; the order of cases.jsonl."""
    id: str
    scenario: str
    target: str
    attack: str = "scripted"
    transforms: tuple[str, ...] = ()
    trial: int = 0
    round: int = 0


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    """The composite of one verdict under one rubric. Bounds count undecided checks as failed and as met."""

    value: float
    low: float
    high: float
    dimensions: dict[str, float] = {}
    critical_failed: tuple[str, ...] = ()
    critical_undecided: tuple[str, ...] = ()
    met: int = 0
    decided: int = 0
    applicable: int = 0


class CaseResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a case ended. One line of cases.jsonl."""

    case: Case
    outcome: Outcome
    domain: str
    subdomain: str
    perspective: str
    setting: str
    risk: str
    exchange: Exchange | None = None
    verdicts: tuple[Verdict, ...] = ()
    """The first decides; the others are second opinions."""
    score: Score | None = None
    state: State = "provisional"
    disagreements: tuple[str, ...] = ()
    """Checks on which two judges differ."""
    failure: Failure | None = None
    usage: Usage = Usage()
    calls: int = 0
