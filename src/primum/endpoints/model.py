"""What goes over the wire and what comes back, in one form for every kind of endpoint."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

Role = Literal["system", "user", "assistant", "tool"]

Finish = Literal["stop", "length", "filtered", "tools", "other"]

FailureKind = Literal[
    "timeout",  # no complete answer within the per-call deadline
    "connection",  # refused, reset, closed early, TLS or name failure
    "rate_limited",  # 429 after the last retry
    "server_error",  # 5xx after the last retry
    "malformed",  # an answer that is not what the wire format promises
    "too_large",  # the body exceeds the stated bound
    "rejected",  # 4xx: the request itself was refused; not retried
    "unauthorised",  # 401 or 403: key missing or wrong; the endpoint is not asked again
    "not_found",  # 404: wrong URL or model; the endpoint is not asked again
    "offline",  # --offline forbids this address
    "over_budget",  # a cap on calls, tokens or money was reached
]


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of a conversation. `content` is text, or parts (images …) passed through as they are."""

    role: Role
    content: str | list[dict[str, Any]]
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str = ""


class Params(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent beside the messages. Empty by default: the paper's 'default configurations'."""

    sampling: dict[str, Any] = {}
    """temperature, top_p, max_tokens …, exactly as the endpoint's own API names them."""
    tools: list[dict[str, Any]] = []
    """Tool definitions in the OpenAI form, passed through."""
    schema: dict[str, Any] | None = None
    """A JSON Schema that the reply must satisfy, where the endpoint supports structured output."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    input: int = 0
    output: int = 0
    reasoning: int = 0
    cached: int = 0


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A completed answer, stored whole. A filtered or an empty answer is completed too."""

    text: str
    finish: Finish = "stop"
    usage: Usage = Usage()
    latency: float = 0.0
    """Seconds, of the attempt that succeeded."""
    at: float = 0.0
    """Unix time when the answer was complete."""
    model: str = ""
    """The model the provider says it ran."""
    provider_id: str = ""
    reasoning: str = ""
    """The raw reasoning trace where the endpoint gives one; judged apart from the answer."""
    tool_calls: list[dict[str, Any]] = []
    raw_finish: str = ""
    attempts: int = 1


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why no answer was had. `message` never holds a key or a header."""

    kind: FailureKind
    message: str
    status: int = 0
    attempts: int = 1


class CallFailed(Exception):
    """Raised by `ask` when there is no answer; the campaign turns it into an outcome."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.message}")
        self.failure = failure


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """The messages of a case as sent and received, in order, with the reply behind each target message."""

    messages: tuple[Message, ...]
    replies: tuple[Reply, ...] = ()
    failure: Failure | None = None
    """Set when the conversation could not be finished."""

    @property
    def reply_texts(self) -> tuple[str, ...]:
        """Each reply as a judge reads it: its words, and the tools it called."""
        return tuple(with_calls(reply.text, reply.tool_calls) for reply in self.replies)


def with_calls(text: str, calls: Sequence[Mapping[str, Any]] | None) -> str:
    """Words and, behind them, the calls that were made with them, written out.

    >>> with_calls("One moment.", [{"function": {"name": "read_record", "arguments": "{}"}}])
    'One moment.\\n[calls read_record {}]'
    """
    functions = [call.get("function") or call for call in calls or ()]
    made = [f"[calls {one.get('name', '')} {one.get('arguments', '')}]" for one in functions]
    return "\n".join(filter(None, (text, *made)))
