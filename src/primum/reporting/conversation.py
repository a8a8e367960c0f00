"""An exchange as who said what, with the target's own replies told apart from scripted ones."""

from collections.abc import Iterator, Mapping

import msgspec

from primum.endpoints.model import Exchange, Message, Reply


class Said(msgspec.Struct, frozen=True):
    """One message."""

    speaker: str
    text: str
    reply: Reply | None = None
    """Set when the model under test said it."""
    place: int = -1
    """Which reply it is; 0 is the first."""


def conversation(exchange: Exchange) -> Iterator[Said]:
    """Every message in order. A reply that was never written into the conversation comes at its end.

    Replies are looked for from the end: what a target said before the answers that are judged is told apart.
    """
    left = list(enumerate(exchange.replies))
    said: list[Said] = []
    for message in reversed(exchange.messages):
        text = _text(message)
        if message.role != "assistant":
            said.append(Said(message.role, text))
        elif left and left[-1][1].text == message.content:
            place, reply = left.pop()
            said.append(Said("target", text, reply, place))
        else:
            said.append(Said("assistant, earlier", text))
    yield from reversed(said)
    for place, reply in left:
        yield Said("target", reply.text, reply, place)
    if exchange.failure:
        yield Said("no answer", f"{exchange.failure.kind}: {exchange.failure.message}")


def _text(message: Message) -> str:
    """The message as text; images and other parts are named, never shown."""
    parts = (
        [message.content] if isinstance(message.content, str) else [_part(part) for part in message.content]
    )
    calls = [f"[calls the tool {call.get('function', call)}]" for call in message.tool_calls or ()]
    return "\n".join([*parts, *calls])


def _part(part: Mapping[str, object]) -> str:
    if isinstance(part.get("text"), str):
        return str(part["text"])
    return f"[{part.get('type', 'part')}: {len(str(part)):,} characters, not shown]"
