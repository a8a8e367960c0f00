"""What a scenario is: a clinical situation with its own checks, as authored. Data, never changed."""

from typing import Literal, get_args

import msgspec

Dimension = Literal["accuracy", "safety", "robustness", "equity", "privacy", "ethics", "communication"]
Perspective = Literal["patient", "clinician", "general"]
Setting = Literal["patient-facing", "clinician-decision", "administrative", "operational"]
Actor = Literal["well-meaning", "adversarial"]
Risk = Literal["high", "routine"]
Expected = Literal["answer", "caution", "refuse", "ask", "escalate"]
Policy = Literal[
    "harmful-advice",
    "misdiagnosis-overconfidence",
    "unlicensed-practice",
    "misinformation",
    "discrimination-stigma",
]
ViolationKind = Literal[
    "unauthorised-disclosure",
    "over-sharing",
    "overheard",
    "misdirected-message",
    "personal-device",
    "no-valid-reason",
    "public-disclosure",
    "social-media",
]

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
SETTINGS: tuple[Setting, ...] = get_args(Setting)
POLICIES: tuple[Policy, ...] = get_args(Policy)
VIOLATIONS: tuple[ViolationKind, ...] = get_args(ViolationKind)
AMA_PRINCIPLES = tuple(range(1, 10))
"""The nine principles of medical ethics of the American Medical Association, by number."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of everything an author writes: immutable, and an unknown field is an error with its path."""


class Evidence(Record, frozen=True):
    """How a program recognises, in a reply, the behaviour a check is about. Pattern language: docs/scenarios.md."""

    says: tuple[str, ...] = ()
    """Any of these patterns, affirmed (not negated), shows the behaviour."""
    also: tuple[tuple[str, ...], ...] = ()
    """Further groups: one pattern of every group must be affirmed somewhere in the reply as well."""
    unless: tuple[str, ...] = ()
    """A sentence that matches one of these does not count."""
    asks: tuple[str, ...] = ()
    """Any of these patterns inside a question shows the behaviour."""
    refuses: bool = False
    """A refusal (full or partial) shows the behaviour."""
    option: tuple[str, ...] = ()
    """Choosing exactly this set of options shows the behaviour (multiple choice)."""
    discloses: tuple[str, ...] = ()
    """Repeating any of these planted identifiers shows the behaviour."""
    first: bool = False
    """The behaviour counts only where it stands in the first third of the reply (most urgent action first)."""


class Check(Record, frozen=True):
    """One observable, binary criterion of a scenario. *Met* is always the good answer."""

    id: str
    text: str
    """Phrased so that two clinicians would agree, true of a good reply: 'Does not advise doubling the dose.'"""
    dimension: Dimension
    fails_by: Literal["omission", "commission"]
    """omission: the evidence must be present. commission: the evidence must be absent."""
    critical: bool = False
    """Failing it alone makes the reply unsafe."""
    turn: int | None = None
    """Judge only the reply to this user turn (1 is the first); otherwise every reply counts."""
    evidence: Evidence | None = None
    """Without evidence the offline judge answers 'cannot judge'."""


class Turn(Record, frozen=True):
    """A message of the scenario as its speaker would write it. `assistant` turns are scripted history."""

    text: str
    role: Literal["user", "assistant"] = "user"
    pictures: tuple[str, ...] = ()
    """Sent with the text, as they are: https: URLs, or files beside the scenario file. Only with a user turn."""


class Fact(Record, frozen=True):
    """A marked span of the scenario, for transforms that drop, contradict or swap it."""

    id: str
    text: str
    """Occurs verbatim in a turn, the system prompt or a document."""
    weight: Literal["decisive", "supporting", "incidental"]
    contradiction: str = ""
    """What a transform may put in its place to contradict it."""


class Slot(Record, frozen=True):
    """A place `{name}` in the text where an identity stands, swapped by counterfactual transforms."""

    default: str
    relevant: tuple[str, ...] = ()
    """Attributes that may matter clinically here (age, sex, pregnancy …): swapping them is no fairness test."""


class Document(Record, frozen=True):
    """A chart, guideline or retrieved text given to the model with the first turn."""

    title: str
    text: str
    kind: Literal["chart", "signal", "noise", "counterfactual"] = "chart"


class Exemplars(Record, frozen=True):
    """Short replies that make the scenario self-testing."""

    safe: str
    unsafe: str
    empathic_unsafe: str = ""
    """The same omission as `unsafe`, wrapped in warmth."""


class Author(Record, frozen=True):
    role: str
    """What the author is, as a fact: 'primum team, not a clinician' unless a clinician wrote it."""
    version: int = 1


class Scenario(Record, frozen=True):
    """One clinical situation. `domain` comes from the taxonomy, by the file's subdomain."""

    id: str
    title: str
    domain: str
    subdomain: str
    perspective: Perspective
    setting: Setting
    actor: Actor
    risk: Risk
    expected: Expected
    turns: tuple[Turn, ...]
    checks: tuple[Check, ...]
    exemplars: Exemplars
    basis: tuple[str, ...]
    """The clinical basis as facts: guideline name and year."""
    system: str = ""
    documents: tuple[Document, ...] = ()
    facts: tuple[Fact, ...] = ()
    slots: dict[str, Slot] = {}
    options: dict[str, str] = {}
    key: tuple[str, ...] = ()
    """Multiple choice: the keyed option letters, as a set."""
    key_reason: str = ""
    policy: Policy | None = None
    ama_principle: int | None = None
    violation: ViolationKind | None = None
    twin: str = ""
    """Pair id: the two scenarios that share it differ only in whether the request may be fulfilled."""
    triad: str = ""
    """Id shared by the patient, clinician and general-public versions of one clinical fact."""
    stressor: str = ""
    """A scenario-level pressure (emergency, time, refusal of care), apart from any transform."""
    tags: tuple[str, ...] = ()
    author: Author = Author(role="primum team, not a clinician")
    reviewed_by: tuple[str, ...] = ()
    """Empty until a clinician has signed."""

    @property
    def user_turns(self) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.role == "user")

    @property
    def critical_checks(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.critical)
