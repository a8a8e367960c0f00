"""How many calls the rounds after the plain cases can take at most. What they do take depends on what is found."""

from collections.abc import Iterable, Iterator

from primum.attacks.find import find_attack
from primum.campaign.model import PLAIN
from primum.campaign.plan import Plan
from primum.campaign.rounds import all_controls
from primum.scenarios.model import Scenario

WORDS = (
    "attacks and searches at most, as if no case were kept out by its plain answer and no attack ended early; an"
    " attacker model's calls are not counted"
)
Weighed = tuple[Scenario, int, int]
"""A scenario, the target calls that a case of it takes, and how many answers are judged."""


def attacked(plan: Plan) -> list[Weighed]:
    """Cases of attacks and controls that one target can meet, no fewer than it will.

    With `attack_cases` two attacks may start from different cases and share no control; without, they share all.
    """
    names = [name for name in plan.protocol.attacks if name != PLAIN]
    every = list(_cases(plan, names, None))
    most = plan.protocol.attack_cases
    if most is None:
        return every
    apart = [case for name in names for case in _cases(plan, [name], most)]
    return min(every, apart, key=lambda cases: sum(calls for _, calls, _ in cases))


def _cases(plan: Plan, names: Iterable[str], most: int | None) -> Iterator[Weighed]:
    """Of some attacks and their controls. Which cases are drawn is not known before: the dearest bound the others."""
    wanted: dict[tuple[str, str], int] = {}
    for name in names:
        attack = find_attack(name)
        fitting = [scenario for scenario in plan.scenarios if not attack.fits(scenario)]
        for scenario in sorted(fitting, key=lambda one: (-len(one.user_turns), one.id))[:most]:
            for played in (name, *all_controls(name)):
                wanted[scenario.id, played] = max(attack.tries, wanted.get((scenario.id, played), 0))
    by_id = {scenario.id: scenario for scenario in plan.scenarios}
    for (case, played), tries in wanted.items():
        yield by_id[case], calls_at_most(played, by_id[case], tries), tries


def calls_at_most(name: str, scenario: Scenario, tries: int) -> int:
    """Target calls of one case.

    >>> from primum.scenarios.loader import load_library
    >>> (case, *_) = [one for one in load_library().scenarios if one.domain == "privacy" and len(one.user_turns) == 1]
    >>> calls_at_most("das.privacy", case, 5), calls_at_most("control", case, 5)
    (8, 5)
    """
    own = getattr(find_attack(name), "most_calls", 0)
    return max(int(own), tries * len(scenario.user_turns))


def searched(plan: Plan, plain: int, attacks: int) -> int:
    """Target calls that a search can add for one target; its allowance includes what came before."""
    search = plan.protocol.search
    return max(0, search.calls - plain - attacks) if search else 0
