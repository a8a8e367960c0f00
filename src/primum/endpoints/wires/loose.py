"""The answer of a program or a function: a text, or a record with a text and what else it knows."""

from typing import Any

import msgspec

from primum.endpoints.model import Finish, Reply, Usage


class LooseAnswer(msgspec.Struct, frozen=True):
    """What a child program or a Python function may tell. Unknown fields are ignored; only `text` is needed."""

    text: str
    finish: Finish = "stop"
    usage: Usage = Usage()
    model: str = ""
    reasoning: str = ""
    tool_calls: list[dict[str, Any]] = []


def reply_of(answer: LooseAnswer) -> Reply:
    """As a reply."""
    return Reply(
        answer.text,
        answer.finish,
        answer.usage,
        model=answer.model,
        reasoning=answer.reasoning,
        tool_calls=answer.tool_calls,
    )


def read_answer(value: Any) -> Reply:
    """A reply from what a function returned: a text, a dict with `text`, or a `Reply`.

    >>> read_answer("Take rest.").text
    'Take rest.'
    """
    if isinstance(value, str):
        value = Reply(value)
    reply = value if isinstance(value, Reply) else reply_of(msgspec.convert(value, LooseAnswer))
    try:
        msgspec.json.encode(reply)
        return reply
    except UnicodeEncodeError:  # half a surrogate pair, which no file can hold
        texts = (reply.text, reply.reasoning)
        text, reasoning = (text.encode("utf-8", "replace").decode() for text in texts)
        return msgspec.structs.replace(reply, text=text, reasoning=reasoning, tool_calls=[])
