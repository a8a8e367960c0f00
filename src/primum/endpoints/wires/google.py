"""Google's generateContent."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from primum.endpoints.model import Finish, Message, Params, Reply, Usage
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, split_system, text_of
from primum.endpoints.wires.http import HttpWire, decode_any, encode

FILTERS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MODEL_ARMOR",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
    }
)
FINISH: dict[str, Finish] = {"STOP": "stop", "MAX_TOKENS": "length"}
TOP_LEVEL = frozenset({"safetySettings", "toolConfig", "cachedContent", "labels"})
"""Sampling entries that stand beside generationConfig, not in it."""


class _Call(msgspec.Struct):
    name: str = ""
    args: Any = None
    id: str = ""


class _Part(msgspec.Struct, rename="camel"):
    text: str = ""
    thought: bool = False
    function_call: _Call | None = None


class _Content(msgspec.Struct):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str = ""


class _Feedback(msgspec.Struct, rename="camel", frozen=True):
    block_reason: str = ""


class _Usage(msgspec.Struct, rename="camel", frozen=True):
    prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    cached_content_token_count: int = 0


class _Answer(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] = []
    prompt_feedback: _Feedback = _Feedback()
    usage_metadata: _Usage = _Usage()
    model_version: str = ""
    response_id: str = ""
    error: Any = None


_decoder = msgspec.json.Decoder(_Answer)


class Google(HttpWire):
    """One model behind generateContent."""

    def __init__(self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None = None) -> None:
        super().__init__(spec, network, on_headers, f"/models/{quote(spec.model, safe='')}:generateContent")

    def key_headers(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        status, headers, raw = await self.post(encode(request_body(self.spec, messages, params)))
        if not 200 <= status < 300:
            self.refuse(status, headers, raw)
        answer = self.decode(_decoder, status, headers, raw)
        if answer.error:
            self.refuse_error_object(answer.error, status)
        if not answer.candidates and not answer.prompt_feedback.block_reason:
            raise self.failed("malformed", "the answer has no candidates", status)
        return _reply(answer)


def request_body(spec: EndpointSpec, messages: Sequence[Message], params: Params) -> dict[str, Any]:
    """The request in this API's own form."""
    system, turns = split_system(messages)
    names = {call.get("id", ""): call["function"]["name"] for turn in turns for call in turn.tool_calls or ()}
    body: dict[str, Any] = {"contents": [_content(turn, names) for turn in turns]}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    config: dict[str, Any] = {}
    for name, value in {**spec.sampling, **params.sampling}.items():
        (body if name in TOP_LEVEL else config)[name] = value
    if params.schema is not None and spec.structured:
        # responseSchema knows only a part of JSON Schema; this field takes the whole of it.
        config |= {"responseMimeType": "application/json", "responseJsonSchema": params.schema}
    if config:
        body["generationConfig"] = config
    if params.tools:
        body["tools"] = [{"functionDeclarations": [tool.get("function", tool) for tool in params.tools]}]
    return body


def _content(message: Message, names: dict[str, str]) -> dict[str, Any]:
    content = message.content
    if message.role == "tool":
        name = names.get(message.tool_call_id, message.tool_call_id)
        answer = {"name": name, "response": {"result": text_of(content)}}
        return {"role": "user", "parts": [{"functionResponse": answer}]}
    parts = [{"text": content}] if isinstance(content, str) else [_part(part) for part in content]
    if message.tool_calls:
        parts = [part for part in parts if part.get("text") != ""]
        parts += [{"functionCall": _call(call["function"])} for call in message.tool_calls]
    return {"role": "model" if message.role == "assistant" else "user", "parts": parts}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """An OpenAI text or image part in this API's form; any other part as it is."""
    if part.get("type") == "text":
        return {"text": part["text"]}
    if part.get("type") != "image_url":
        return part
    url = part["image_url"]["url"]
    if not url.startswith("data:"):
        return {"fileData": {"fileUri": url}}
    media, _, data = url.removeprefix("data:").partition(";base64,")
    return {"inlineData": {"mimeType": media, "data": data}}


def _call(function: dict[str, Any]) -> dict[str, Any]:
    arguments = function.get("arguments") or "{}"
    return {
        "name": function["name"],
        "args": decode_any(arguments) if isinstance(arguments, str) else arguments,
    }


def _reply(answer: _Answer) -> Reply:
    candidate = answer.candidates[0] if answer.candidates else _Candidate()
    parts = candidate.content.parts if candidate.content else []
    blocked = answer.prompt_feedback.block_reason
    raw_finish = blocked or candidate.finish_reason
    calls = [part.function_call for part in parts if part.function_call]
    return Reply(
        "".join(part.text for part in parts if not part.thought),
        _finish(raw_finish, bool(blocked), bool(calls)),
        _usage(answer.usage_metadata),
        model=answer.model_version,
        provider_id=answer.response_id,
        reasoning="".join(part.text for part in parts if part.thought),
        tool_calls=[
            {
                "id": call.id or f"call_{place}",
                "type": "function",
                "function": {"name": call.name, "arguments": encode(call.args or {}).decode()},
            }
            for place, call in enumerate(calls)
        ],
        raw_finish=raw_finish,
    )


def _finish(raw: str, blocked: bool, called: bool) -> Finish:
    if blocked or raw in FILTERS:
        return "filtered"
    if called:
        return "tools"
    return FINISH.get(raw, "other") if raw else "stop"


def _usage(usage: _Usage) -> Usage:
    """Thoughts are billed as output, and counted apart by this API."""
    thoughts = usage.thoughts_token_count
    return Usage(
        usage.prompt_token_count,
        usage.candidates_token_count + thoughts,
        thoughts,
        usage.cached_content_token_count,
    )
