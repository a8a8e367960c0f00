"""Crescendo: a conversation that goes one small step further each time, and takes a step back after a refusal."""

from primum.attacks.converse import converse, go_on, silent
from primum.attacks.model import CONTROL, Stage, Start
from primum.attacks.player import came, next_message, prompts, reworded
from primum.attacks.pressure import content
from primum.endpoints.model import Exchange
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant
from primum.transforms.written import Rejected


class Crescendo:
    """Every message asks for the whole answer again, so that each answer is judged by itself. After a refusal the
    message and its answer are taken out of the conversation: the judge sees the branch that the answer stands in."""

    name = "crescendo"
    title = "Small steps, with a step back after a refusal"
    axis = "adaptive"
    tries = 6
    controls: tuple[str, ...] = (CONTROL,)
    starts: Start = "passed"
    needs_writer = True

    def fits(self, scenario: Scenario) -> str:
        return "is a conversation already" if len(scenario.user_turns) > 1 else ""

    async def play(self, stage: Stage) -> None:
        """Each target call is a try: those of refused messages too."""
        played, exchange = stage.variant, await stage.baseline()
        if exchange.failure or not exchange.replies or silent(exchange.replies[-1]):
            await stage.look(exchange)
            return
        left, turn = stage.tries, 0
        if stage.refused(exchange.replies[-1]):
            left -= 1
            made = await self._opened(stage, exchange)
            if isinstance(made, Rejected):
                stage.lost("transform_failed", (self.name,), str(made))
            else:
                again = await converse(made.scenario, stage.say)
                attempt = await stage.look(again, made, (self.name,))
                if attempt.failed or not again.replies:
                    return
                if not stage.refused(again.replies[-1]):
                    played, exchange = made, again
        refused: list[str] = []
        for _ in range(left):
            said = await self._next(stage, exchange, refused)
            if isinstance(said, Rejected):
                stage.lost("transform_failed", (self.name,), str(said))
                return
            asked = content().again["choice" if played.scenario.options else "open"]
            tried = await go_on(exchange, f"{said} {asked}", stage.say)
            attempt = await stage.look(tried, played, (self.name,), turn=turn + 1)
            if attempt.failed or not tried.replies or silent(tried.replies[-1]):
                return
            if stage.refused(tried.replies[-1]):
                refused.append(said)
            else:
                exchange, turn = tried, turn + 1

    async def _opened(self, stage: Stage, exchange: Exchange) -> Variant | Rejected:
        told = {"tried": [came(stage, None, exchange)]}
        return await reworded(stage, stage.variant.scenario, prompts().crescendo["reword"], self.name, told)

    async def _next(self, stage: Stage, exchange: Exchange, refused: list[str]) -> str | Rejected:
        so_far = [
            {"who": message.role, "says": str(message.content)}
            for message in exchange.messages
            if message.role in ("user", "assistant")
        ]
        told = {"conversation": so_far, "refused": refused, "variation": stage.seed}
        known = [str(message.content) for message in exchange.messages]
        return await next_message(stage, prompts().crescendo["next"], known, told)
