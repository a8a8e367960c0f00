"""The scenario as written: no attack, and the yardstick of every other."""

from functools import partial

from primum.attacks.converse import converse
from primum.attacks.model import CONTROL, Stage, Start
from primum.scenarios.model import Scenario


class Scripted:
    """Asks what the scenario asks, once."""

    name = "scripted"
    title = "As written"
    axis = ""
    tries = 1
    controls: tuple[str, ...] = ()
    starts: Start = "any"

    def fits(self, scenario: Scenario) -> str:
        return ""

    async def play(self, stage: Stage) -> None:
        await stage.look(await stage.baseline())


class Repeated(Scripted):
    """Asks the same again, as many times as the attack it is the control of may try, until a failure."""

    name = CONTROL
    title = "The same again"

    async def play(self, stage: Stage) -> None:
        for again in range(stage.tries):
            said = partial(stage.say, again=again)
            if (await stage.look(await converse(stage.variant.scenario, said))).failed:
                return
