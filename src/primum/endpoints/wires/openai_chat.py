"""OpenAI chat completions, and every server that speaks them: vLLM, SGLang, llama.cpp, Ollama, OpenRouter, Azure.

Azure: put the deployment's URL with its `api-version` query into `base_url`, and `api-key = "${AZURE_API_KEY}"`
into `headers`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from primum.endpoints.model import Finish, Message, Params, Reply, Usage
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, text_of
from primum.endpoints.wires.http import HttpWire, decode_any, encode

FINISH: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "filtered",
    "tool_calls": "tools",
    "function_call": "tools",
}
FILTER_CODES = frozenset(
    {"content_filter", "content_policy_violation", "invalid_prompt", "ResponsibleAIPolicyViolation"}
)


class _Message(msgspec.Struct):
    content: str | list[dict[str, Any]] | None = None
    reasoning_content: str | None = None
    reasoning: Any = None
    refusal: str | None = None
    tool_calls: list[dict[str, Any]] | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None
    error: Any = None


class _OutputDetails(msgspec.Struct):
    reasoning_tokens: int | None = None


class _InputDetails(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None


class Completion(msgspec.Struct):
    """The part of an answer that we read."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    id: Any = None
    model: str | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(Completion)
NO_USAGE = Usage()


class OpenAIChat(HttpWire):
    """One endpoint that speaks chat completions."""

    def __init__(self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None = None) -> None:
        super().__init__(spec, network, on_headers, "/chat/completions")

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        status, headers, raw = await self.post(encode(request_body(self.spec, messages, params)))
        if not 200 <= status < 300:
            if status in (400, 403) and _is_filter(raw):
                return Reply("", "filtered", raw_finish="content_filter")
            self.refuse(status, headers, raw)
        completion = self.decode(_decoder, status, headers, raw)
        if completion.error:
            self.refuse_error_object(completion.error, status)
        if not completion.choices:
            raise self.failed("malformed", "the answer has no choices", status)
        choice = completion.choices[0]
        if choice.error or choice.finish_reason == "error":
            self.refuse_error_object(choice.error or "the model stopped with an error", status)
        return reply_of(completion)


def request_body(spec: EndpointSpec, messages: Sequence[Message], params: Params) -> dict[str, Any]:
    """Model and messages, and beside them only what was asked for."""
    body: dict[str, Any] = {"model": spec.model, "messages": messages}
    if spec.sampling:
        body.update(spec.sampling)
    if params.sampling:
        body.update(params.sampling)
    if params.tools:
        body["tools"] = params.tools
    if params.schema is not None and spec.structured:
        schema = {"name": "reply", "strict": True, "schema": params.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def reply_of(completion: Completion) -> Reply:
    """The first choice. A refusal is an answer like any other: its words are the text."""
    assert completion.choices
    choice = completion.choices[0]
    message = choice.message
    content = message.content
    text = content if type(content) is str else text_of(content or "")
    raw_finish = choice.finish_reason or ""
    reasoning = message.reasoning_content or message.reasoning or ""
    return Reply(
        text or message.refusal or "",
        FINISH.get(raw_finish, "other") if raw_finish else "stop",
        _usage(completion.usage) if completion.usage else NO_USAGE,
        model=completion.model or "",
        provider_id=str(completion.id or ""),
        reasoning=reasoning if type(reasoning) is str else encode(reasoning).decode(),
        tool_calls=message.tool_calls or [],
        raw_finish=raw_finish,
    )


def _usage(usage: _Usage) -> Usage:
    spent, cached = usage.completion_tokens_details, usage.prompt_tokens_details
    return Usage(
        usage.prompt_tokens or 0,
        usage.completion_tokens or 0,
        (spent.reasoning_tokens or 0) if spent else 0,
        (cached.cached_tokens or 0) if cached else 0,
    )


def _is_filter(raw: bytes) -> bool:
    """Whether an error says that the prompt was stopped by a content filter (Azure, OpenAI, OpenRouter)."""
    try:
        error = decode_any(raw)["error"]
        inner, metadata = error.get("innererror") or {}, error.get("metadata") or {}
        return bool({error.get("code"), inner.get("code")} & FILTER_CODES) or "flagged_input" in metadata
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
