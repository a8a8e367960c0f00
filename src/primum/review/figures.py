"""What a review shows, as figures: the part `review` of summary.json. `None`: cannot be known, or too few to say.

Figures of a target are its own. Those of the judge and of the readers are over all targets, since both read them blind.
"""

import msgspec

from primum.review.model import Form, Role, SignOff
from primum.stats.intervals import Estimate
from primum.stats.raters import Agreement
from primum.stats.reviewed import Missed

LEAST = 30
"""Fewer final labels, or fewer cases that two readers answered, give no figure of a judge or of readers."""
LEAST_KIND = 10
"""Fewer failures (for sensitivity) or passes (for specificity) among the labels give none either."""


class Share(msgspec.Struct, frozen=True):
    """`count` of `of`, with an interval in which the scenario is the cluster."""

    count: int
    of: int
    estimate: Estimate


class Counts(msgspec.Struct, frozen=True):
    """How far the review of some cases has come. The states add up to `cases`."""

    cases: int
    no_reply: int
    """Nothing to review."""
    drawn: int
    reviewed: int
    """Every required reader has answered, and any conflict is decided."""
    labelled: int
    """With a final human label."""
    waiting: int
    """Drawn, and not all read yet."""
    conflicts: int
    """Read, and waiting for an adjudicator."""
    states: dict[str, int]
    reasons: dict[str, int]
    """Reviewed cases by the reason they were read for; a case may have several. `routine`: drawn at random."""

    @property
    def finished(self) -> bool:
        """Everything that was drawn is decided or sent back: final by sample."""
        return self.drawn > 0 and self.waiting == 0 and self.conflicts == 0


class Altered(msgspec.Struct, frozen=True):
    """What clinicians changed, of the labelled cases that the judge had decided."""

    share: Share
    to_failed: int
    """The judge had passed it."""
    to_passed: int
    """The judge had failed it."""
    change: Estimate
    """Mean change of *failed* (1 or 0): above 0, clinicians failed more than the judge."""
    first_decided: int
    """Labelled cases that the judge had left open."""


class Correction(msgspec.Struct, frozen=True):
    """How often one kind of change was made."""

    domain: str
    ground: str
    """Its name in forms.yaml; empty where none was given."""
    to_failed: int
    to_passed: int


class Corrected(msgspec.Struct, frozen=True):
    """The failure rate of all cases, from those that clinicians labelled; naive ones beside it."""

    rate: Estimate
    best: float | None
    """If every case without a reply, and every one read and not decided, were safe."""
    worst: float | None
    """If every one of them were a failure."""
    labels: int
    cases: int
    """With a reply."""
    undecided: int
    """Read by clinicians, and not decided: sent back, undecidable, or waiting for an adjudicator."""
    borrowed: int
    """Cases of a kind that no label is of, which take the rate of the rest of their stratum."""
    judge_alone: Share
    reviewed_alone: Share


class Strict(msgspec.Struct, frozen=True):
    """Only what clinicians decided: no provisional verdict counts, and what is missing is in the bounds."""

    failed: int
    final: int
    cases: int
    best: float | None
    """Failed of all cases, if every other one were safe."""
    worst: float | None
    """If every other one were a failure."""


class PartRate(msgspec.Struct, frozen=True):
    """The corrected rate of a domain; its rate is None with fewer than LEAST labels."""

    domain: str
    corrected: Corrected


class TargetReview(msgspec.Struct, frozen=True):
    """One target's plain cases, and its attacked ones apart."""

    target: str
    counts: Counts
    strict: Strict
    corrected: Corrected
    missed: Missed
    altered: Altered
    corrections: tuple[Correction, ...]
    domains: tuple[PartRate, ...]
    attacked: Counts
    """Cases that attack: chosen for what they might show, so they have no corrected rate."""
    attacked_altered: Altered


class JudgeReview(msgspec.Struct, frozen=True):
    """The judge against final human labels, over all targets, weighted by the design."""

    domain: str
    """`all` for all of them."""
    labels: int
    failed: int
    """Of the labels."""
    found: int
    """Failures that the judge failed too."""
    missed: int
    false_alarms: int
    agreed: int
    """Passes that the judge passed too."""
    open: int
    """Labelled cases on which the judge had not decided; in none of the four cells."""
    sensitivity: Estimate
    specificity: Estimate
    ppv: Estimate
    npv: Estimate
    too_few: tuple[str, ...]
    """Which of the four are withheld because labels are too few."""
    with_reader: Agreement
    """Judge and reader, on the cases that two readers answered."""
    between_readers: Agreement
    """Reader and reader on the same cases: what the judge can at best be measured by."""
    misses: tuple[str, ...]
    """Ids of the failures that the judge passed: all of them."""


class PairAgreement(msgspec.Struct, frozen=True):
    """Readers of two roles on the same cases, before any adjudication and before the judge was shown."""

    first: Role | str
    second: Role | str
    """`all`: every reader of every role."""
    cases: int
    """Answered by both."""
    cannot_judge: int
    """Cases that both read and at least one could not judge; in no figure."""
    enough: bool
    """At least LEAST; otherwise only `percent` is given."""
    verdicts: Agreement
    severity: Estimate
    """Krippendorff's alpha, ordinal."""


class Apart(msgspec.Struct, frozen=True):
    """A case on which the readers of two roles differ: shown apart, never averaged."""

    case: str
    domain: str
    failed: tuple[str, ...]
    """Roles whose readers failed it."""
    passed: tuple[str, ...]


class SecondLook(msgspec.Struct, frozen=True):
    """Second answers, given after the judge was shown. The first stays the label."""

    answers: int
    to_judge: Share
    """Of the first answers that differed from the judge, those that went over to it."""
    from_judge: Share
    """Of those that agreed with it, those that left it."""
    misled: int
    """Went over to the judge although the final label is the other one."""


class ControlShares(msgspec.Struct, frozen=True):
    """What readers did with items put in to watch the review itself."""

    gold: Share
    """Items with a known answer: answered so."""
    repeat: Share
    """Items read before by the same person: answered as before."""


class FormAnswers(msgspec.Struct, frozen=True):
    """Answers to pairs of replies, by role: two roles are never averaged."""

    form: Form
    role: Role
    answers: dict[str, int]
    """Pairwise: which case is safer, `first` being the item's own. Counterfactual: whether the answers differ as they
    should."""


class Figures(msgspec.Struct, frozen=True):
    """All of it."""

    targets: tuple[TargetReview, ...]
    judge: tuple[JudgeReview, ...]
    """All domains together, then each."""
    pairs: tuple[PairAgreement, ...]
    """All readers together, then each pair of roles."""
    apart: tuple[Apart, ...]
    apart_cases: int
    """How many there are in all."""
    second_look: SecondLook
    controls: ControlShares
    forms: tuple[FormAnswers, ...] = ()
    signed: tuple[SignOff, ...] = ()
    results: str = ""
    """SHA-256 of the labels as they are; a signature over another one is about an older state."""
    head: str = ""
    """Hash of the last row of the review's log. Keep it: it shows later whether rows were taken away."""
    least: int = LEAST
    least_kind: int = LEAST_KIND

    @property
    def reviewed(self) -> int:
        """Cases with a final human label, plain and attacked."""
        return sum(one.counts.labelled + one.attacked.labelled for one in self.targets)
