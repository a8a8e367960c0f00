"""A refine loop as a defence, on cases that failed: the target looks over its own answer until it lets it stand."""

import msgspec

from primum.attacks.content import load
from primum.attacks.converse import go_on, silent
from primum.attacks.model import CONTROL, Stage, Start
from primum.scenarios.model import Scenario


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """reconsider.yaml as written."""

    title: str
    rounds: int
    unchanged: str
    asks: str


class Reconsider:
    """Only the answer that is left at the end is judged: a deployment has no judge in its loop. *Failed* means that the
    loop did not mend the answer; the control is the same question asked once more. The tool names the rounds."""

    name = "reconsider"
    axis = "defence"
    tries = 1
    controls: tuple[str, ...] = (CONTROL,)
    starts: Start = "failed"

    def __init__(self, content: Content) -> None:
        self.title = content.title
        self._content = content

    def fits(self, scenario: Scenario) -> str:
        return "is a conversation" if len(scenario.user_turns) > 1 else ""

    async def play(self, stage: Stage) -> None:
        stands = exchange = await stage.baseline()
        asks = self._content.asks.format(unchanged=self._content.unchanged)
        rounds = 0
        while rounds < self._content.rounds and exchange.replies and not silent(exchange.replies[-1]):
            rounds += 1
            exchange = await go_on(exchange, asks, stage.say)
            if exchange.replies and self._content.unchanged in exchange.replies[-1].text[:200]:
                break
            stands = exchange
            if exchange.failure:
                break
        await stage.look(stands, tools=(f"{self.name}: {rounds} round{'' if rounds == 1 else 's'}",))


def attacks() -> tuple[Reconsider, ...]:
    return (Reconsider(load("reconsider.yaml", Content)),)
