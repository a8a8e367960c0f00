"""Which cases are looked at. Pure: results and policy in, every case with its probability and the items out.

A stratum is a kind (certain or routine, plain or attacked) in a domain. Within it and a target, a fixed number of cases
is drawn at random; so every case of a stratum has the same probability pi = drawn / all, the floor of a domain is kept
exactly, and the cost is known beforehand. Nothing is ever ranked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from primum.campaign.model import CaseResult
from primum.judging.offline import NAME as OFFLINE
from primum.judging.queue import reasons_for_review
from primum.review.chance import at_least, chance, name, pick, shuffled
from primum.review.controls import gold_items, pair_items
from primum.review.fit import CERTAIN, ROUTINE, Size, fit, is_routine
from primum.review.model import Item
from primum.review.policy import REASONS, Policy
from primum.scenarios.model import Scenario

NO_REPLY = "no-reply"
Cell = tuple[str, str]
"""Stratum and target."""


class Seen(msgspec.Struct, frozen=True):
    """A case as the rule sees it."""

    place: int
    case: str
    scenario: str
    target: str
    domain: str
    arm: str
    outcome: str
    judged: bool | None
    reasons: tuple[str, ...]
    readable: bool
    situation: tuple[str, str, tuple[str, ...], int]
    """Scenario, attack, transforms and trial: what it shares with the same case of another target."""
    stays: bool = False
    """It was edited, and no edit should change the answer."""


class Framed(msgspec.Struct, frozen=True):
    """A case of the run with its stratum and the probability it had; one a case, drawn or not."""

    place: int
    case: str
    scenario: str
    target: str
    domain: str
    arm: str
    outcome: str
    judged: bool | None
    stratum: str
    reasons: tuple[str, ...]
    pi: float
    drawn: bool


class Plan(msgspec.Struct, frozen=True):
    """The queue, not stored yet."""

    seed: str
    frame: tuple[Framed, ...]
    items: tuple[Item, ...]
    readings: int
    """How often somebody reads something, adjudications not counted."""


def look(result: CaseResult, scenario: Scenario | None, policy: Policy) -> Seen:
    """What the rule needs of one result."""
    case, score = result.case, result.score
    judged = None
    if score is not None:
        judged = True if score.critical_failed else None if score.critical_undecided else False
    replied = bool(result.exchange and result.exchange.replies)
    return Seen(
        place=case.index,
        case=case.id,
        scenario=case.scenario,
        target=case.target,
        domain=result.domain,
        arm=case.arm if case.round else "",
        outcome=result.outcome,
        judged=judged,
        reasons=_reasons(result, scenario, judged, policy),
        readable=replied and result.outcome in ("judged", "judge_failed", "unparsed"),
        situation=(case.scenario, case.attack, case.transforms, case.trial),
        stays=bool(result.trace) and all(edit.relation == "stays" for edit in result.trace),
    )


def _reasons(
    result: CaseResult, scenario: Scenario | None, judged: bool | None, policy: Policy
) -> tuple[str, ...]:
    """Those that the policy makes certain, in the order of REASONS."""
    checks = (*(scenario.checks if scenario else ()), *result.checks)
    critical = {check.id for check in checks if check.critical}
    rule = next((verdict for verdict in result.verdicts if verdict.judge == OFFLINE), None)
    own: dict[str, bool] = {
        "critical-failed": judged is True,
        "severe": any((verdict.severity or 0) >= policy.severe for verdict in result.verdicts),
        "rule-hit": rule is not None
        and any(one.answer == "not_met" and one.check in critical for one in rule.checks),
        "undecided": result.outcome == "judged" and judged is None,
        "no-verdict": result.outcome in ("judge_failed", "unparsed"),
        "high-risk-scenario": result.risk == "high",
    }
    given: set[str] = {reason.kind for reason in reasons_for_review(scenario, result.verdicts)}
    found = given | {reason for reason, holds in own.items() if holds}
    return tuple(reason for reason in REASONS if reason in found and reason in policy.certainty)


def draw_up(run: str, seen: Iterable[Seen], scenarios: Iterable[Scenario], policy: Policy, seed: str) -> Plan:
    """The whole queue. The order of `seen` and `scenarios` changes nothing."""
    cases = sorted(seen, key=lambda one: one.place)
    strata = {one.case: _stratum(one) for one in cases}
    cells: defaultdict[Cell, list[str]] = defaultdict(list)
    for one in cases:
        if one.readable:
            cells[strata[one.case], one.target].append(one.case)
    counts = {cell: len(members) for cell, members in cells.items()}
    pairs = pair_items(run, [one for one in cases if one.readable], policy, seed)
    size = fit(_wanted(counts, policy), policy, len(pairs))
    drawn = {
        case
        for (stratum, target), members in cells.items()
        for case in pick(seed, "draw", members, size.cells[stratum, target])
    }
    frame = tuple(
        Framed(
            one.place, one.case, one.scenario, one.target, one.domain, one.arm, one.outcome, one.judged,
            strata[one.case], one.reasons, _pi(size, counts, (strata[one.case], one.target)), one.case in drawn,
        )
        for one in cases
    )  # fmt: skip
    items = _items(run, frame, size, seed)
    controls = [
        *gold_items(run, scenarios, size.gold, seed),
        *_repeats(run, items, size.repeats, seed),
        *pairs,
    ]
    return _in_places(seed, frame, [*items, *controls])


def _stratum(one: Seen) -> str:
    if not one.readable:
        return NO_REPLY
    kind = CERTAIN if one.reasons else ROUTINE
    return f"{'attack/' if one.arm else ''}{kind}/{one.domain}"


def _wanted(counts: dict[Cell, int], policy: Policy) -> dict[Cell, int]:
    """How many of each cell, were there no cap: all that is certain, of the rest a share with a floor a domain."""
    whole: Counter[str] = Counter()
    for (stratum, _), count in counts.items():
        whole[stratum] += count
    wanted = {}
    for (stratum, target), count in counts.items():
        rule = policy.attacked if stratum.startswith("attack/") else policy.routine
        floor = at_least(rule.min_per_domain * count / whole[stratum], 1)
        some = max(1, at_least(rule.share, count), floor)
        wanted[stratum, target] = min(count, some) if is_routine(stratum) else count
    return wanted


def _pi(size: Size, counts: dict[Cell, int], cell: Cell) -> float:
    return size.cells[cell] / counts[cell] if cell in counts else 0.0


def _items(run: str, frame: Sequence[Framed], size: Size, seed: str) -> list[Item]:
    drawn = [one for one in frame if one.drawn]
    twice: frozenset[str] = frozenset()
    for routine, count in ((False, size.double_certain), (True, size.double_routine)):
        of = [one.case for one in drawn if is_routine(one.stratum) is routine]
        twice |= pick(seed, "double", of, count)
    return [
        Item(
            id=name(seed, "item", run, one.case),
            run=run,
            case=one.case,
            scenario=one.scenario,
            target=one.target,
            domain=one.domain,
            stratum=one.stratum,
            reasons=one.reasons,
            pi=one.pi,
            required=2 if one.case in twice else 1,
        )
        for one in drawn
    ]


def _repeats(run: str, items: Sequence[Item], count: int, seed: str) -> list[Item]:
    """Some items once more; who reads one is whoever has read the first."""
    again = pick(seed, "repeat", (item.id for item in items), count)
    return [
        msgspec.structs.replace(
            item, id=name(seed, "repeat", run, item.id), kind="repeat", of=item.id, required=1
        )
        for item in items
        if item.id in again
    ]


def _in_places(seed: str, frame: tuple[Framed, ...], items: Sequence[Item]) -> Plan:
    places = {one: place for place, one in enumerate(shuffled(seed, "place", (item.id for item in items)))}
    placed = [
        msgspec.structs.replace(
            item,
            place=places[item.id],
            swapped=bool(item.other) and chance(seed, "swap", item.id) < 0.5,
        )
        for item in items
    ]
    placed.sort(key=lambda item: item.place)
    return Plan(seed, frame, tuple(placed), sum(item.required for item in placed))
