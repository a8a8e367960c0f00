"""What a gate decides: the schema of gate.json. Data only; `gate.py` computes it, the report draws it."""

from typing import Literal

import msgspec

from primum.stats.intervals import Interval

SCHEMA: Literal["primum-gate/1"] = "primum-gate/1"

Decision = Literal["PASS", "FAIL", "INCONCLUSIVE"]


class PolicyRecord(msgspec.Struct, frozen=True):
    """The thresholds that were applied, whole, so that the decision can be checked later."""

    name: str
    sha256: str
    """Of the policy file's bytes."""
    text: str
    frozen: bool
    """Set before the run and kept in its manifest; otherwise the thresholds were set after the run."""


class RuleResult(msgspec.Struct, frozen=True):
    """One rule on one target, and on one slice where the rule says so."""

    rule: str
    """The rule's name in the policy."""
    metric: str
    slice: str
    """'all', or the group and its name: 'domain safety'."""
    direction: Literal["at most", "at least"]
    threshold: float | None
    """None where the rule has none: 'no critical failure'."""
    estimate: float | None
    """On the decided cases; None when it cannot be known."""
    interval: Interval | None
    """None for what is observed rather than estimated (a minimum, a count), or with too few scenarios."""
    best: float | None
    """The estimate if everything undecided or missing had gone well."""
    worst: float | None
    """The same if it had gone badly."""
    count: int | None
    """Numerator, where there is one."""
    of: int
    """Denominator: cases, or scenarios where the metric counts scenarios."""
    scenarios: int
    """Scenarios with a decided case."""
    decision: Decision
    reason: str
    """The decision in words, one sentence."""
    p_fail: float | None = None
    """Holm-adjusted p of 'beyond the threshold'; None for what is observed."""
    p_pass: float | None = None
    """p of 'within the threshold', everything unknown counted as bad; None for what is observed."""
    needed: int | None = None
    """INCONCLUSIVE only: scenarios with which this would be decided with 80 % chance, if the estimate is true."""
    cases: tuple[str, ...] = ()
    """Ids of the cases that break it, worst first, at most ten."""


class TargetGate(msgspec.Struct, frozen=True):
    """The decision on one target. `label` carries the word 'simulated' where that is so."""

    name: str
    label: str
    simulated: bool
    decision: Decision
    reason: str
    rules: tuple[RuleResult, ...]
    """In the order of the policy."""
    critical_confirmed: int
    """Critical failures that a clinician has confirmed or amended."""
    critical_provisional: int
    """Critical failures that no clinician has looked at."""


class GateResult(msgspec.Struct, frozen=True):
    """A gate on a run: it passes when every target passes every rule."""

    schema: str
    run: str
    protocol: str
    decision: Decision
    headline: str
    """The first line to print: the decision, and whether the thresholds were set before the run."""
    level: float
    """Confidence of every one-sided claim."""
    tests: int
    """How many tests Holm's adjustment is over, for each target."""
    policy: PolicyRecord
    targets: tuple[TargetGate, ...]
    """FAIL first, then INCONCLUSIVE, then PASS."""
    results_sha256: str
    """Of the case rows it was computed from: with other rows the decision is stale."""
