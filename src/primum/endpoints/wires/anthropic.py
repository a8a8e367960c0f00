"""The Anthropic messages API."""

from collections.abc import Sequence
from typing import Any

import msgspec

from primum.endpoints.model import Finish, Message, Params, Reply, Usage
from primum.endpoints.network import Network
from primum.endpoints.providers import MAX_TOKENS
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, split_system, text_of
from primum.endpoints.wires.http import HttpWire, decode_any, encode

VERSION = "2023-06-01"

FINISH: dict[str, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tools",
    "refusal": "filtered",
}


class _Block(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""
    id: str = ""
    name: str = ""
    input: Any = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Answer(msgspec.Struct):
    content: list[_Block] | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None
    id: str = ""
    model: str = ""
    error: Any = None


_decoder = msgspec.json.Decoder(_Answer)


class Anthropic(HttpWire):
    """One model behind the messages API."""

    def __init__(self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None = None) -> None:
        super().__init__(spec, network, on_headers, "/messages")
        self._headers.setdefault("anthropic-version", VERSION)

    def key_headers(self, key: str) -> dict[str, str]:
        return {"x-api-key": key}

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        status, headers, raw = await self.post(encode(request_body(self.spec, messages, params)))
        if not 200 <= status < 300:
            self.refuse(status, headers, raw)
        answer = self.decode(_decoder, status, headers, raw)
        if answer.error:
            self.refuse_error_object(answer.error, status)
        if answer.content is None:
            raise self.failed("malformed", "the answer has no content", status)
        return _reply(answer, answer.content)


def request_body(spec: EndpointSpec, messages: Sequence[Message], params: Params) -> dict[str, Any]:
    """The request in this API's own form."""
    system, turns = split_system(messages)
    body: dict[str, Any] = {
        "model": spec.model,
        "max_tokens": MAX_TOKENS,
        "messages": [_turn(message) for message in turns],
    }
    if system:
        body["system"] = system
    body.update(spec.sampling)
    body.update(params.sampling)
    if params.tools:
        body["tools"] = [_tool(tool) for tool in params.tools]
    if params.schema is not None and spec.structured:
        form = {"type": "json_schema", "schema": params.schema}
        body["output_config"] = {**body.get("output_config", {}), "format": form}
    return body


def _turn(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        result = {
            "type": "tool_result",
            "tool_use_id": message.tool_call_id,
            "content": text_of(message.content),
        }
        return {"role": "user", "content": [result]}
    content = message.content
    blocks = content if isinstance(content, str) else [_part(part) for part in content]
    if message.tool_calls:
        spoken = [{"type": "text", "text": blocks}] if isinstance(blocks, str) and blocks else blocks or []
        blocks = [*spoken, *(_tool_use(call) for call in message.tool_calls)]
    return {"role": message.role, "content": blocks}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """An OpenAI image part in this API's form; any other part as it is."""
    if part.get("type") != "image_url":
        return part
    url = part["image_url"]["url"]
    if not url.startswith("data:"):
        return {"type": "image", "source": {"type": "url", "url": url}}
    media, _, data = url.removeprefix("data:").partition(";base64,")
    return {"type": "image", "source": {"type": "base64", "media_type": media, "data": data}}


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    """An OpenAI tool definition in this API's form; one that already is stays as it is."""
    function = tool.get("function")
    if not function:
        return tool
    found = {"name": function["name"], "description": function.get("description", "")}
    return {**found, "input_schema": function.get("parameters", {"type": "object"})}


def _tool_use(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = function.get("arguments") or "{}"
    return {
        "type": "tool_use",
        "id": call.get("id", ""),
        "name": function["name"],
        "input": decode_any(arguments) if isinstance(arguments, str) else arguments,
    }


def _reply(answer: _Answer, blocks: list[_Block]) -> Reply:
    raw_finish = answer.stop_reason or ""
    return Reply(
        "".join(block.text for block in blocks if block.type == "text"),
        FINISH.get(raw_finish, "other") if raw_finish else "stop",
        _usage(answer.usage) if answer.usage else Usage(),
        model=answer.model,
        provider_id=answer.id,
        reasoning="\n\n".join(block.thinking for block in blocks if block.thinking),
        tool_calls=[
            {
                "id": block.id,
                "type": "function",
                "function": {"name": block.name, "arguments": encode(block.input or {}).decode()},
            }
            for block in blocks
            if block.type == "tool_use"
        ],
        raw_finish=raw_finish,
    )


def _usage(usage: _Usage) -> Usage:
    """This API counts cached input apart; `input` here is all of it, as elsewhere."""
    read = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    return Usage((usage.input_tokens or 0) + read + written, usage.output_tokens or 0, cached=read)
