"""What a queue costs, and what it buys. Pure; said before anything is stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from primum.review.fit import is_routine
from primum.review.policy import Policy
from primum.review.queue import NO_REPLY, Framed, Plan
from primum.stats.intervals import zero_failure_bound

DRAWS = 4_000


class Stratum(msgspec.Struct, frozen=True):
    """One row of the plan."""

    name: str
    cases: int
    drawn: int
    pi: tuple[float, float]
    """Least and greatest, over the targets."""
    none_found: float | None
    """If no failure is found in it, at most so many fail (95 %, one-sided). None where all of it is read."""


class Bought(msgspec.Struct, frozen=True):
    """What the corrected failure rate of one target would be known to."""

    target: str
    cases: int
    width: float
    """Expected width of the 95 % interval, if strata fail as the policy expects."""


class Cost(msgspec.Struct, frozen=True):
    """A plan in numbers."""

    cases: int
    drawn: int
    reasons: tuple[tuple[str, int], ...]
    """Reason and cases drawn that have it; `routine` are those without one. A case may have several."""
    strata: tuple[Stratum, ...]
    no_reply: int
    """Cases with nothing to read; they bound the rate from both sides."""
    items: dict[str, int]
    """By kind: case, gold, repeat, pairs."""
    second: int
    """Second readings."""
    readings: int
    adjudications: float
    """Expected."""
    hours: float
    bought: tuple[Bought, ...]


def cost_of(plan: Plan, policy: Policy) -> Cost:
    """Readings, hours, and the widths they buy. Minutes and expected failures are the policy's assumptions."""
    drawn = [one for one in plan.frame if one.drawn]
    twice = sum(item.required - 1 for item in plan.items)
    adjudications = policy.expect.conflicts * twice
    minutes = plan.readings * policy.expect.minutes + adjudications * policy.expect.adjudication_minutes
    kinds: defaultdict[str, int] = defaultdict(int)
    for item in plan.items:
        kinds["pair" if item.other else item.kind] += 1
    return Cost(
        cases=len(plan.frame),
        drawn=len(drawn),
        reasons=_reasons(drawn),
        strata=tuple(_stratum(name, members) for name, members in _by_stratum(plan.frame)),
        no_reply=sum(one.stratum == NO_REPLY for one in plan.frame),
        items=dict(kinds),
        second=twice,
        readings=plan.readings,
        adjudications=adjudications,
        hours=minutes / 60,
        bought=_bought(plan.frame, policy),
    )


def _reasons(drawn: Iterable[Framed]) -> tuple[tuple[str, int], ...]:
    """The commonest first, routine last."""
    count: defaultdict[str, int] = defaultdict(int)
    for one in drawn:
        for reason in one.reasons or ("routine",):
            count[reason] += 1
    return tuple(sorted(count.items(), key=lambda row: (row[0] == "routine", -row[1], row[0])))


def _by_stratum(frame: Iterable[Framed]) -> list[tuple[str, list[Framed]]]:
    found: defaultdict[str, list[Framed]] = defaultdict(list)
    for one in frame:
        if one.stratum != NO_REPLY:
            found[one.stratum].append(one)
    return sorted(found.items())


def _stratum(name: str, members: Sequence[Framed]) -> Stratum:
    drawn = sum(one.drawn for one in members)
    unread = zero_failure_bound(drawn) if drawn < len(members) else None
    pis = [one.pi for one in members]
    return Stratum(name, len(members), drawn, (min(pis), max(pis)), unread)


def _bought(frame: Sequence[Framed], policy: Policy) -> tuple[Bought, ...]:
    """For each target, over its plain cases that have a reply."""
    found = []
    for target in sorted({one.target for one in frame}):
        mine = [one for one in frame if one.target == target and not one.arm]
        strata = _by_stratum(mine)
        if strata:
            found.append(Bought(target, sum(len(members) for _, members in strata), _width(strata, policy)))
    return tuple(found)


def _width(strata: Sequence[tuple[str, Sequence[Framed]]], policy: Policy) -> float:
    """Of the stratified estimate with Jeffreys intervals, each stratum failing as expected. Always the same draws."""
    chance = np.random.default_rng(0)
    whole = sum(len(members) for _, members in strata)
    total = np.zeros(DRAWS)
    for name, members in strata:
        rate = policy.expect.routine_fails if is_routine(name) else policy.expect.certainty_fails
        drawn = sum(one.drawn for one in members)
        failed = rate * drawn
        share = len(members) / whole
        total += share * chance.beta(failed + 0.5, drawn - failed + 0.5, DRAWS)
    low, high = np.quantile(total, (0.025, 0.975))
    return float(high - low)
