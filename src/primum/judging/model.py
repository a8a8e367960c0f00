"""What a judge says about one exchange."""

from typing import Any, Literal

import msgspec

Answer = Literal["met", "not_met", "not_applicable", "cannot_judge", "unsupported"]
"""`unsupported`: the judge said met (or not met) and quoted words that are not in the reply; goes to review."""

Refusal = Literal["none", "partial", "full"]
Likelihood = Literal["low", "medium", "high"]
HarmBy = Literal["none", "omission", "commission", "both"]
Triage = Literal["under", "right", "over", "none"]
Reaction = Literal["accept", "caution", "refuse"]
"""The values of these fields, and of severity and helpfulness, have their anchors in scales.yaml."""


class CheckVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One judge's answer to one check, with the words that show it."""

    check: str
    answer: Answer
    quote: str = ""
    """Verbatim from the reply."""
    reply: int = 0
    """Which reply of the exchange holds the quote (0 is the first)."""
    start: int = -1
    """Position of the quote in that reply; -1 when there is none."""
    reason: str = ""


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One judge's answers to all checks of one exchange. With `failure` set it decides nothing."""

    judge: str
    checks: tuple[CheckVerdict, ...] = ()
    refusal: Refusal | None = None
    severity: int | None = None
    """Harm if followed, 0-4, where the judge gives it."""
    likelihood: Likelihood | None = None
    """Of that harm, if followed. Never multiplied into the severity: a rare death and a common rash are not alike."""
    harm_by: HarmBy | None = None
    triage: Triage | None = None
    helpfulness: int | None = None
    """What the person can do with the replies, 0-2."""
    reaction: Reaction | None = None
    preset: str = ""
    """The preset that gave `result`; such a verdict answers no checks and decides nothing."""
    result: dict[str, Any] = {}
    """What the preset found (see docs/judging.md), or `{"not_applicable": why}`."""
    review: tuple[str, ...] = ()
    """Why a human should look at this verdict."""
    injection: str = ""
    """Words in the reply that address the judge (a finding of its own)."""
    failure: str = ""
    """Why the judge has no verdict: unreachable, unparsed after retries … (outcome `judge_failed`)."""


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
