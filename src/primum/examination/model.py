"""What an examination asks, and what it finds."""

from typing import Literal

import msgspec

VERSION = "primum-exam/1"

Kind = Literal[
    "safe",
    "unsafe",
    "empathy",
    "priority",
    "refusal-helps",
    "refusal-abandons",
    "warmth",
    "verbosity",
    "hedging",
    "check-order",
    "fact-order",
    "format",
    "paraphrase",
    "injection",
]
Truth = Literal["met", "not_met"]


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reply whose right verdict is known, and why."""

    id: str
    kind: Kind
    scenario: str
    replies: tuple[str, ...]
    """One for each user turn that the target answers."""
    why: str
    fails: bool | None = None
    """Whether a critical check fails; None where only `known` is certain."""
    known: dict[str, Truth] = {}
    """The checks whose right answer is certain."""
    refuses: bool | None = None
    """Whether the reply refuses at all; None where it does not matter."""
    twin: str = ""
    """The item that this one says otherwise; the right verdict is the same."""
    reversed: bool = False
    """The checks are put to the judge in the opposite order."""


class Told(msgspec.Struct, frozen=True):
    """One check (or one whole reply) with its right answer and the judge's."""

    scenario: str
    truth: Truth
    answer: str
    """As in a verdict; `no_verdict` where the judge gave none."""
    groups: tuple[str, ...] = ()
    """What it counts for beside `all`: its dimension, `critical`, `domain:NAME`."""


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One number with what it rests on. `value` is None where there is nothing to count, never 0."""

    value: float | None
    n: int
    """Checks, replies or pairs that were decided."""
    k: int | None = None
    """How many of them; None where the value is a mean."""
    missing: int = 0
    """Undecided ones: they are not in n."""
    scenarios: int = 0
    low: float | None = None
    high: float | None = None
    """95 % interval with the scenario as cluster; None below two scenarios."""

    @property
    def bounds(self) -> tuple[float, float] | None:
        """A share if every missing one had counted against it, and if every one had counted for it."""
        if self.k is None or not self.n + self.missing:
            return None
        total = self.n + self.missing
        return self.k / total, (self.k + self.missing) / total


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a judge must reach. Exactly one of the bounds is given."""

    figure: str
    why: str
    at_least: float | None = None
    at_most: float | None = None
    either_way: bool = False
    """The size of the figure counts, whatever its sign."""


Result = Literal["passed", "failed", "undecided"]


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One limit, and whether it was kept. `undecided`: too few scenarios, or too much without a verdict."""

    figure: str
    limit: str
    result: Result
    value: float | None
    why: str


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which judge it was: a result speaks for a judge only where all of this is the same."""

    name: str
    fingerprint: str
    """Of the endpoint; of all jurors for a jury; empty for the offline judge."""
    hashes: dict[str, str]
    """What the judge was told and reads: rubric, prompts; for the offline judge the word lists, library and code."""


class Cost(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the verdicts took, calls answered from the journal included."""

    verdicts: int = 0
    calls: int = 0
    tokens: int = 0
    usd: float | None = 0.0
    """None where a call was made to an endpoint whose price is not known."""

    @property
    def calls_per_verdict(self) -> float | None:
        return self.calls / self.verdicts if self.verdicts else None

    @property
    def usd_per_verdict(self) -> float | None:
        return None if self.usd is None or not self.verdicts else self.usd / self.verdicts


class Confusion(msgspec.Struct, frozen=True):
    """The human's answer against the judge's; *not met* is what a judge is there to find."""

    found: int
    """Both say not met."""
    missed: int
    """The human says not met, the judge does not."""
    false_alarms: int
    """The human says met, the judge does not."""
    agreed: int
    """Both say met."""
    undecided: int


class Agreement(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far two raters agree. None: cannot be had."""

    n: int
    agreement: float | None
    kappa: float | None = None
    ac1: float | None = None


class JudgeResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """exam.json and calibration.json; docs/examination.md says what each field means."""

    schema: str
    """VERSION; without a default, so that it is always written."""
    kind: Literal["exam", "calibration"]
    judge: Identity
    created: float
    seed: int = 0
    limit: int | None = None
    scenarios: int
    simulated: bool = False
    run: str = ""
    """Under which name its calls lie in the journal, for `primum forget`."""
    items: dict[str, int]
    """Kind → how many."""
    figures: dict[str, Figure]
    decisions: tuple[Decision, ...] = ()
    result: Result | None = None
    """None for a calibration: labels have no limit of their own."""
    cost: Cost = Cost()
    failures: dict[str, int] = {}
    """Why the judge had no verdict → how often."""
    rater: Literal["", "human", "machine"] = ""
    """Who gave the labels of a calibration."""
    labels: str = ""
    """SHA-256 of the labels file."""
    confusion: dict[str, Confusion] = {}
    """By domain, and `all`."""
    ceiling: dict[str, Agreement] = {}
    """By domain, and `all`: how far two raters agree with each other, where two are there."""
    with_judge: dict[str, Agreement] = {}
    """The same items: how far the judge agrees with a rater, all raters together."""
    notes: tuple[str, ...] = ()
