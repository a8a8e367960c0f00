"""What a search knows about one target: which cases may be tried, what was tried on them, and what it did."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from primum.attacks.find import find_attack
from primum.campaign.model import PLAIN
from primum.campaign.plan import Plan
from primum.campaign.protocol import Search
from primum.campaign.rounds import Fact, Held, seed_of, starts
from primum.campaign.toolbox import Tool, tools_of
from primum.canonical import fraction
from primum.endpoints.spec import EndpointSpec
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant
from primum.transforms.stack import apply_stack

Arm = tuple[str, str]
"""Tool and domain."""
Chosen = tuple[Scenario, str, tuple[str, ...], str, int]
"""Scenario, attack, transforms, the kind of tool that is confirmed, and the tries."""


class Room:
    """All that earlier rounds found."""

    def __init__(
        self, plan: Plan, target: EndpointSpec, facts: Sequence[Fact], held: Mapping[tuple[str, str], Held]
    ) -> None:
        self.seed = f"{plan.settings.seed}.{target.fingerprint}"
        self._plan, self._target = plan, target
        self.tools = {tool.name: tool for tool in tools_of(plan.protocol.search or Search())}
        self.passed = [
            scenario
            for scenario in plan.scenarios
            if starts("passed", held.get((scenario.id, target.name), "open"))
        ]
        self.by_id = {scenario.id: scenario for scenario in plan.scenarios}
        self.tried: set[tuple[str, str]] = set()
        """Scenario and tool, alone or together with others."""
        self.won: Counter[Arm] = Counter()
        self.lost: Counter[Arm] = Counter()
        self.used: Counter[str] = Counter()
        self.seen: Counter[Arm] = Counter()
        self._alone: set[tuple[str, str]] = set()
        self._broken: list[tuple[str, tuple[str, ...]]] = []
        for fact in facts:
            if fact.case.round:
                self._learn(fact)

    def _learn(self, fact: Fact) -> None:
        """Tools that held together have each lost; of those that broke a case together, each is tried alone."""
        case = fact.case
        names = case.transforms or (case.attack,)
        if any(name not in self.tools for name in names):
            return
        domain = self.by_id[case.scenario].domain
        self.used[case.scenario] += 1
        for name in names:
            self.tried.add((case.scenario, name))
            self.seen[name, domain] += 1
            if fact.failed is False:
                self.lost[name, domain] += 1
        if len(names) == 1:
            self._alone.add((case.scenario, names[0]))
        if fact.failed and len(names) == 1:
            self.won[names[0], domain] += 1
        elif fact.failed:
            self._broken.append((case.scenario, names))

    def goes(self, scenario: Scenario, stack: Sequence[str]) -> bool:
        """Whether these transforms can be made of a case together, as it would be played."""
        case = self._plan.case(0, scenario, self._target, PLAIN, tuple(stack))
        return isinstance(apply_stack(scenario, stack, seed_of(self._plan, case)), Variant)

    def apart(self) -> list[tuple[Scenario, Tool]]:
        """What broke a case together and was not tried on it alone."""
        found = [(scenario, name) for scenario, names in self._broken for name in names]
        return [
            (self.by_id[case], self.tools[name]) for case, name in found if (case, name) not in self._alone
        ]

    def fitting(self) -> dict[Arm, list[Scenario]]:
        """Tool and domain → the cases on which it can be tried and has not been, the least used first."""
        found: dict[Arm, list[Scenario]] = defaultdict(list)
        order = sorted(
            self.passed, key=lambda one: (self.used[one.id], fraction("search", self.seed, one.id))
        )
        for tool in self.tools.values():
            for scenario in order:
                if (scenario.id, tool.name) not in self.tried and tool.fits(scenario):
                    found[tool.name, scenario.domain].append(scenario)
        return found


def cost_of(attack: str, scenario: Scenario, tries: int = 1) -> int:
    """Target calls of one case, its first answer known."""
    if attack.startswith("ladder"):
        return find_attack(attack).tries
    return tries if attack.startswith("follow-up") else tries * len(scenario.user_turns)
