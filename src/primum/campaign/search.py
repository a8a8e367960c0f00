"""Learning across cases: which tool works on this target is learned between rounds, then confirmed on new cases.

Explore (`explore.py`): each round is a batch of single attempts. First every tool is tried once, the families in turn
and each in another domain; then every family in domains that it has not met. Tools that leave the answer as it is and
go together share an attempt: what holds clears them all, what breaks is tried again one by one on the same case. Then
Thompson sampling over tool × domain. An arm borrows strength from the same tool in other domains and from its family.
Within a round a choice counts as a loss until the round is over, so that one lucky arm does not take the whole batch.
What won often enough waits.

Confirm (`confirm.py`): what found anything is tried on cases it has not seen, beside its controls. Only these cases
enter the figures, since explored ones were chosen for what they had shown.
"""

from collections.abc import Sequence

from primum.campaign.confirm import confirm
from primum.campaign.explore import explore
from primum.campaign.model import Case
from primum.campaign.plan import Plan
from primum.campaign.room import Room
from primum.campaign.rounds import Fact, baselines


def search_round(plan: Plan, number: int, facts: Sequence[Fact], first: int) -> list[Case]:
    """The cases of one round for every target; the last round confirms. The facts may come in any order."""
    search = plan.protocol.search
    assert search is not None
    held = baselines(facts)
    cases: list[Case] = []
    facts = sorted(facts, key=lambda fact: fact.case.index)
    for target in plan.targets:
        mine = [fact for fact in facts if fact.case.target == target.name]
        left = search.calls - _plain_cost(plan) - sum(fact.calls for fact in mine)
        room = Room(plan, target, mine, held)
        explores = number <= search.rounds + 1
        chosen = explore(room, search, number, left) if explores else confirm(room, search, left)
        for scenario, attack, stack, group, tries in chosen:
            at = first + len(cases)
            cases.append(plan.case(at, scenario, target, attack, stack, 0, number, tries, explores, group))
    return cases


def _plain_cost(plan: Plan) -> int:
    """Target calls of all plain cases of one target, asked or still to be asked."""
    return sum(
        plan.trials * (1 + len(plan.stacks.get(one.id, ()))) * len(one.user_turns) for one in plan.scenarios
    )
