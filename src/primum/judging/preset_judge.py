"""A preset among the judges of a campaign: a further opinion in its own terms, which answers no checks."""

from collections.abc import Mapping

from primum.endpoints.model import Exchange
from primum.judging.asking import Bench
from primum.judging.item import item_of
from primum.judging.judge import Ask
from primum.judging.llm import Callable as Endpoint
from primum.judging.model import Verdict
from primum.judging.preset import Opinion, Preset, opinion
from primum.scenarios.model import Scenario


class PresetJudge:
    """Judges the last reply of a case. `endpoint` is None for a preset that asks nobody."""

    def __init__(self, preset: Preset, endpoint: Endpoint | None, *, secret: str, name: str) -> None:
        self.preset = preset
        self.endpoint = endpoint
        self.secret = secret
        self.name = name
        self.asks_models = preset.asks_models

    async def judge(self, scenario: Scenario, exchange: Exchange, ask: Ask) -> Verdict:
        if not exchange.replies:
            return Verdict(self.name, preset=self.preset.name, failure="there is no reply to judge")
        known: Mapping[str, Scenario] = {scenario.id: scenario}
        bench = Bench(self.endpoint, ask, self.secret, scenarios=known)
        found, _ = await opinion(self.preset, item_of(scenario, exchange), bench, self.name)
        return verdict_of(found, self.name)


def verdict_of(found: Opinion, name: str) -> Verdict:
    """An opinion in the form of a verdict. *Not applicable* is a result, not a failure."""
    result = {"not_applicable": found.not_applicable} if found.not_applicable else found.result or {}
    return Verdict(
        name,
        preset=found.preset,
        result=result,
        review=found.review,
        injection=found.injection,
        failure=found.failure,
    )
