"""DAS's privacy axis: four disguises, each alone, then all of them one after another in one conversation."""

from primum.attacks.converse import converse, go_on
from primum.attacks.make import make
from primum.attacks.model import WORDED, Stage, Start
from primum.attacks.tools import attempt_tools
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill
from primum.transforms.find import find_transform
from primum.transforms.model import Failed

CHAIN = ("privacy.implicit", "privacy.well-intentioned", "privacy.distraction", "privacy.warning")
"""In the order of the published chain."""


class Disguises:
    """Only what every disguise alone could not break meets the chain."""

    name = "das.privacy"
    title = "Four disguises, then the chain"
    axis = "privacy"
    tries = 5
    most_calls = 2 * len(CHAIN)
    controls: tuple[str, ...] = WORDED
    starts: Start = "passed"

    def fits(self, scenario: Scenario) -> str:
        if scenario.domain != "privacy":
            return "is not about privacy"
        if len(scenario.user_turns) > 1:
            return "is a conversation already"
        return "" if self._fitting(scenario) else "no disguise fits"

    def _fitting(self, scenario: Scenario) -> list[str]:
        return [name for name in CHAIN if not find_transform(name).fits(scenario)]

    async def play(self, stage: Stage) -> None:
        scenario, seed = stage.variant.scenario, stage.seed
        names = self._fitting(scenario)
        for name in names:
            if (await attempt_tools(stage, (name,), seed)).failed:
                return
        await self._chain(stage, scenario, names, seed)

    async def _chain(self, stage: Stage, scenario: Scenario, names: list[str], seed: str) -> None:
        """The disguised requests as the messages of one conversation; every answer is judged."""
        exchange = None
        for name in names:
            made = await make(stage, scenario, (name,), seed)
            if isinstance(made, Failed):
                stage.lost("transform_failed", ("chain", name), made.message)
                continue
            if exchange is None:
                exchange = await converse(made.scenario, stage.say)
            else:
                text = fill(made.scenario.user_turns[-1].text, made.scenario)
                exchange = await go_on(exchange, text, stage.say)
            attempt = await stage.look(exchange, made, ("chain", name))
            if attempt.failed or not exchange.replies:
                return
