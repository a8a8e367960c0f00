"""The draw of a search: what only few scenarios allow must be within its reach."""

from collections.abc import Iterable, Sequence

from primum.campaign.toolbox import Tool
from primum.canonical import fraction
from primum.scenarios.model import Scenario

CASES = 12
"""A tool is rare that fits fewer of the drawn scenarios; with fewer, what it finds can hardly be confirmed."""


def within_reach(
    drawn: Sequence[Scenario], pool: Sequence[Scenario], tools: Iterable[Tool], seed: int
) -> tuple[Scenario, ...]:
    """The drawn scenarios with as many of them exchanged, each for one of its own domain, as give every rare tool
    its cases, where the pool has them. How many there are of each domain stays as it was."""
    here = {scenario.id: scenario for scenario in drawn}
    rare = [tool for tool in tools if sum(map(tool.fits, drawn)) < CASES]
    fitting = {
        tool.name: sorted(
            (scenario for scenario in pool if tool.fits(scenario)),
            key=lambda one: fraction("reach", seed, one.id),
        )
        for tool in rare
    }
    needed = {scenario.id for scenarios in fitting.values() for scenario in scenarios}
    spare: dict[str, list[Scenario]] = {}
    for scenario in sorted(drawn, key=lambda one: fraction("spare", seed, one.id)):
        if scenario.id not in needed:
            spare.setdefault(scenario.domain, []).append(scenario)
    for tool in sorted(rare, key=lambda one: (len(fitting[one.name]), one.name)):
        lacking = CASES - sum(scenario.id in here for scenario in fitting[tool.name])
        for scenario in fitting[tool.name]:
            if lacking > 0 and scenario.id not in here and spare.get(scenario.domain):
                del here[spare[scenario.domain].pop().id]
                here[scenario.id] = scenario
                lacking -= 1
    return tuple(sorted(here.values(), key=lambda one: one.id))
