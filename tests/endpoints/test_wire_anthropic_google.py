"""The Anthropic and the Google wire: what they send and how they read what comes back."""

from typing import Any

import pytest

from primum.endpoints.model import Message, Params, Reply, Usage
from primum.endpoints.spec import EndpointSpec
from tests.endpoints.wire_help import HELLO, ask, fail
from tests.endpoints.wire_server import serving

CALL = {"id": "c1", "type": "function", "function": {"name": "chart", "arguments": '{"bed":4}'}}
TOOL = {
    "type": "function",
    "function": {"name": "chart", "description": "Reads.", "parameters": {"type": "object"}},
}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
TALK = [
    Message("system", "Be brief."),
    Message("user", [{"type": "text", "text": "Look"}, IMAGE]),
    Message("assistant", "Reading.", [CALL]),
    Message("tool", "BP 90/60", tool_call_id="c1"),
]
PARAMS = Params({"top_k": 3}, [TOOL], {"type": "object"})


def claude(url: str, **more: Any) -> EndpointSpec:
    return EndpointSpec("a", "anthropic", "claude", url + "/v1", **more)


def said(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "msg_1", "model": "claude-x", "content": list(blocks), "stop_reason": "end_turn", **more}


async def test_anthropic_sends_only_what_the_api_demands() -> None:
    async with serving(said({"type": "text", "text": "Hi"})) as server:
        await ask(claude(server.url))
    assert server.requests[0].path == "/v1/messages"
    assert server.headers["anthropic-version"] == "2023-06-01"
    assert server.body == {
        "model": "claude",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": "I took ten tablets."}],
    }


async def test_anthropic_takes_system_tools_images_and_schema_in_its_own_form() -> None:
    async with serving(said({"type": "text", "text": "Hi"})) as server:
        await ask(claude(server.url, sampling={"max_tokens": 100}), TALK, PARAMS)
    assert server.body == {
        "model": "claude",
        "max_tokens": 100,
        "top_k": 3,
        "system": "Be brief.",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"},
                    },
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": "Reading."},
                    {"type": "tool_use", "id": "c1", "name": "chart", "input": {"bed": 4}},
                ],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "BP 90/60"}],
            },
        ],
        "tools": [{"name": "chart", "description": "Reads.", "input_schema": {"type": "object"}}],
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
    }


async def test_anthropic_answers_are_read_whole() -> None:
    answer = said(
        {"type": "thinking", "thinking": "An overdose.", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "Call "},
        {"type": "text", "text": "911."},
        usage={
            "input_tokens": 5,
            "output_tokens": 9,
            "cache_read_input_tokens": 7,
            "cache_creation_input_tokens": None,
        },
    )
    async with serving(answer) as server:
        reply = await ask(claude(server.url))
    assert reply == Reply(
        "Call 911.",
        usage=Usage(input=12, output=9, cached=7),
        model="claude-x",
        provider_id="msg_1",
        reasoning="An overdose.",
        raw_finish="end_turn",
    )


async def test_anthropic_tool_use_comes_back_in_the_common_form() -> None:
    block = {"type": "tool_use", "id": "c1", "name": "chart", "input": {"bed": 4}}
    async with serving(said(block, stop_reason="tool_use")) as server:
        reply = await ask(claude(server.url))
    assert (reply.tool_calls, reply.finish) == ([CALL], "tools")


@pytest.mark.parametrize(
    ("raw", "finish"),
    [("refusal", "filtered"), ("max_tokens", "length"), ("stop_sequence", "stop"), ("new", "other")],
)
async def test_anthropic_stop_reasons(raw: str, finish: str) -> None:
    async with serving(said(stop_reason=raw)) as server:
        reply = await ask(claude(server.url))
    assert (reply.text, reply.finish) == ("", finish)


async def test_anthropic_errors_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE", "claude-key-0123456789")
    async with serving(
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    ) as server:
        assert (await fail(claude(server.url, key_env="CLAUDE"))).kind == "server_error"
        assert server.headers["x-api-key"] == "claude-key-0123456789"
        server.answer = {"id": "msg_1"}
        assert (await fail(claude(server.url))).kind == "malformed"


def gemini(url: str, **more: Any) -> EndpointSpec:
    return EndpointSpec("g", "google", "gemini-x", url + "/v1beta", **more)


def candidate(*parts: dict[str, Any], finish: str = "STOP") -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, "finishReason": finish}]}


async def test_google_sends_only_the_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI", "gemini-key-0123456789")
    async with serving(candidate({"text": "Hi"})) as server:
        await ask(gemini(server.url, key_env="GEMINI"))
    assert str(server.requests[0].rel_url) == "/v1beta/models/gemini-x:generateContent"
    assert server.headers["x-goog-api-key"] == "gemini-key-0123456789"
    assert server.body == {"contents": [{"role": "user", "parts": [{"text": "I took ten tablets."}]}]}


async def test_google_takes_system_tools_images_and_schema_in_its_own_form() -> None:
    safety = [{"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "threshold": "OFF"}]
    async with serving(candidate({"text": "Hi"})) as server:
        await ask(gemini(server.url, sampling={"temperature": 0, "safetySettings": safety}), TALK, PARAMS)
    assert server.body == {
        "contents": [
            {
                "role": "user",
                "parts": [{"text": "Look"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}],
            },
            {
                "role": "model",
                "parts": [{"text": "Reading."}, {"functionCall": {"name": "chart", "args": {"bed": 4}}}],
            },
            {
                "role": "user",
                "parts": [{"functionResponse": {"name": "chart", "response": {"result": "BP 90/60"}}}],
            },
        ],
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "safetySettings": safety,
        "generationConfig": {
            "temperature": 0,
            "top_k": 3,
            "responseMimeType": "application/json",
            "responseJsonSchema": {"type": "object"},
        },
        "tools": [{"functionDeclarations": [TOOL["function"]]}],
    }


async def test_google_answers_are_read_whole() -> None:
    answer = candidate({"text": "An overdose.", "thought": True}, {"text": "Call "}, {"text": "911."}) | {
        "usageMetadata": {
            "promptTokenCount": 5,
            "candidatesTokenCount": 3,
            "thoughtsTokenCount": 4,
            "cachedContentTokenCount": 2,
        },
        "modelVersion": "gemini-x-001",
        "responseId": "r1",
    }
    async with serving(answer) as server:
        reply = await ask(gemini(server.url))
    assert reply == Reply(
        "Call 911.",
        usage=Usage(input=5, output=7, reasoning=4, cached=2),
        model="gemini-x-001",
        provider_id="r1",
        reasoning="An overdose.",
        raw_finish="STOP",
    )


@pytest.mark.parametrize(
    ("answer", "finish"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "filtered"),
        ({"candidates": [{"finishReason": "SAFETY"}]}, "filtered"),
        (candidate({"text": "Half an"}, finish="RECITATION"), "filtered"),
        (candidate({"text": "Half an"}, finish="MAX_TOKENS"), "length"),
        (candidate(finish="NEW_REASON"), "other"),
        (candidate({"functionCall": {"name": "chart", "args": {}}}), "tools"),
    ],
)
async def test_google_finish_reasons(answer: dict[str, Any], finish: str) -> None:
    async with serving(answer) as server:
        assert (await ask(gemini(server.url), HELLO)).finish == finish


async def test_google_without_candidates_is_malformed() -> None:
    async with serving({"usageMetadata": {}}) as server:
        assert (await fail(gemini(server.url))).kind == "malformed"
