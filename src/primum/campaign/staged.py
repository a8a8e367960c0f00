"""Which rounds a protocol has after its plain cases: its attacks, and then its search."""

from collections.abc import Sequence

from primum.campaign.model import Case
from primum.campaign.plan import Plan
from primum.campaign.rounds import Fact, attack_round
from primum.campaign.search import search_round

ATTACKS = 1


def rounds(plan: Plan) -> int:
    """How many rounds follow the plain cases. One that has nothing to attack is empty."""
    search = plan.protocol.search
    if search is None:
        return ATTACKS if len(plan.protocol.attacks) > 1 else 0
    return ATTACKS + search.rounds + 1


def next_round(plan: Plan, number: int, facts: Sequence[Fact], first: int) -> list[Case]:
    """The cases of a round, from what the earlier ones found. `first` is the next index."""
    if number == ATTACKS:
        return attack_round(plan, facts, first)
    return search_round(plan, number, facts, first)
