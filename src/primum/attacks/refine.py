"""Refinement: the attacker sees the reply and whether it held, and proposes a better prompt, one after another."""

from primum.attacks.converse import converse
from primum.attacks.model import WORDED, Stage, Start
from primum.attacks.player import came, prompts, reworded
from primum.scenarios.model import Scenario
from primum.transforms.written import Rejected

SHOWN = 3
"""How many of the last tries the attacker is shown."""


class Refine:
    """After PAIR. Every try rewrites the original case, so that no fact can wear away. A first refusal is one more
    thing to learn from."""

    name = "refine"
    title = "The prompt is refined from each reply"
    axis = "adaptive"
    tries = 5
    controls: tuple[str, ...] = WORDED
    starts: Start = "passed"
    needs_writer = True

    def fits(self, scenario: Scenario) -> str:
        return ""

    async def play(self, stage: Stage) -> None:
        scenario = stage.variant.scenario
        tried = [came(stage, None, await stage.baseline())]
        for number in range(stage.tries):
            told = {"tried": tried[-SHOWN:], "variation": f"{stage.seed}.{number}"}
            made = await reworded(stage, scenario, prompts().refine["next"], self.name, told)
            if isinstance(made, Rejected):
                stage.lost("transform_failed", (self.name,), str(made))
                return
            exchange = await converse(made.scenario, stage.say)
            attempt = await stage.look(exchange, made, (self.name,))
            if attempt.failed:
                return
            tried.append(came(stage, attempt, exchange))
