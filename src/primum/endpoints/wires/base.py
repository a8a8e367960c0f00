"""What every wire is, how it fails, and the words it fails with."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from primum.endpoints.model import CallFailed, Failure, FailureKind, Message, Params, Reply

OnHeaders = Callable[[Mapping[str, str]], None]
"""Is shown the headers of every HTTP answer, so that limits can follow what the server says of its rates."""

MESSAGE_LENGTH = 300


class Wire(Protocol):
    """Talks to one endpoint in its own format. Makes ONE attempt: retries, limits and journal are not its business."""

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        """The answer, or `WireError`."""
        ...

    async def close(self) -> None:
        """Ends what the wire itself started (a child process, say); not the network, which others share."""
        ...


class WireError(CallFailed):
    """One attempt failed. `retry_after` is the number of seconds the server asked to wait, where it said so."""

    def __init__(
        self, kind: FailureKind, message: str, status: int = 0, retry_after: float | None = None
    ) -> None:
        super().__init__(Failure(kind, one_line(message), status))
        self.retry_after = retry_after


def one_line(text: str, length: int = MESSAGE_LENGTH) -> str:
    """A stranger's words as one line that cannot disturb a terminal or a log.

    >>> one_line("no\\n such  model\\x1b[31m")
    'no such model\\\\x1b[31m'
    """
    line = " ".join(text.split())
    shown = "".join(char if _is_plain(char) else _escaped(char) for char in line[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def _is_plain(char: str) -> bool:
    return char == " " or unicodedata.category(char)[0] not in "CZ"


def _escaped(char: str) -> str:
    return (
        char.encode("unicode_escape").decode("ascii")
        if not char.isascii() or not char.isprintable()
        else char
    )


def text_of(content: str | list[dict[str, Any]]) -> str:
    """The text of a message; of a list of parts, the text parts.

    >>> text_of([{"type": "text", "text": "Look: "}, {"type": "image_url", "image_url": {"url": "data:"}}])
    'Look: '
    """
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if isinstance(part.get("text"), str))


def split_system(messages: Sequence[Message]) -> tuple[str, list[Message]]:
    """The system messages as one text, and the others in order.

    >>> split_system([Message("system", "Be brief."), Message("user", "Hi")])[0]
    'Be brief.'
    """
    system = "\n\n".join(text_of(message.content) for message in messages if message.role == "system")
    return system, [message for message in messages if message.role != "system"]


def transcript(messages: Sequence[Message]) -> str:
    """A conversation as one text, for endpoints that take only text; a lone user message stands as it is.

    >>> transcript([Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Help")])
    'User: Hi\\n\\nAssistant: Hello\\n\\nUser: Help'
    """
    if len(messages) == 1 and messages[0].role == "user":
        return text_of(messages[0].content)
    return "\n\n".join(f"{message.role.capitalize()}: {text_of(message.content)}" for message in messages)


def kind_of_status(status: int) -> FailureKind:
    """What an HTTP status means for the caller.

    >>> kind_of_status(429), kind_of_status(503), kind_of_status(422)
    ('rate_limited', 'server_error', 'rejected')
    """
    if status in (401, 402, 403):  # 402: the account behind the key has no credit left
        return "unauthorised"
    if status in (404, 405) or 300 <= status < 400:  # the address is wrong
        return "not_found"
    if status == 429:
        return "rate_limited"
    if status >= 500 or status == 408:
        return "server_error"
    return "rejected"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `Retry-After` (seconds or an HTTP date) or `retry-after-ms`.

    >>> retry_after({"Retry-After": "2"}), retry_after({})
    (2.0, None)
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("Retry-After", "")
    seconds = _number(said)
    if seconds is not None or not said:
        return seconds
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return max(0.0, value) if value < float("inf") else None
