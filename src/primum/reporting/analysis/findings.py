"""What the analysis of a run finds beyond the slices: stability, gaps, patterns, repeats, pairs, items.

Data only; `analysis.py` computes it, the report draws it. `None` means *cannot be known*, never zero.
"""

from typing import Literal

import msgspec

from primum.reporting.analysis.attacks import AttackFinding as AttackFinding
from primum.reporting.analysis.attacks import ToolResult as ToolResult
from primum.reporting.analysis.axes import Flip as Flip
from primum.reporting.analysis.first_round import FirstRound as FirstRound
from primum.stats.instability import InstabilityRules as InstabilityRules
from primum.stats.instability import Rule as Rule
from primum.stats.intervals import Interval


class Gap(msgspec.Struct, frozen=True):
    """How far the best and the worst system lie apart on one domain."""

    domain: str
    best: str
    best_mean: float
    worst: str
    worst_mean: float
    delta: float
    interval: Interval | None
    """Paired by scenario, for these two systems as they were ranked (so it flatters the gap; the text says so)."""


class Pattern(msgspec.Struct, frozen=True):
    """A way of failing and where it occurs: failed checks by domain."""

    code: str
    """`dimension/omission`, `dimension/commission`, with `!` in front when critical."""
    dimension: str
    fails_by: Literal["omission", "commission"]
    critical: bool
    cases: int
    """Judged cases in which at least one such check failed."""
    of: int
    """Judged cases that hold such a check with a decided answer."""
    domains: dict[str, tuple[int, int]]
    """Domain → (cases failed, cases that hold such a check)."""


class CurvePoint(msgspec.Struct, frozen=True):
    """What k tries would show, averaged over scenarios."""

    k: int
    any_fail: float
    """Chance that at least one of k trials of a scenario fails a critical check: 1 − C(n−f, k)/C(n, k)."""
    all_pass: float
    """Chance that all k pass."""
    interval: Interval | None
    """Of `any_fail`, the scenario being the cluster."""


class Repeats(msgspec.Struct, frozen=True):
    """Trials of the same scenario: how much of the spread is chance."""

    trials: int
    """The k fixed by the protocol."""
    scenarios: int
    """Scenarios with all k trials decided; only these are counted here. Under several attacks or transforms, each
    variant of a scenario counts (and the scenario stays the cluster)."""
    between_sd: float | None
    within_sd: float | None
    icc: float | None
    """Share of the variance that lies between scenarios."""
    flaky: int
    """Scenarios whose trials differ on whether a critical check failed."""
    curve: tuple[CurvePoint, ...]


class DomainSpread(msgspec.Struct, frozen=True):
    """Spread inside one domain at three levels."""

    domain: str
    rank: int
    """1 is the domain with the lowest mean."""
    sd_cases: float | None
    sd_subdomains: float | None
    """SD of the subdomain means; None with fewer than two subdomains."""
    stable: bool | None
    """SD of the cases below the paper's 0.07."""


class Strip(msgspec.Struct, frozen=True):
    """One scenario's trials in order, for the flakiness strip."""

    scenario: str
    title: str
    domain: str
    trials: tuple[Literal["fail", "pass", "unknown", "missing"], ...]
    """`unknown`: judged, but a critical check could not be decided. `missing`: no verdict."""
    variant: str = ""
    """Attack and transforms, where the scenario was not simply asked."""


class TargetFindings(msgspec.Struct, frozen=True):
    """The findings on one target. Aligned with `Summary.targets` by name."""

    name: str
    unstable: tuple[Rule, ...]
    """Which rules fired over all cases."""
    domains_unstable: dict[str, tuple[Rule, ...]]
    spread: tuple[DomainSpread, ...]
    repeats: Repeats | None
    """None when there is one trial only."""
    patterns: tuple[Pattern, ...]
    """Most frequent first, critical before others."""
    strips: tuple[Strip, ...]
    """The most unstable scenarios, at most 30."""
    zero_cases: tuple[str, ...]
    """Ids of the replies that scored exactly 0, at most 50."""


class Pair(msgspec.Struct, frozen=True):
    """Two targets on the same scenarios. A positive difference: `first` is better (scores) or fails more (failures)."""

    first: str
    second: str
    scenarios: int
    score_difference: float
    score_interval: Interval | None
    score_p: float | None
    """Sign-flip permutation on scenario differences."""
    score_q: float | None
    """Benjamini–Hochberg over all pairs shown."""
    failure_difference: float | None
    failure_interval: Interval | None
    failure_p: float | None
    failure_q: float | None
    method: str


class Decoupling(msgspec.Struct, frozen=True):
    """Correlation of two dimensions over the targets: is a robust system also a fair one?"""

    x: str
    y: str
    n: int
    r: float | None
    interval: Interval | None
    points: tuple[tuple[str, float, float], ...]
    """(target, mean on x, mean on y)."""


class Item(msgspec.Struct, frozen=True):
    """A scenario that tells little, or needs repair."""

    scenario: str
    title: str
    kind: Literal["ceiling", "floor", "flaky", "inverted"]
    """Everybody passes; everybody fails; trials disagree; better systems fail it more."""
    value: float
    cases: int


class Findings(msgspec.Struct, frozen=True):
    """All of it, as `Summary.findings`."""

    rules: InstabilityRules
    targets: tuple[TargetFindings, ...]
    gaps: tuple[Gap, ...]
    """Largest first; empty with one target."""
    pairs: tuple[Pair, ...]
    tests: int
    """How many tests the Benjamini–Hochberg adjustment is over."""
    decoupling: tuple[Decoupling, ...]
    items: tuple[Item, ...]
    item_counts: dict[str, int]
    replicates: int
    """Bootstrap replicates and permutations used."""
    flips: tuple[Flip, ...] = ()
    """Empty when no counterfactual was played."""
    attacks: tuple[AttackFinding, ...] = ()
    """Every attack on every target; empty when none was played."""
    first_rounds: tuple[FirstRound, ...] = ()
    """The cases of every attacked axis, before any attack."""
    explored: dict[str, tuple[ToolResult, ...]] = {}
    """Target → what a search tried on the way."""
