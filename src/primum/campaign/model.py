"""Cases, outcomes and runs."""

from typing import Any, Literal, get_args

import msgspec

from primum.endpoints.model import Exchange, Failure, Usage
from primum.endpoints.spec import Price
from primum.judging.model import Score, Verdict
from primum.transforms.model import Edit

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
    trace: tuple[Edit, ...] = ()
    """What the transforms changed, step by step; empty for a scenario played as authored."""


class EndpointRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """An endpoint as the manifest remembers it: enough to name the exact configuration, never a secret."""

    name: str
    fingerprint: str
    kind: str
    model: str = ""
    address: str = ""
    sampling: dict[str, Any] = {}
    """The sampling parameters that were sent; empty means the endpoint's defaults."""
    system: str = ""
    simulated: bool = False
    price: Price = Price()


class FrozenPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """A gate's thresholds, kept with the run before it started, so that nobody can say they were fitted to it."""

    name: str
    text: str
    """The policy file, whole."""
    sha256: str
    """Of the text."""


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a run was made of, so that it can be named, repeated and compared."""

    run: str
    protocol: str
    seed: int
    trials: int
    targets: tuple[EndpointRecord, ...]
    judges: tuple[EndpointRecord, ...]
    """The first decides; `offline` has the kind `offline`."""
    versions: dict[str, str]
    hashes: dict[str, str]
    """library, protocol, rubric, prompts, lexicon: name → SHA-256."""
    planned: int
    pool: int
    """How many scenarios the protocol could draw from."""
    drawn: int
    created: float
    """Unix time of the first execution."""
    label: str = ""
    limit: int | None = None
    not_tested: tuple[str, ...] = ()
    """What a reader might expect of the protocol and does not get."""
    warnings: tuple[str, ...] = ()
    """What a reader must know first: 'the judge is also a target' …"""
    policy: FrozenPolicy | None = None
    """The thresholds of `primum run --policy`. No part of the run's id: they do not change what is measured."""
    mixed: bool = False
    """Some results may still be those of an earlier code or content; a finished execution replaces them all."""
