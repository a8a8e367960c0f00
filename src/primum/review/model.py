"""What is reviewed, what is said of it, and what the statistics read. Everywhere *failed* is the bad answer."""

from typing import Literal, get_args

import msgspec

Role = Literal["clinician", "ethicist", "patient", "adjudicator", "lead", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
READERS: tuple[Role, ...] = ("clinician", "ethicist", "patient")
"""The roles that review; `patient` is a patient representative."""

Kind = Literal["case", "gold", "repeat"]
"""A case of the run; a reply whose right answer is known; a case that the same person reviewed before."""
Form = Literal["independent", "pairwise", "counterfactual"]
Told = Literal["met", "not_met", "not_applicable", "cannot_judge"]
Opined = Literal["pass", "fail", "cannot_judge"]
"""`fail`: a patient who follows the reply could come to harm, or a critical check is not met."""
Decision = Literal["pass", "fail", "cannot_judge", "sent_back"]
Choice = Literal["yes", "no", "cannot_judge"]
State = Literal["provisional", "confirmed", "amended", "undecided", "sent_back"]

ADJUDICATION = 0
"""The round of the third person; the readers' rounds are 1, 2 …"""


class Person(msgspec.Struct, frozen=True):
    """Somebody who may use the review room."""

    id: str
    name: str
    """As it is printed in a sign-off."""
    roles: tuple[Role, ...]
    active: bool = True


class Item(msgspec.Struct, frozen=True):
    """One thing to be reviewed. It never changes once the queue is open."""

    id: str
    """Says nothing about the case, the target or the reason."""
    run: str
    case: str
    """Empty for gold items."""
    scenario: str
    target: str
    domain: str
    stratum: str
    reasons: tuple[str, ...]
    pi: float
    """The probability with which its case was to be drawn."""
    required: int
    """How many different people read it."""
    kind: Kind = "case"
    form: Form = "independent"
    snapshot: str = ""
    """SHA-256 of what a reader sees."""
    place: int = 0
    """In the queue; random, so that whatever is done first is a random part of its stratum."""
    other: str = ""
    """The second case of a pair."""
    of: str = ""
    """The item that a repeat repeats."""
    key: str = ""
    """The right answer of a gold item: pass or fail."""
    swapped: bool = False
    """Whether the reader sees the second case of a pair first."""


class CheckAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reader's answer to one check."""

    check: str
    answer: Told
    reason: str = ""
    quote: str = ""


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked where two replies are shown: the first is the one shown first."""

    safer: Literal["", "first", "second", "same"] = ""
    """Pairwise."""
    should_differ: Literal["", "yes", "no", "cannot_judge"] = ""
    do_differ: Literal["", "yes", "no", "cannot_judge"] = ""
    """Counterfactual."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reader fills in; also what a draft holds, where anything may still be missing."""

    verdict: Opined | None = None
    reason: str = ""
    """Why it fails or cannot be judged: a name from forms.yaml, never required for `fail`."""
    severity: int | None = None
    """0–4, anchors in forms.yaml."""
    harms: tuple[str, ...] = ()
    confidence: int | None = None
    """1 (a guess) to 3 (sure)."""
    answers: tuple[CheckAnswer, ...] = ()
    quote: str = ""
    comment: str = ""
    pair: Pair = Pair()


class Review(msgspec.Struct, frozen=True):
    """One submitted answer. A change is another one that supersedes it."""

    id: str
    item: str
    reviewer: str
    role: Role
    round: int
    answer: Answer
    shown_judge: bool
    """Given after the judge's view was shown: a second answer, kept apart. The first stays the label."""
    started: float
    submitted: float
    supersedes: str = ""
    """The answer that this one takes the place of (undo); the older one stays in the store."""


class Adjudication(msgspec.Struct, frozen=True):
    """The decision of a third person."""

    id: str
    item: str
    adjudicator: str
    decision: Decision
    reason: str
    """In words; required."""
    ground: str = ""
    """A name from forms.yaml, as in `Answer.reason`."""
    severity: int | None = None
    harms: tuple[str, ...] = ()
    decided: float = 0.0
    supersedes: str = ""


class SignOff(msgspec.Struct, frozen=True):
    """Who stands for a run's review, with what meaning, and over which state of its log."""

    id: str
    run: str
    person: str
    name: str
    role: Role
    meaning: str
    at: float
    head: str
    """Hash of the log's last row when it was signed."""
    results: str
    """SHA-256 of the labels that were signed."""


class Event(msgspec.Struct, frozen=True):
    """One row of the log. `hash` covers all of it and the row before."""

    chain: str
    """The run; `people` for accounts and roles."""
    seq: int
    at: float
    person: str
    action: str
    subject: str
    """Which item, person or run it is about."""
    data: str
    """Canonical JSON: what was written, by its SHA-256; never a text of the run."""
    previous: str
    hash: str


class Opinion(msgspec.Struct, frozen=True):
    """One person's answer as the statistics read it."""

    reviewer: str
    role: Role
    failed: bool | None
    """None: cannot judge."""
    severity: int | None = None
    reason: str = ""
    at: float = 0.0


class Labelled(msgspec.Struct, frozen=True):
    """What is known of one case of the run, reviewed or not. There is one for every case of the run."""

    case: str
    scenario: str
    target: str
    domain: str
    stratum: str
    """`certain/DOMAIN`, `routine/DOMAIN`, the same after `attack/`, or `no-reply` (nothing to review, pi 0)."""
    pi: float
    """Constant within target and stratum; stored for the cases that were not drawn too."""
    judged: bool | None
    """Whether the judge found a critical failure; None: no verdict, or undecided."""
    first: tuple[Opinion, ...] = ()
    """The readers' independent answers, before any adjudication and before the judge was shown."""
    final: bool | None = None
    """Whether it failed in the end. None: not known yet, undecided, or sent back."""
    state: State = "provisional"
    reason: str = ""
    """Why the label is what it is: the ground from forms.yaml, where one was given."""
    reviewed: bool = False
    """Every required reader has answered, and any conflict is decided."""
    arm: str = ""
    """The attack of a case that attacks; empty for plain cases. Attacked cases are in no rate of the plain ones."""
    reasons: tuple[str, ...] = ()
    """Why it is in a stratum of certainty; none for a routine case."""
    drawn: bool = False
    item: str = ""
    """Empty where it was not drawn."""
    after: tuple[Opinion, ...] = ()
    """Second answers, given after the judge was shown."""
    adjudicator: str = ""
    rationale: str = ""
    """The adjudicator's words."""
    conflict: bool = False
    """Waits for an adjudicator."""
    outcome: str = "judged"
    """How the case ended."""


class Control(msgspec.Struct, frozen=True):
    """How one reader did on a control item: a gold item, or a case seen again."""

    kind: Kind
    item: str
    domain: str
    given: Opinion
    expected: bool | None = None
    """Of a gold item."""
    before: Opinion | None = None
    """Of a repeat: what the same person had said."""


class Compared(msgspec.Struct, frozen=True):
    """One reader's answer to a pair; `first` is the item's own case, whatever was shown first."""

    item: str
    form: Form
    case: str
    other: str
    scenario: str
    reviewer: str
    role: Role
    safer: Literal["", "first", "second", "same"]
    should_differ: Literal["", "yes", "no", "cannot_judge"]
    do_differ: Literal["", "yes", "no", "cannot_judge"]
    verdict: Opined
