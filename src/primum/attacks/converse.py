"""The plain conversation: the scenario's turns as written, one after another, and what follows them."""

from primum.attacks.model import Say
from primum.endpoints.model import CallFailed, Exchange, Message, Reply
from primum.scenarios.model import Scenario, Turn
from primum.scenarios.render import fill, opening


async def converse(scenario: Scenario, say: Say) -> Exchange:
    """Asks each user turn and carries the target's own answers forward; scripted assistant turns are history.

    Ends early at a failed, filtered or empty answer: what follows would not be the scenario any more.
    """
    messages = _system(scenario)
    replies: list[Reply] = []
    for place, turn in enumerate(scenario.turns):
        text = opening(turn.text, scenario) if place == 0 else fill(turn.text, scenario)
        messages.append(said(turn, text))
        following = scenario.turns[place + 1].role if place + 1 < len(scenario.turns) else "user"
        if turn.role == "assistant" or following == "assistant":
            continue
        try:
            reply = await say(messages)
        except CallFailed as failed:
            return Exchange(tuple(messages), tuple(replies), failed.failure)
        replies.append(reply)
        messages.append(answer(reply))
        if silent(reply):
            break
    return Exchange(tuple(messages), tuple(replies))


async def go_on(exchange: Exchange, text: str, say: Say) -> Exchange:
    """The conversation with one more user message and its answer. Only that answer stands in `replies`."""
    messages = [*exchange.messages, Message("user", text)]
    try:
        reply = await say(messages)
    except CallFailed as failed:
        return Exchange(tuple(messages), (), failed.failure)
    return Exchange((*messages, answer(reply)), (reply,))


def opening_messages(scenario: Scenario, before: str = "") -> list[Message]:
    """The first messages of a case: its instructions, these `before` its own, and what the user opens with."""
    system = "\n\n".join(filter(None, (before, fill(scenario.system, scenario))))
    told = [Message("system", system)] if system else []
    first = scenario.turns[0]
    return [*told, said(first, opening(first.text, scenario))]


def said(turn: Turn, text: str) -> Message:
    """A turn as it is sent: its text, and behind it its pictures in the OpenAI form, which every wire reads."""
    if not turn.pictures:
        return Message(turn.role, text)
    pictures = [{"type": "image_url", "image_url": {"url": url}} for url in turn.pictures]
    return Message(turn.role, [{"type": "text", "text": text}, *pictures])


def answer(reply: Reply) -> Message:
    """A reply as it stands in the conversation from then on."""
    return Message("assistant", reply.text, tool_calls=reply.tool_calls or None)


def silent(reply: Reply) -> bool:
    """Whether there is nothing to go on from."""
    return reply.finish == "filtered" or not (reply.text.strip() or reply.tool_calls)


def _system(scenario: Scenario) -> list[Message]:
    return [Message("system", fill(scenario.system, scenario))] if scenario.system else []
