"""Trials of the same play: chance against the scenario, what k tries would show, and the flakiest of them.

A play is one variant of a scenario under one attack: what the trials repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primum.reporting.analysis.findings import CurvePoint, Repeats, Strip
from primum.reporting.columns import FAILED, NO_TRANSFORM, PASSED, UNKNOWN, Columns
from primum.scenarios.model import Scenario
from primum.stats.cluster import rate_interval
from primum.stats.repeats import any_fail_of, variance_split

STRIPS_SHOWN = 30
TRIALS_SHOWN = 30
MISSING = -2
WORDS = {FAILED: "fail", PASSED: "pass", UNKNOWN: "unknown", MISSING: "missing"}
PLAIN_ATTACK = "scripted"


@dataclass(frozen=True)
class Plays:
    """One row a play, one column a trial."""

    critical: NDArray[np.int8]
    score: NDArray[np.float64]
    first: NDArray[np.intp]
    """A row of the columns that belongs to each play."""
    scenario: NDArray[np.int32]

    @property
    def decided(self) -> NDArray[np.bool_]:
        """Plays of which every trial is decided."""
        found: NDArray[np.bool_] = np.asarray((self.critical >= PASSED).all(axis=1))
        return found

    @property
    def differing(self) -> NDArray[np.bool_]:
        """Plays whose decided trials differ on whether a critical check failed."""
        found: NDArray[np.bool_] = (self.critical == FAILED).any(axis=1) & (self.critical == PASSED).any(
            axis=1
        )
        return found


def plays_of(columns: Columns, trials: int) -> Plays:
    """The trials of one target, side by side."""
    groups, names = columns.groups, columns.names
    code = groups["scenario"].astype(np.int64)
    for group in ("attack", "transforms"):
        code = code * len(names[group]) + groups[group]
    _, first, play = np.unique(code, return_index=True, return_inverse=True)
    critical = np.full((len(first), trials), MISSING, dtype=np.int8)
    score = np.full((len(first), trials), np.nan)
    known = columns.judged & (columns.trial < trials)
    critical[play[known], columns.trial[known]] = columns.critical[known]
    score[play[known], columns.trial[known]] = columns.score[known]
    return Plays(critical, score, first, groups["scenario"][first])


def repeats_of(plays: Plays) -> Repeats | None:
    """None with one trial: then chance cannot be told from the scenario."""
    trials = plays.critical.shape[1]
    if trials < 2:
        return None
    whole = plays.decided
    split = variance_split(plays.score[whole])
    return Repeats(
        trials=trials,
        scenarios=int(whole.sum()),
        between_sd=None if split.between is None else split.between**0.5,
        within_sd=None if split.within is None else split.within**0.5,
        icc=split.icc,
        flaky=int((whole & plays.differing).sum()),
        curve=tuple(_point(plays, whole, k) for k in _shown(trials)) if whole.any() else (),
    )


def _shown(trials: int) -> list[int]:
    """The k of the curve: every one up to ten, then ever wider apart, and all of them."""
    return [k for k in range(1, trials + 1) if k <= 10 or k in (15, 20, 30, 50, 100) or k == trials]


def _point(plays: Plays, whole: NDArray[np.bool_], k: int) -> CurvePoint:
    """At k = 1 the cases themselves are counted; above, a play counts with its chance, which is cautious."""
    failed, scenario, n = plays.critical[whole] == FAILED, plays.scenario[whole], plays.critical.shape[1]
    chances = any_fail_of(failed.sum(axis=1), n, k)
    interval = (
        rate_interval(failed.ravel(), np.repeat(scenario, n)) if k == 1 else rate_interval(chances, scenario)
    )
    any_fail = float(chances.mean())
    return CurvePoint(k=k, any_fail=any_fail, all_pass=1.0 - any_fail, interval=interval)


def strips_of(plays: Plays, columns: Columns, known: Mapping[str, Scenario]) -> tuple[Strip, ...]:
    """The plays whose trials differ: the most evenly split first, then by name."""
    if plays.critical.shape[1] < 2:
        return ()
    flaky = np.flatnonzero(plays.differing)
    failed = (plays.critical[flaky] == FAILED).sum(axis=1)
    decided = (plays.critical[flaky] >= PASSED).sum(axis=1)
    uneven = np.abs(failed / decided - 0.5)
    order = np.lexsort((flaky, -failed, uneven))[:STRIPS_SHOWN]
    return tuple(_strip(plays, int(place), columns, known) for place in flaky[order])


def _strip(plays: Plays, place: int, columns: Columns, known: Mapping[str, Scenario]) -> Strip:
    row = int(plays.first[place])

    def name(group: str) -> str:
        return columns.names[group][int(columns.groups[group][row])]

    scenario, attack, transforms = name("scenario"), name("attack"), name("transforms")
    variant = [attack] if attack != PLAIN_ATTACK else []
    variant += [transforms] if transforms != NO_TRANSFORM else []
    return Strip(
        scenario=scenario,
        title=known[scenario].title if scenario in known else scenario,
        domain=name("domain"),
        trials=tuple(WORDS[code] for code in plays.critical[place, :TRIALS_SHOWN].tolist()),  # type: ignore[misc]
        variant=", ".join(variant),
    )
