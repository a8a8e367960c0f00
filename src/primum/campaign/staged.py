"""Which cases are played in which round: plain ones first, or bit by bit beside a search; then attacks and search."""

from collections.abc import Iterator, Sequence

from primum.campaign.explore import attempts
from primum.campaign.model import Case
from primum.campaign.plan import Plan
from primum.campaign.rounds import Fact, attack_round
from primum.campaign.search import search_round
from primum.canonical import fraction
from primum.scenarios.model import Scenario

ATTACKS = 1
SHARED = 4
"""Attempts for every scenario that is asked plainly: one plain answer serves several."""


def rounds(plan: Plan) -> int:
    """How many rounds follow the plain cases. One that has nothing to attack is empty."""
    search = plan.protocol.search
    if search is None:
        return ATTACKS if len(plan.protocol.attacks) > 1 else 0
    return ATTACKS + search.rounds + 1


def plain_cases(plan: Plan, number: int) -> list[Case]:
    """The plain cases of a round. Without a search they all come first. A search asks a few more before each of its
    rounds, one trial of each; all others before its last, which confirms; and the further trials in its last."""
    cases = plan.cases()
    search = plan.protocol.search
    if search is None or len(plan.protocol.attacks) > 1:
        return cases if number == 0 else []
    wanted = [-(-count // SHARED) for count in attempts(search)]
    order = [scenario.id for scenario in spread(plan.scenarios, plan.settings.seed)]
    if number == rounds(plan):
        return [case for case in cases if case.trial or case.transforms]
    if number == ATTACKS:
        return []
    chunk = number - ATTACKS if number else 0
    start = sum(wanted[:chunk])
    now = set(order[start : start + wanted[chunk]] if chunk < len(wanted) else order[start:])
    return [case for case in cases if case.scenario in now and not case.trial and not case.transforms]


def spread(scenarios: Sequence[Scenario], seed: int) -> Iterator[Scenario]:
    """By chance, but every domain in turn."""
    by_domain: dict[str, list[Scenario]] = {}
    for scenario in sorted(scenarios, key=lambda one: fraction("spread", seed, one.id)):
        by_domain.setdefault(scenario.domain, []).append(scenario)
    most = max((len(members) for members in by_domain.values()), default=0)
    for rank in range(most):
        yield from (members[rank] for members in by_domain.values() if rank < len(members))


def next_round(plan: Plan, number: int, facts: Sequence[Fact], first: int) -> list[Case]:
    """The cases of a round, from what the earlier ones found. `first` is the next index."""
    if number == ATTACKS:
        return attack_round(plan, facts, first)
    return search_round(plan, number, facts, first)
