"""Evidence that may be looked at after every result: tests by betting, valid whenever one stops.

An e-process starts at 1 and is expected not to grow while the null is true. So it reaches 1/α at most with the
chance α, however often it is looked at (Ville). Evidence of 20 is what an error of 5 % asks for.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
STAKES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
"""Shares of the largest possible bet, hedged by an even split. All-in alone is ruined by a single failure."""


def evidence(
    failures: ArrayLike, threshold: float, null: Literal["at least", "at most"] = "at least"
) -> Floats:
    """The running e-process of 0/1 results against 'the failure rate is at least (at most) the threshold'.

    Results must be independent: one result a scenario.

    >>> bool(evidence([0] * 700, 0.01)[-1] > 20)  # seven hundred clean scenarios: the rate is below 1 %
    True
    """
    x = np.asarray(failures, dtype=np.float64)
    if not 0.0 < threshold < 1.0:
        raise ValueError("a threshold lies between 0 and 1")
    step = threshold - x if null == "at least" else x - threshold
    largest = 1.0 / (1.0 - threshold) if null == "at least" else 1.0 / threshold
    bets = 1.0 + np.outer(step, largest * np.asarray(STAKES))
    with np.errstate(divide="ignore"):
        wealth = np.cumsum(np.log(np.maximum(bets, 0.0)), axis=0)
    return np.asarray(np.exp(wealth).mean(axis=1), dtype=np.float64)


class Step(msgspec.Struct, frozen=True):
    """One dated run in a history."""

    scenarios: int
    """Decided in this run and in an earlier one: what can be compared."""
    failed: int
    """How many of them failed."""
    expected: float | None
    """How many would, were this run no different from those before it; None when nothing can be compared."""
    p: float | None
    """Chance of as many failures or more, were nothing changed."""
    evidence: float
    """Running evidence that it got worse at some time."""
    alarm: bool
    """The evidence has reached 1/α, now or before."""


def drift(history: ArrayLike, alpha: float = 0.05) -> tuple[Step, ...]:
    """Has a target got worse over dated runs? Rows: runs in time; columns: scenarios; 1 failed, 0 passed, NaN unknown.

    While nothing changes, the runs of a scenario are exchangeable: any one of its failures is as likely to lie in
    any of its runs. That gives each run an exact p (a sum of independent yes/no draws), and the p of different runs
    are independent. They are turned into bets, spread over the times at which a change may have come. The chance
    that an alarm is ever raised while nothing changed is at most α, over any number of runs.
    """
    table = np.asarray(history, dtype=np.float64)
    known = ~np.isnan(table)
    values = np.where(known, table, 0.0)
    steps: list[Step] = []
    started: list[float] = []  # evidence for a change at each time so far, times its share of the stake
    alarm = False
    for t in range(len(table)):
        here = known[t] & (known[:t].sum(axis=0) > 0)
        seen, failed = known[: t + 1, here].sum(axis=0), values[: t + 1, here].sum(axis=0)
        chances, count = failed / seen, int(values[t, here].sum())
        p = _at_least(chances, count) if here.any() else None
        started.append(1.0 / ((t + 1) * (t + 2)))
        if p is not None:
            bet = _bet(p)
            started = [stake * bet for stake in started]
        running = sum(started) + 1.0 / (t + 2)  # what is not staked yet is kept
        alarm = alarm or running >= 1.0 / alpha
        expected = None if p is None else float(chances.sum())
        steps.append(Step(int(here.sum()), count, expected, p, float(running), alarm))
    return tuple(steps)


def _at_least(chances: Sequence[float] | Floats, count: int) -> float:
    """P(sum of independent yes/no draws ≥ count), exactly.

    >>> _at_least([0.5, 0.5], 2)
    0.25
    """
    chances = np.asarray(chances, dtype=np.float64)
    certain = int(np.count_nonzero(chances >= 1.0))
    law = np.ones(1)
    for chance in chances[(chances > 0.0) & (chances < 1.0)]:
        law = np.convolve(law, (1.0 - chance, chance))
    return float(min(1.0, law[max(0, count - certain) :].sum()))


def _bet(p: float) -> float:
    """From p to a bet: the mixture of all κ·p^(κ−1), κ in (0, 1), which needs no tuning. Expected value at most 1."""
    p = max(p, 1e-300)
    if p > 0.999:  # the formula is 0/0 at 1, where its limit is 1/2
        return 0.5
    log = float(np.log(p))
    return float((1.0 - p + p * log) / (p * log * log))
