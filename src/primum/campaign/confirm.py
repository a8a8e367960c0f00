"""What found something is tried on cases it has not seen, beside its controls."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from primum.campaign.protocol import Search
from primum.campaign.room import Arm, Chosen, Room, cost_of
from primum.campaign.toolbox import Tool
from primum.canonical import fraction
from primum.scenarios.model import Scenario

FEWEST = 6
"""With fewer new cases no test could confirm anything."""
FEW = 20
"""With fewer cases left, a tool that has won is not explored, and is confirmed wherever it fits."""
MOST = 3
"""Successes beyond which a kind does not come before others."""
SHARE = 2
"""One part in so many of the calls that are left may be spent on confirming one kind of tool, in the first turn."""


Played = dict[tuple[str, str], int]
"""Scenario and attack → the tries that it was given."""
Plays = list[tuple[str, tuple[str, ...]]]


def confirm(room: Room, search: Search, left: int) -> Iterator[Chosen]:
    """What found something, on cases it has not seen, beside its controls.

    Each case is tried with one tool of the kind only, so that the cases are independent of one another. All kinds take
    the cases in the same order, so that they share their controls. A kind that cannot pay for the fewest cases is not
    begun; in a second turn what is left goes to those not begun, then to the others.
    """
    fitting = room.fitting()
    suspects = [(kind, fresh) for kind, names in _suspects(room) if (fresh := _fresh(room, fitting, names))]
    played: Played = {}
    taken: dict[str, set[str]] = {kind: set() for kind, _ in suspects}
    for share in (SHARE, 1):
        for kind, fresh in sorted(suspects, key=lambda one: bool(taken[one[0]])):
            more = [one for one in fresh if one[0].id not in taken[kind]]
            some = list(_payable(more[: search.confirm - len(taken[kind])], played, left // share))
            if len(taken[kind]) + len(some) < FEWEST:
                continue
            for scenario, tool, plays, price in some:
                left -= price
                taken[kind].add(scenario.id)
                for attack, stack in plays:
                    if not stack:
                        played[scenario.id, attack] = tool.tries
                    yield scenario, attack, stack, kind if stack else "", tool.tries


def _payable(
    cases: Sequence[tuple[Scenario, Tool]], played: Played, allowed: int
) -> Iterator[tuple[Scenario, Tool, Plays, int]]:
    """As many of these cases as the calls allow, each with what is still to be played on it and its price."""
    for scenario, tool in cases:
        if any(played.get((scenario.id, name), tool.tries) < tool.tries for name in tool.controls):
            continue  # the control was played with fewer tries; of more, only the first are compared
        plays = [(tool.attack, tool.stack), *((name, ()) for name in tool.controls)]
        plays = [play for play in plays if play[1] or (scenario.id, play[0]) not in played]
        price = sum(cost_of(name, scenario, tool.tries) for name, _ in plays)
        if price > allowed:
            return
        allowed -= price
        yield scenario, tool, plays, price


def _fresh(
    room: Room, fitting: Mapping[Arm, Sequence[Scenario]], names: Sequence[str]
) -> list[tuple[Scenario, Tool]]:
    """Cases that the winning tools of a kind have not met, each with one of them, by chance: first those of domains in
    which they won; if these are several, also of domains in which they were never tried; where few are left, all,
    and by tools of the kind that were never tried."""
    won = {domain for name, domain in room.won if name in names}
    tried = {domain for name, domain in room.seen if name in names}
    kind, met = room.tools[names[0]].kind, {name for _, name in room.tried}
    alike = [name for name, tool in room.tools.items() if tool.kind == kind and name not in met]
    found: dict[str, tuple[Scenario, Tool]] = {}
    for tool in (room.tools[name] for name in (*names, *alike)):
        if tool.name in alike and len(found) >= FEW:
            break  # what won fits enough cases without its kin
        for (arm, _), scenarios in fitting.items():
            for scenario in scenarios if arm == tool.name else ():
                if not any((scenario.id, control) in room.tried for control in tool.controls):
                    found.setdefault(scenario.id, (scenario, tool))

    def rank(scenario: Scenario) -> int:
        return 0 if scenario.domain in won else 1 if len(won) > 1 and scenario.domain not in tried else 2

    if len(found) < FEWEST:
        return []
    likely = [one for one in found.values() if rank(one[0]) < 2]
    return sorted(
        likely if len(likely) >= FEW else found.values(),
        key=lambda one: (rank(one[0]), fraction("confirm", room.seed, one[0].id)),
    )


def _suspects(room: Room) -> list[tuple[str, list[str]]]:
    """Kinds of tools with the members that found something, what won most first, the cheap before the dear; a
    conversation is a kind."""
    won: Counter[str] = Counter()
    for (name, _), count in room.won.items():
        won[name] += count
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in sorted(won, key=lambda one: (-won[one], one)):
        kinds[room.tools[name].kind].append(name)
    return sorted(
        kinds.items(),
        key=lambda kind: (
            -min(MOST, sum(won[name] for name in kind[1])),
            room.tools[kind[1][0]].tries,
            kind[0],
        ),
    )
