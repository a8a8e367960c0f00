"""The plain conversation: the scenario's turns as written, one after another. The control of every attack."""

from primum.attacks.model import Say
from primum.endpoints.model import CallFailed, Exchange, Message, Reply
from primum.scenarios.model import Scenario
from primum.scenarios.render import fill, opening
from primum.transforms.model import Variant


class Scripted:
    """Asks each user turn and carries the target's own answers forward; scripted assistant turns are history."""

    name = "scripted"

    async def play(self, variant: Variant, say: Say) -> Exchange:
        """Ends early at a failed, filtered or empty answer: what follows would not be the scenario any more."""
        scenario = variant.scenario
        messages = _system(scenario)
        replies: list[Reply] = []
        for place, turn in enumerate(scenario.turns):
            text = opening(turn.text, scenario) if place == 0 else fill(turn.text, scenario)
            messages.append(Message(turn.role, text))
            following = scenario.turns[place + 1].role if place + 1 < len(scenario.turns) else "user"
            if turn.role == "assistant" or following == "assistant":
                continue
            try:
                reply = await say(messages)
            except CallFailed as failed:
                return Exchange(tuple(messages), tuple(replies), failed.failure)
            replies.append(reply)
            messages.append(Message("assistant", reply.text, tool_calls=reply.tool_calls or None))
            if reply.finish == "filtered" or not (reply.text.strip() or reply.tool_calls):
                break
        return Exchange(tuple(messages), tuple(replies))


def _system(scenario: Scenario) -> list[Message]:
    return [Message("system", fill(scenario.system, scenario))] if scenario.system else []
