"""A batch of attempts: first what is least known, tools of several families together; then what promises most."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from primum.campaign.confirm import FEW
from primum.campaign.protocol import Search
from primum.campaign.room import Arm, Chosen, Room, cost_of
from primum.campaign.toolbox import Tool
from primum.canonical import digest, fraction
from primum.scenarios.model import Scenario

PRIOR = (0.5, 2.0)
"""Of the share of successes of an arm about which nothing is known: low, and vague."""
FIRST = 4
"""Attempts of the first round. Each round doubles them up to the batch: early ones teach most."""
TOGETHER = 4
"""Tools of one attempt while they are little known."""
KEPT = 4
"""One call in so many is kept back from exploring, to confirm with."""
ENOUGH = 3
"""Successes of a kind of tool after which no more are looked for: the calls are better spent on other kinds."""
FROM_TOOL, FROM_FAMILY = 0.5, 0.25
"""What a result of the same tool elsewhere, and of its family, counts beside one of the arm itself."""
KNOWN = (2, 0, 0)
"""The rank of an arm whose tool was tried, and whose family was tried in its domain."""
Ranks = Mapping[Arm, tuple[int, int, int]]


def attempts(search: Search) -> list[int]:
    """Attempts of each exploring round.

    >>> attempts(Search(rounds=6, batch=40))
    [4, 8, 16, 32, 40, 40]
    """
    return [min(search.batch, FIRST * 2**number) for number in range(search.rounds)]


def explore(room: Room, search: Search, number: int, left: int) -> Iterator[Chosen]:
    """A batch; before it, one by one, what broke a case together. A part of the calls is kept back to confirm with."""
    chance = np.random.default_rng(int(digest(["explore", room.seed, number])[:12], 16))
    open_ = room.fitting()
    pending: Counter[Arm] = Counter()
    left -= search.calls // KEPT
    for scenario, tool in room.apart():
        left -= cost_of(tool.attack, scenario)
        if left < 0:
            return
        pending[tool.name, scenario.domain] += 1
        yield scenario, tool.attack, tool.stack, "", 1
    last = number == search.rounds + 1
    for _ in range(attempts(search)[number - 2]):
        ranks = _ranks(room, {arm: len(cases) for arm, cases in open_.items() if cases}, pending)
        if not ranks:
            return
        least = min(ranks.values())
        arms = sorted(arm for arm, rank in ranks.items() if rank == least)
        a, b = _strength(room, arms, pending)
        arm = arms[int(np.argmax(chance.beta(a, b)))]
        scenario, tool = open_[arm][0], room.tools[arm[0]]
        left -= cost_of(tool.attack, scenario)
        if left < 0:
            return
        joined = [tool] if last or least == KNOWN else _joined(room, tool, scenario, open_, ranks)
        for one in joined:
            pending[one.name, scenario.domain] += 1
            open_[one.name, scenario.domain].remove(scenario)
        yield scenario, tool.attack, tuple(one.name for one in joined if one.stack), "", 1


def _joined(
    room: Room, tool: Tool, scenario: Scenario, open_: Mapping[Arm, Sequence[Scenario]], ranks: Ranks
) -> list[Tool]:
    """The tool with others of little known families that can be tried on the same case in the same attempt."""
    joined = [tool]
    if not tool.joins(scenario):
        return joined
    others = [
        (rank, fraction("join", room.seed, scenario.id, name), room.tools[name])
        for (name, domain), rank in ranks.items()
        if domain == scenario.domain and rank < KNOWN and scenario in open_[name, domain]
    ]
    for _, _, other in sorted(others, key=lambda one: one[:2]):
        if len(joined) == TOGETHER:
            break
        families = {one.family for one in joined}
        if other.family in families or not other.joins(scenario):
            continue
        if room.goes(scenario, [one.name for one in (*joined, other)]):
            joined.append(other)
    return joined


def _ranks(
    room: Room, arms: Mapping[Arm, int], pending: Mapping[Arm, int]
) -> dict[Arm, tuple[int, int, int]]:
    """Arms, given with the number of their cases, by how little is known of them: tools that were never tried, then
    families in new domains, then all. Without those of kinds that won often enough, or that have won and need the few
    cases left."""
    tools: Counter[str] = Counter()
    families: Counter[str] = Counter()
    places: Counter[Arm] = Counter()
    wins: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for counts in (room.seen, pending):
        for (name, domain), count in counts.items():
            tools[name] += count
            families[room.tools[name].family] += count
            places[room.tools[name].family, domain] += count
    for (name, _), count in room.won.items():
        wins[room.tools[name].kind] += count
    for (name, _), count in arms.items():
        cases[name] += count

    def waits(name: str) -> bool:
        return wins[room.tools[name].kind] >= (ENOUGH if cases[name] >= FEW else 1)

    def known(arm: Arm) -> tuple[int, int, int]:
        name, domain = arm
        family = room.tools[name].family
        place = places[family, domain]
        if not tools[name]:
            return 0, families[family], place
        return KNOWN if place else (1, 0, 0)

    return {arm: known(arm) for arm in arms if not waits(arm[0])}


def _strength(room: Room, arms: Sequence[Arm], pending: Mapping[Arm, int]) -> tuple[np.ndarray, np.ndarray]:
    """The parameters of every arm's Beta distribution."""
    losses = Counter(room.lost)
    losses.update(pending)
    family = {name: tool.family for name, tool in room.tools.items()}

    def shared(counts: Mapping[Arm, int]) -> np.ndarray:
        by_tool: Counter[str] = Counter()
        by_family: Counter[str] = Counter()
        for (name, _), count in counts.items():
            by_tool[name] += count
            by_family[family[name]] += count
        return np.array(
            [
                counts.get(arm, 0)
                + FROM_TOOL * (by_tool[arm[0]] - counts.get(arm, 0))
                + FROM_FAMILY * (by_family[family[arm[0]]] - by_tool[arm[0]])
                for arm in arms
            ],
            dtype=float,
        )

    return PRIOR[0] + shared(room.won), PRIOR[1] + shared(losses)
