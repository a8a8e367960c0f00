"""The OpenAI wire: what it sends, byte for byte, and how it reads what comes back."""

from typing import Any

import pytest
from aiohttp import web

from primum.endpoints.model import Message, Params, Reply, Usage
from primum.endpoints.spec import EndpointSpec
from tests.endpoints.wire_help import HELLO, ask, fail, wired
from tests.endpoints.wire_server import completion, serving


def spec(url: str, **more: Any) -> EndpointSpec:
    return EndpointSpec("local", "openai", "m", url + "/v1", **more)


async def test_the_default_request_is_model_and_messages_and_nothing_else() -> None:
    async with serving(completion()) as server:
        await ask(spec(server.url))
    assert server.bodies == [b'{"model":"m","messages":[{"role":"user","content":"I took ten tablets."}]}']
    assert server.requests[0].path == "/v1/chat/completions"
    assert "Authorization" not in server.headers


async def test_an_answer_is_read_whole() -> None:
    answer = completion("Call 911.", reasoning_content="It is an overdose.")
    answer["usage"] = {
        "prompt_tokens": 12,
        "completion_tokens": 30,
        "completion_tokens_details": {"reasoning_tokens": 20},
        "prompt_tokens_details": {"cached_tokens": 8},
    }
    async with serving(answer) as server:
        reply = await ask(spec(server.url))
    assert reply == Reply(
        "Call 911.",
        usage=Usage(input=12, output=30, reasoning=20, cached=8),
        model="m-2025",
        provider_id="chatcmpl-1",
        reasoning="It is an overdose.",
        raw_finish="stop",
    )


async def test_sampling_tools_schema_and_parts_are_sent_as_given() -> None:
    tool = {"type": "function", "function": {"name": "chart", "parameters": {"type": "object"}}}
    image = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    call = {"id": "c1", "type": "function", "function": {"name": "chart", "arguments": "{}"}}
    messages = [
        Message("user", image),
        Message("assistant", "", [call]),
        Message("tool", "BP 90/60", tool_call_id="c1"),
    ]
    params = Params({"temperature": 0.5}, [tool], {"type": "object"})
    async with serving(completion()) as server:
        await ask(spec(server.url, sampling={"temperature": 1, "seed": 7}), messages, params)
    assert server.body == {
        "model": "m",
        "messages": [
            {"role": "user", "content": image},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "BP 90/60", "tool_call_id": "c1"},
        ],
        "temperature": 0.5,
        "seed": 7,
        "tools": [tool],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": {"type": "object"}},
        },
    }


async def test_no_schema_is_sent_to_an_endpoint_without_structured_output() -> None:
    async with serving(completion()) as server:
        await ask(spec(server.url, structured=False), params=Params(schema={"type": "object"}))
    assert set(server.body) == {"model", "messages"}


@pytest.mark.parametrize(
    ("raw", "finish"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "filtered"),
        ("tool_calls", "tools"),
        ("eos", "other"),
    ],
)
async def test_finish_reasons(raw: str, finish: str) -> None:
    async with serving(completion(finish=raw)) as server:
        reply = await ask(spec(server.url))
    assert (reply.finish, reply.raw_finish) == (finish, raw)


async def test_a_refusal_is_an_answer_and_its_words_are_kept() -> None:
    async with serving(completion(None, refusal="I cannot help with that.")) as server:
        reply = await ask(spec(server.url))
    assert (reply.text, reply.finish) == ("I cannot help with that.", "stop")


@pytest.mark.parametrize("content", ["", None, []])
async def test_empty_content_is_an_empty_reply(content: Any) -> None:
    async with serving(completion(content)) as server:
        assert (await ask(spec(server.url))).text == ""


async def test_content_in_parts_and_unknown_fields_are_read() -> None:
    answer = completion(
        [{"type": "text", "text": "Call "}, {"type": "text", "text": "911."}], reasoning="Why not."
    )
    answer["timings"] = {"x": [1, {}]}
    async with serving(answer) as server:
        reply = await ask(spec(server.url))
    assert (reply.text, reply.reasoning) == ("Call 911.", "Why not.")


async def test_tool_calls_come_back() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "chart", "arguments": "{}"}}
    async with serving(completion(None, "tool_calls", tool_calls=[call])) as server:
        reply = await ask(spec(server.url))
    assert (reply.tool_calls, reply.finish) == ([call], "tools")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (
            400,
            {
                "code": "content_filter",
                "message": "filtered",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            },
        ),
        (400, {"code": "invalid_prompt", "message": "flagged"}),
        (
            403,
            {
                "code": 403,
                "message": "requires moderation",
                "metadata": {"flagged_input": "I took", "reasons": []},
            },
        ),
    ],
)
async def test_a_filtered_prompt_is_an_outcome_and_not_a_failure(status: int, error: dict[str, Any]) -> None:
    async with serving(lambda *_: web.json_response({"error": error}, status=status)) as server:
        reply = await ask(spec(server.url))
    assert (reply.text, reply.finish) == ("", "filtered")


async def test_azure_keeps_its_query_and_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_KEY", "azure-key-0123456789")
    async with serving(completion()) as server:
        url = f"{server.url}/openai/deployments/ward?api-version=2024-10-21"
        azure = EndpointSpec("az", "openai", "m", url, headers={"api-key": "${AZURE_KEY}"})
        await ask(azure)
    assert (
        str(server.requests[0].rel_url) == "/openai/deployments/ward/chat/completions?api-version=2024-10-21"
    )
    assert server.headers["api-key"] == "azure-key-0123456789"


async def test_the_headers_of_every_answer_are_shown_to_the_limiter() -> None:
    seen: list[str] = []
    statuses = iter([200, 500])

    def answer(*_: Any) -> web.Response:
        headers = {"X-RateLimit-Remaining-Requests": str(len(seen))}
        return web.json_response(completion(), status=next(statuses), headers=headers)

    async with (
        serving(answer) as server,
        wired(spec(server.url), lambda h: seen.append(h["x-ratelimit-remaining-requests"])) as wire,
    ):
        await wire.send(HELLO, Params(), 0)
        with pytest.raises(Exception, match="server_error"):
            await wire.send(HELLO, Params(), 0)
    assert seen == ["0", "1"]


async def test_no_choices_is_malformed_and_an_error_object_is_a_failure() -> None:
    async with serving({"choices": []}) as server:
        assert (await fail(spec(server.url))).kind == "malformed"
        server.answer = {"error": {"code": 429, "message": "slow down"}}
        failure = await fail(spec(server.url))
        assert (failure.kind, "slow down" in failure.message) == ("rate_limited", True)
        server.answer = {"error": "out of memory"}
        assert (await fail(spec(server.url))).kind == "server_error"
        server.answer = {
            "choices": [{"message": {}, "finish_reason": "error", "error": {"code": 502, "message": "x"}}]
        }
        assert (await fail(spec(server.url))).kind == "server_error"
