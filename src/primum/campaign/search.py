"""Learning across cases: which tool works on this target is learned between rounds, then confirmed on new cases.

Explore: each round is a batch of single attempts. First every tool is tried once, the families in turn and each in
another domain; then every family in domains that it has not met; then Thompson sampling over tool × domain. An arm
borrows strength from the same tool in other domains and from its family. Within a round a choice counts as a loss
until the round is over, so that one lucky arm does not take the whole batch. What won often enough waits.

Confirm: what found anything is tried on cases it has not seen, beside its controls. Only these cases enter the figures,
since explored ones were chosen for what they had shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from primum.attacks.find import find_attack
from primum.campaign.model import Case
from primum.campaign.plan import Plan
from primum.campaign.protocol import Search
from primum.campaign.rounds import Fact, Held, baselines, starts
from primum.campaign.toolbox import Tool, tools_of
from primum.canonical import digest, fraction
from primum.endpoints.spec import EndpointSpec
from primum.scenarios.model import Scenario

PRIOR = (0.5, 2.0)
"""Of the share of successes of an arm about which nothing is known: low, and vague."""
FIRST = 4
"""Attempts of the first round. Each round doubles them up to the batch: early ones teach most."""
FEWEST = 6
"""With fewer new cases no test could confirm anything."""
FEW = 20
"""With fewer cases left, a tool that has won is not explored, and is confirmed wherever it fits."""
KEPT = 5
"""One call in so many is kept back from exploring."""
SHARE = 2
"""One part in so many of the calls that are left may be spent on confirming one kind of tool, while others wait."""
ENOUGH = 3
"""Successes of a kind of tool after which no more are looked for: the calls are better spent on other kinds."""
FROM_TOOL, FROM_FAMILY = 0.5, 0.25
"""What a result of the same tool elsewhere, and of its family, counts beside one of the arm itself."""


def attempts(search: Search) -> list[int]:
    """Attempts of each exploring round.

    >>> attempts(Search(rounds=6, batch=40))
    [4, 8, 16, 32, 40, 40]
    """
    return [min(search.batch, FIRST * 2**number) for number in range(search.rounds)]


def search_round(plan: Plan, number: int, facts: Sequence[Fact], first: int) -> list[Case]:
    """The cases of one round for every target; the last round confirms."""
    search = plan.protocol.search
    assert search is not None
    held = baselines(facts)
    cases: list[Case] = []
    for target in plan.targets:
        mine = [fact for fact in facts if fact.case.target == target.name]
        left = search.calls - _plain_cost(plan, mine) - sum(fact.calls for fact in mine)
        room = _Room(plan, target, mine, held)
        explores = number <= search.rounds + 1
        chosen = _explore(room, search, number, left) if explores else _confirm(room, search, left)
        for scenario, attack, stack, group, tries in chosen:
            at = first + len(cases)
            cases.append(plan.case(at, scenario, target, attack, stack, 0, number, tries, explores, group))
    return cases


def _plain_cost(plan: Plan, facts: Sequence[Fact]) -> int:
    """Target calls of the plain cases that are still to be asked."""
    asked = Counter(fact.case.scenario for fact in facts if fact.case.round == 0)
    return sum((plan.trials - asked[one.id]) * len(one.user_turns) for one in plan.scenarios)


class _Room:
    """What is known about one target: which cases may be attacked, what was tried, and what it did."""

    def __init__(
        self, plan: Plan, target: EndpointSpec, facts: Sequence[Fact], held: Mapping[tuple[str, str], Held]
    ) -> None:
        self.seed = f"{plan.settings.seed}.{target.fingerprint}"
        self.tools = {tool.name: tool for tool in tools_of(plan.protocol.search or Search())}
        self.passed = [
            scenario
            for scenario in plan.scenarios
            if starts("passed", held.get((scenario.id, target.name), "open"))
        ]
        by_id = {scenario.id: scenario for scenario in plan.scenarios}
        self.tried: set[tuple[str, str]] = set()
        self.won: Counter[tuple[str, str]] = Counter()
        self.lost: Counter[tuple[str, str]] = Counter()
        self.used: Counter[str] = Counter()
        self.seen: Counter[tuple[str, str]] = Counter()
        for fact in facts:
            case = fact.case
            name = case.transforms[0] if case.transforms else case.attack
            if case.round == 0 or name not in self.tools:
                continue
            self.tried.add((case.scenario, name))
            self.used[case.scenario] += 1
            self.seen[name, by_id[case.scenario].domain] += 1
            if fact.failed is not None:
                (self.won if fact.failed else self.lost)[name, by_id[case.scenario].domain] += 1

    def fitting(self) -> dict[tuple[str, str], list[Scenario]]:
        """Tool and domain → the cases on which it can be tried and has not been, the least used first."""
        found: dict[tuple[str, str], list[Scenario]] = defaultdict(list)
        order = sorted(
            self.passed, key=lambda one: (self.used[one.id], fraction("search", self.seed, one.id))
        )
        for tool in self.tools.values():
            for scenario in order:
                if (scenario.id, tool.name) not in self.tried and tool.fits(scenario):
                    found[tool.name, scenario.domain].append(scenario)
        return found


Chosen = tuple[Scenario, str, tuple[str, ...], str, int]
"""Scenario, attack, transforms, the kind of tool that is confirmed, and the tries."""


def _explore(room: _Room, search: Search, number: int, left: int) -> Iterator[Chosen]:
    """A batch. A part of the calls is kept back to confirm with."""
    chance = np.random.default_rng(int(digest(["explore", room.seed, number])[:12], 16))
    open_ = room.fitting()
    pending: Counter[tuple[str, str]] = Counter()
    left -= search.calls // KEPT
    for _ in range(attempts(search)[number - 2]):
        arms = _least_known(room, {arm: len(cases) for arm, cases in open_.items() if cases}, pending)
        if not arms:
            return
        a, b = _strength(room, arms, pending)
        arm = arms[int(np.argmax(chance.beta(a, b)))]
        scenario = open_[arm].pop(0)
        left -= _cost(room.tools[arm[0]].attack, scenario)
        if left < 0:
            return
        pending[arm] += 1
        tool = room.tools[arm[0]]
        yield scenario, tool.attack, tool.stack, "", 1


def _least_known(
    room: _Room, arms: Mapping[tuple[str, str], int], pending: Mapping[tuple[str, str], int]
) -> list[tuple[str, str]]:
    """Of arms with the number of their cases those to choose from: of tools that were never tried, then of families in
    new domains, then all. Not those of kinds that won often enough, or that have won and need the few cases left."""
    tools: Counter[str] = Counter()
    families: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
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

    def known(arm: tuple[str, str]) -> tuple[int, int, int]:
        name, domain = arm
        family = room.tools[name].family
        place = places[family, domain]
        if not tools[name]:
            return 0, families[family], place
        return (1, 0, 0) if not place else (2, 0, 0)

    ranked = [(known(arm), arm) for arm in arms if not waits(arm[0])]
    least = min((rank for rank, _ in ranked), default=None)
    return sorted(arm for rank, arm in ranked if rank == least)


def _strength(
    room: _Room, arms: Sequence[tuple[str, str]], pending: Mapping[tuple[str, str], int]
) -> tuple[np.ndarray, np.ndarray]:
    """The parameters of every arm's Beta distribution."""
    losses = Counter(room.lost)
    losses.update(pending)
    family = {name: tool.family for name, tool in room.tools.items()}

    def shared(counts: Mapping[tuple[str, str], int]) -> np.ndarray:
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


def _confirm(room: _Room, search: Search, left: int) -> Iterator[Chosen]:
    """What found something, on cases it has not seen, beside its controls.

    Each case is tried with one tool of the kind only, so that the cases are independent of one another. All kinds take
    the cases in the same order, so that they share their controls.
    """
    fitting = room.fitting()
    played: dict[tuple[str, str], int] = {}
    suspects = [(group, fresh) for group, names in _suspects(room) if (fresh := _fresh(room, fitting, names))]
    for at, (group, fresh) in enumerate(suspects):
        allowed = left if at == len(suspects) - 1 else left // SHARE
        for scenario, tool in fresh[: search.confirm]:
            if any(played.get((scenario.id, name), tool.tries) != tool.tries for name in tool.controls):
                continue  # the control was played with another number of tries
            plays = [(tool.attack, tool.stack, group if tool.stack else "")]
            plays += [(name, (), "") for name in tool.controls]
            plays = [play for play in plays if play[1] or (scenario.id, play[0]) not in played]
            price = sum(_cost(name, scenario, tool.tries) for name, _, _ in plays)
            if price > allowed:
                break
            allowed, left = allowed - price, left - price
            for attack, stack, kind in plays:
                if not stack:
                    played[scenario.id, attack] = tool.tries
                yield scenario, attack, stack, kind, tool.tries


def _fresh(
    room: _Room, fitting: Mapping[tuple[str, str], Sequence[Scenario]], names: Sequence[str]
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


def _suspects(room: _Room) -> list[tuple[str, list[str]]]:
    """Kinds of tools with the members that found something, the cheap before the dear, the most successful first; a
    conversation is a kind."""
    won: Counter[str] = Counter()
    for (name, _), count in room.won.items():
        won[name] += count
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in sorted(won, key=lambda one: (-won[one], one)):
        kinds[room.tools[name].kind].append(name)
    return sorted(
        kinds.items(),
        key=lambda kind: (room.tools[kind[1][0]].tries, -sum(won[name] for name in kind[1]), kind[0]),
    )


def _cost(attack: str, scenario: Scenario, tries: int = 1) -> int:
    """Target calls of one case, its first answer known."""
    if attack.startswith("ladder"):
        return find_attack(attack).tries
    return tries if attack.startswith("follow-up") else tries * len(scenario.user_turns)
