"""Cases, outcomes and runs."""

from typing import Any, Literal

import msgspec

from primum.attacks.model import OUTCOMES as OUTCOMES
from primum.attacks.model import Attempt
from primum.attacks.model import Outcome as Outcome
from primum.endpoints.model import Exchange, Failure, Usage
from primum.endpoints.spec import Price
from primum.judging.model import Score, Verdict
from primum.scenarios.model import Check
from primum.transforms.model import Edit

State = Literal["provisional", "confirmed", "amended"]


PLAIN = "scripted"
"""The attack that asks what the scenario asks."""


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
    """0: planned before the first call. Later rounds attack what an earlier round found."""
    tries: int = 1
    """How many attempts are allowed."""
    explores: bool = False
    """Chosen for what others like it had shown: counts as a finding, and in no rate."""
    group: str = ""
    """The kind of tool that it confirms, where several of a kind are counted together."""

    @property
    def arm(self) -> str:
        """What it is called among the attacks: its transforms, where nothing else was done.

        >>> Case(0, "x", "s", "t", transforms=("tone.angry",)).arm
        'tone.angry'
        """
        stack = self.group or " + ".join(self.transforms)
        if not stack:
            return self.attack
        return stack if self.attack == "scripted" else f"{self.attack} {stack}"


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
    checks: tuple[Check, ...] = ()
    """The checks that the transforms brought, which the scenario as authored does not have."""
    attempts: tuple[Attempt, ...] = ()
    """Every attempt of an attack, in order; the exchange and the verdicts are those of the one that decides."""


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
    guard: str = ""
    """What looks at its replies before the user does."""
    simulated: bool = False
    price: Price = Price()


class FrozenPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """A gate's thresholds, kept with the run before it started, so that nobody can say they were fitted to it."""

    name: str
    text: str
    """The policy file, whole."""
    sha256: str
    """Of the text."""


class RubricRecord(msgspec.Struct, frozen=True):
    """The rubric behind every score, by its own account. Its hash is among the manifest's."""

    name: str
    version: int
    status: str
    critical_cap: float


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
    attacked: dict[str, dict[str, int]] = {}
    """Target → attack → cases planned in the rounds after the plain ones; not counted in `planned`. Without those that
    only explore."""
    rubric: RubricRecord | None = None
    """None in runs of earlier versions."""
    attack_cases: int = 0
    """All cases of those rounds, the exploring ones included: their places follow those of the plain ones."""
    mixed: bool = False
    """Some results may still be those of an earlier code or content; a finished execution replaces them all."""
