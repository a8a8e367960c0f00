"""Recorded answers from a JSONL file, as an endpoint: to judge what a model once said, without the model.

A line is `{"prompt": "…", "reply": "…"}`, `{"messages": […], "reply": "…"}`, or a line of a run's `cases.jsonl`.
A conversation is found by its text, spaces aside; a `prompt` line answers that lone user turn, whatever the system
prompt. Several replies to one conversation are its samples, in file order.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from primum.endpoints.model import Exchange, Message, Params, Reply
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, WireError, text_of
from primum.errors import PrimumError

Key = tuple[tuple[str, str], ...]


class _Line(msgspec.Struct):
    prompt: str | None = None
    messages: list[Message] | None = None
    reply: str | Reply | None = None
    exchange: Exchange | None = None
    outcome: str | None = None


_read = msgspec.json.Decoder(_Line).decode


class Replay:
    """One file."""

    def __init__(
        self, spec: EndpointSpec, network: Network | None = None, on_headers: OnHeaders | None = None
    ) -> None:
        self.spec = spec
        self._replies: dict[Key, list[Reply]] = {}
        self._prompts: dict[str, list[Reply]] = {}
        for number, line in enumerate(read_lines(spec.path, spec.name), 1):
            if line.strip():
                self._learn(line, f"{spec.path}:{number}")

    def __repr__(self) -> str:
        return f"<Replay {self.spec.name}>"

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        known = self._replies.get(_key(messages))
        spoken = [message for message in messages if message.role != "system"]
        if known is None and len(spoken) == 1:
            known = self._prompts.get(_plain(spoken[0]))
        if not known:
            raise WireError("rejected", f"{self.spec.path} has no reply for this prompt")
        if sample >= len(known):
            many = f"{len(known)} {'reply' if len(known) == 1 else 'replies'}"
            raise WireError(
                "rejected", f"{self.spec.path} has {many} for this prompt; number {sample + 1} was asked for"
            )
        return known[sample]

    async def close(self) -> None:
        """Nothing to end."""

    def _learn(self, raw: str, where: str) -> None:
        try:
            line = _read(raw.encode())
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise PrimumError(f"{where}: {error}") from None
        if line.exchange is not None:
            for prefix, reply in _answers(line.exchange):
                self._replies.setdefault(prefix, []).append(reply)
        elif line.outcome is not None:
            return  # a case that ended before anything was said
        elif line.reply is None or (line.prompt is None) == (line.messages is None):
            raise PrimumError(f"{where}: a line needs 'reply' and one of 'prompt' and 'messages'")
        else:
            reply = line.reply if isinstance(line.reply, Reply) else Reply(line.reply)
            if line.prompt is not None:
                self._prompts.setdefault(" ".join(line.prompt.split()), []).append(reply)
            else:
                self._replies.setdefault(_key(line.messages or ()), []).append(reply)


def read_lines(path: str, name: str) -> list[str]:
    """The lines of the file, or a `PrimumError`."""
    try:
        return Path(path).read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise PrimumError(f"{name}: {path} is not UTF-8 text") from None
    except OSError as error:
        raise PrimumError(f"{name}: cannot read {path}: {error.strerror}") from None


def _answers(exchange: Exchange) -> list[tuple[Key, Reply]]:
    """Each recorded reply under the conversation before it. Assistant turns that were scripted have no reply."""
    found: list[tuple[Key, Reply]] = []
    replies = list(exchange.replies)
    for place, message in enumerate(exchange.messages):
        if replies and message.role == "assistant" and text_of(message.content) == replies[0].text:
            found.append((_key(exchange.messages[:place]), replies.pop(0)))
    return found


def _key(messages: Sequence[Message]) -> Key:
    return tuple((message.role, _plain(message)) for message in messages)


def _plain(message: Message) -> str:
    return " ".join(text_of(message.content).split())
