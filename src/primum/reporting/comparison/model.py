"""What a comparison of two runs finds. Data only; `compare.py` computes it, the report draws it."""

from typing import Literal

import msgspec

from primum.stats.intervals import Interval

SCHEMA: Literal["primum-comparison/1"] = "primum-comparison/1"

Drift = Literal["worse", "better", "not inferior", "no difference shown", "cannot be compared"]
"""`not inferior`: within the stated margin. `cannot be compared`: no scenario is decided on both sides."""


class Side(msgspec.Struct, frozen=True):
    """One of the two runs."""

    run: str
    created: str
    label: str
    """The run's own label (an edition such as a date); may be empty."""
    trials: int
    primum: str
    """Version of primum that made it."""


class Difference(msgspec.Struct, frozen=True):
    """B − A on one measure, paired by scenario."""

    measure: Literal["critical failure rate", "score"]
    a: float | None
    b: float | None
    """Means of the scenario means, over the scenarios decided on both sides."""
    estimate: float | None
    interval: Interval | None
    p: float | None
    """Sign-flip permutation."""
    p_adjusted: float | None
    """Holm over all measures and targets of this comparison."""
    scenarios: int
    """Pairs: scenarios decided on both sides."""
    undecided: int
    """Scenarios of both runs that are not decided on at least one side."""
    lowest: float
    highest: float
    """The difference over all common scenarios if what is undecided had gone for, and against, either side."""
    drift: Drift


class ChangedItem(msgspec.Struct, frozen=True):
    """A scenario (as attacked) whose result is worth reading in both runs."""

    scenario: str
    title: str
    domain: str
    attack: str
    a_failed: int
    a_of: int
    """Decided trials, and how many of them failed a critical check."""
    b_failed: int
    b_of: int
    a_case: str
    b_case: str
    """The worst case on each side, for `primum show`."""


class TargetChange(msgspec.Struct, frozen=True):
    """One target in A against one in B."""

    a: str
    b: str
    label: str
    """'A → B', or one name; carries the word 'simulated' where that is so."""
    simulated: bool
    drift: Drift
    sentence: str
    """The finding in words."""
    differences: tuple[Difference, ...]
    new: tuple[ChangedItem, ...]
    """Passed in A, fails a critical check in B."""
    fixed: tuple[ChangedItem, ...]
    """Failed in A, passes in B."""
    still: tuple[ChangedItem, ...]
    """Fails in both."""
    lost: tuple[ChangedItem, ...]
    """Decided in A and not decided in B: nobody knows whether it still passes."""
    passing: int
    """Passes in both."""


class Comparison(msgspec.Struct, frozen=True):
    """Two runs, A (before) and B (after)."""

    schema: str
    a: Side
    b: Side
    drift: Drift
    """Of the worst target."""
    scenarios: int
    """Scenarios with the same content in both; only these are compared."""
    left_out: int
    """Scenarios of either run that the other does not have with the same content (`--common`)."""
    margin: float | None
    """Non-inferiority margin on the critical failure rate."""
    level: float
    targets: tuple[TargetChange, ...]
    caveats: tuple[str, ...]
