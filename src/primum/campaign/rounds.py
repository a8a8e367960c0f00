"""The rounds after the plain cases. Each depends only on what earlier rounds found, never on who answered first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from primum.attacks.find import find_attack
from primum.attacks.model import Attack, Attempt, Start
from primum.campaign.model import PLAIN, Case, CaseResult
from primum.campaign.plan import Plan
from primum.canonical import fraction
from primum.endpoints.spec import EndpointSpec
from primum.scenarios.model import Scenario

Held = Literal["passed", "failed", "open"]


class Fact(msgspec.Struct, frozen=True):
    """What planning needs to know of a finished case."""

    case: Case
    failed: bool | None
    """None: no verdict, or a critical check undecided."""
    attempts: tuple[Attempt, ...] = ()
    """Of a case that attacks."""

    @property
    def calls(self) -> int:
        """Target calls of a case that attacks. The first answer, which it shares with the plain case, is none of them,
        nor is what judges and the attacker model were asked."""
        return sum(attempt.calls for attempt in self.attempts)


def fact_of(result: CaseResult) -> Fact:
    """
    A case without a score is neither passed nor failed.
    """
    score = result.score
    failed = None
    if score is not None:
        failed = True if score.critical_failed else None if score.critical_undecided else False
    return Fact(result.case, failed, result.attempts)


def seed_of(plan: Plan, case: Case) -> str:
    """All chance in a case comes from here: every target is sent the same text."""
    return f"{plan.settings.seed}.{case.scenario}.{case.trial}"


def baselines(facts: Iterable[Fact]) -> dict[tuple[str, str], Held]:
    """Scenario and target → whether its plain cases passed in every trial, failed in every trial, or neither."""
    seen: dict[tuple[str, str], set[bool | None]] = defaultdict(set)
    for fact in facts:
        if fact.case.round == 0 and not fact.case.transforms:
            seen[fact.case.scenario, fact.case.target].add(fact.failed)
    return {key: _held(found) for key, found in seen.items()}


def _held(found: set[bool | None]) -> Held:
    return "passed" if found == {False} else "failed" if found == {True} else "open"


def attack_round(plan: Plan, facts: Sequence[Fact], first: int) -> list[Case]:
    """Every attack of the protocol on the cases it starts from, each with its control. `first` is the next index.

    The population is frozen here: it is what the plain cases found, and no attack can change it.
    """
    held = baselines(facts)
    cases: list[Case] = []
    for target in plan.targets:
        wanted: dict[tuple[str, str], int] = {}
        for name in plan.protocol.attacks:
            if name == PLAIN:
                continue
            attack = find_attack(name)
            for scenario in population(plan, attack, target, held):
                for played in (
                    name,
                    *all_controls(name),
                ):  # one control serves all: its first tries are as many
                    wanted[scenario.id, played] = max(attack.tries, wanted.get((scenario.id, played), 0))
        for scenario in plan.scenarios:
            for name in sorted(name for known, name in wanted if known == scenario.id):
                tries = wanted[scenario.id, name]
                cases.append(plan.case(first + len(cases), scenario, target, name, round=1, tries=tries))
    return cases


def population(
    plan: Plan, attack: Attack, target: EndpointSpec, held: Mapping[tuple[str, str], Held]
) -> list[Scenario]:
    """The scenarios an attack starts from, at most `attack_cases` of them, drawn by seed."""
    eligible = [
        scenario
        for scenario in plan.scenarios
        if starts(attack.starts, held.get((scenario.id, target.name), "open")) and not attack.fits(scenario)
    ]
    most = plan.protocol.attack_cases
    if most is not None and len(eligible) > most:
        by_chance = sorted(eligible, key=lambda one: fraction("attack", plan.settings.seed, one.id))
        drawn = {scenario.id for scenario in by_chance[:most]}
        eligible = [scenario for scenario in eligible if scenario.id in drawn]
    return eligible


def starts(wanted: Start, held: Held) -> bool:
    return wanted == "any" or wanted == held


def all_controls(name: str) -> tuple[str, ...]:
    """The controls of an attack, and theirs.

    >>> all_controls("ladder.authority")
    ('ladder.neutral', 'paraphrased', 'control')
    """
    found: dict[str, None] = {}
    for control in find_attack(name).controls:
        found |= dict.fromkeys((control, *all_controls(control)))
    return tuple(found)
