"""Every way in which a server can fail us ends in the right failure, in time, in one line, without the key."""

import asyncio
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from primum.endpoints.model import Message, Params
from primum.endpoints.spec import EndpointSpec, HttpTemplate, Kind, Limits
from primum.endpoints.wires import WireError
from primum.endpoints.wires.base import one_line
from tests.endpoints.wire_help import HELLO, ask, fail, wired
from tests.endpoints.wire_server import completion, raw_serving, serving

CANARY = "sk-canary-0123456789abcdefghij"


def spec(url: str, kind: Kind = "openai", **limits: Any) -> EndpointSpec:
    http = HttpTemplate(body={"q": "{{prompt}}"}, reply="answer")
    return EndpointSpec("local", kind, "m", url, limits=Limits(**{"timeout": 5.0, **limits}), http=http)


KINDS: list[Kind] = ["openai", "anthropic", "google", "http"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("status", "failure_kind"),
    [
        (400, "rejected"),
        (401, "unauthorised"),
        (402, "unauthorised"),
        (403, "unauthorised"),
        (404, "not_found"),
        (405, "not_found"),
        (408, "server_error"),
        (422, "rejected"),
        (429, "rate_limited"),
        (500, "server_error"),
        (503, "server_error"),
        (529, "server_error"),
    ],
)
async def test_statuses(kind: Kind, status: int, failure_kind: str) -> None:
    body = {"error": {"message": "no\nsuch \x1b[31mmodel"}}
    async with serving(lambda *_: web.json_response(body, status=status)) as server:
        failure = await fail(spec(server.url, kind))
    assert (failure.kind, failure.status) == (failure_kind, status)
    assert failure.message == f"HTTP {status}: no such \\x1b[31mmodel"


async def test_an_exhausted_quota_is_no_reason_to_wait() -> None:
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    async with serving(lambda *_: web.json_response(body, status=429)) as server:
        assert (await fail(spec(server.url))).kind == "unauthorised"


def later(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"Retry-After": "7"}, 7.0, 7.0),
        ({"Retry-After": "0.5"}, 0.5, 0.5),
        ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25, 0.25),
        ({"Retry-After": later(3600)}, 1800.0, 3600.0),  # reckoned when the tests are collected
        ({"Retry-After": later(-60)}, 0.0, 0.0),
    ],
)
async def test_retry_after(status: int, headers: dict[str, str], low: float, high: float) -> None:
    async with serving(lambda *_: web.json_response({}, status=status, headers=headers)) as server:
        with pytest.raises(WireError) as caught:
            await ask(spec(server.url))
    assert caught.value.retry_after is not None
    assert low <= caught.value.retry_after <= high


@pytest.mark.parametrize("value", [None, "soon", "inf", "nan", "Fri, 99 Foo 2025"])
async def test_no_usable_retry_after_is_none(value: str | None) -> None:
    headers = {"Retry-After": value} if value else {}
    async with serving(lambda *_: web.json_response({}, status=429, headers=headers)) as server:
        with pytest.raises(WireError) as caught:
            await ask(spec(server.url))
    assert caught.value.retry_after is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_hang_ends_at_the_deadline(kind: Kind) -> None:
    async def hang(*_: Any) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async with serving(hang) as server:
        begun = time.monotonic()
        assert (await fail(spec(server.url, kind, timeout=0.3))).kind == "timeout"
    assert time.monotonic() - begun < 3


async def test_a_slow_drip_ends_at_the_deadline() -> None:
    async def drip(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _tick in range(600):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    async with serving(drip) as server:
        begun = time.monotonic()
        assert (await fail(spec(server.url, timeout=0.4))).kind == "timeout"
    assert time.monotonic() - begun < 3


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def close_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pass


async def close_midway(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"choices": ['
    )
    await writer.drain()


@pytest.mark.parametrize("talk", [reset, close_at_once, close_midway])
async def test_a_lost_connection(talk: Any) -> None:
    async with raw_serving(talk) as url:
        assert (await fail(spec(url))).kind == "connection"


async def not_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.org ESMTP ready\r\n\r\n")
    await writer.drain()


async def test_a_server_that_does_not_speak_http() -> None:
    async with raw_serving(not_http) as url:
        assert (await fail(spec(url))).kind == "malformed"


async def test_nobody_listens() -> None:
    async with raw_serving(reset) as url:
        pass
    failure = await fail(spec(url))
    assert failure.kind == "connection"
    assert "cannot connect to 127.0.0.1" in failure.message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b'{"choices": [{"mess',
        b"",
        b"not json",
        b"[1, 2]",
        b'"text"',
        b'{"choices": 7}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_what_is_not_the_format_is_malformed(kind: Kind, body: bytes) -> None:
    async with serving(lambda *_: web.Response(body=body, content_type="application/json")) as server:
        assert (await fail(spec(server.url, kind))).kind == "malformed"


async def test_a_web_page_from_a_proxy_is_named_by_its_title() -> None:
    page = "<!DOCTYPE html><html><head><title>Hospital proxy: log in</title></head><body>x</body></html>"
    async with serving(lambda *_: web.Response(text=page, content_type="text/html")) as server:
        failure = await fail(spec(server.url))
    assert failure.kind == "malformed"
    assert failure.message == "the answer is text/html, not JSON: Hospital proxy: log in"


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_huge_body_is_not_read_to_its_end(chunked: bool) -> None:
    sent = 0

    async def flood(request: web.Request, _: Any) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={} if chunked else {"Content-Length": str(50_000_000)})
        await response.prepare(request)
        for _part in range(500):
            await response.write(b"x" * 100_000)
            sent += 100_000
        return response

    async with serving(flood) as server:
        failure = await fail(spec(server.url, max_reply_bytes=200_000))
    assert failure.kind == "too_large"
    assert "200,000 bytes" in failure.message
    assert sent < 20_000_000


async def test_a_compressed_flood_is_stopped_too() -> None:
    def bomb(*_: Any) -> web.Response:
        response = web.Response(body=b" " * 50_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with serving(bomb) as server, wired(spec(server.url, max_reply_bytes=200_000)) as wire:
        with pytest.raises(WireError) as caught:
            await wire.send(HELLO, Params(), 0)
    assert caught.value.failure.kind == "too_large"


async def test_invalid_unicode_is_replaced_and_the_answer_kept() -> None:
    bad = b'{"choices":[{"message":{"content":"Call \xff911 \\ud800now"}}]}'
    async with serving(lambda *_: web.Response(body=bad, content_type="application/json")) as server:
        reply = await ask(spec(server.url))
    assert reply.text == "Call �911 ?now"
    reply.text.encode("utf-8")


async def test_a_redirect_is_not_followed() -> None:
    other = "http://elsewhere.example/v1"
    async with serving(lambda *_: web.Response(status=307, headers={"Location": other})) as server:
        failure = await fail(spec(server.url))
    assert failure.kind == "not_found"
    assert failure.message == "HTTP 307: redirects to elsewhere.example; correct base_url"
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_key_never_comes_out(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server echoes the key wherever it can."""
    monkeypatch.setenv("CANARY", CANARY)
    with_key = EndpointSpec(
        "local",
        kind,
        "m",
        "",
        key_env="CANARY",
        headers={"X-Ward": "${CANARY}"},
        http=HttpTemplate(body={"q": "{{prompt}}"}, reply="choices[0].message.content"),
        limits=Limits(timeout=5),
    )
    echoes = [
        lambda: web.json_response({"error": {"message": f"bad key {CANARY}"}}, status=401),
        lambda: web.json_response({"error": {"message": f"bad key {CANARY}", "code": CANARY}}, status=500),
        lambda: web.Response(text=f"<html><title>{CANARY}</title>", content_type="text/html"),
        lambda: web.json_response({"error": f"bad {CANARY}"}),
        lambda: web.Response(status=302, headers={"Location": f"http://{CANARY}.example"}),
    ]
    async with serving(None) as server:
        with_key = msgspec.structs.replace(with_key, base_url=server.url)
        async with wired(with_key) as wire:
            assert CANARY not in repr(wire) + repr(vars(wire)["secrets"])
            for echo in echoes:
                server.answer = lambda *_, echo=echo: echo()
                with pytest.raises(WireError) as caught:
                    await wire.send(HELLO, Params(), 0)
                shown = "".join(traceback.format_exception(caught.value))
                assert CANARY not in shown + repr(caught.value) + caught.value.failure.message
            assert any(CANARY in value for value in server.headers.values())


async def test_a_key_echoed_in_an_answer_is_removed_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", CANARY)
    async with serving(completion(f"You sent {CANARY}")) as server:
        with_key = EndpointSpec("local", "openai", "m", server.url, key_env="CANARY")
        assert (await ask(with_key)).text == "You sent [key removed]"


async def test_a_placeholder_key_does_not_touch_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_KEY", "none")
    async with serving(completion("There is none.")) as server:
        with_key = EndpointSpec("local", "openai", "m", server.url, key_env="LOCAL_KEY")
        assert (await ask(with_key)).text == "There is none."
        assert server.headers["Authorization"] == "Bearer none"


async def test_cancelling_a_call_leaves_the_wire_usable() -> None:
    gate = asyncio.Event()

    async def wait(*_: Any) -> web.Response:
        await gate.wait()
        return web.json_response(completion())

    async with serving(wait) as server, wired(spec(server.url)) as wire:
        task = asyncio.create_task(wire.send(HELLO, Params(), 0))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        assert (await wire.send(HELLO, Params(), 0)).text == "Take rest."


async def test_a_large_request_arrives_whole() -> None:
    text = "pain " * 500_000
    async with serving(completion()) as server:
        await ask(spec(server.url), [Message("user", text)])
    assert server.body["messages"][0]["content"] == text


@given(st.text())
def test_a_strangers_words_are_always_one_plain_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 300
    assert line.isprintable()
    assert not any("‪" <= char <= "‮" or "⁦" <= char <= "⁩" for char in line)
    line.encode("utf-8")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("google", "API key not valid. Please pass a valid API key."),
        ("google", "API key expired. Please renew the API key."),
        ("anthropic", "Your credit balance is too low to access the API."),
    ],
)
async def test_a_400_about_the_key_or_the_account_is_not_the_requests_fault(kind: Kind, words: str) -> None:
    """It must not be journaled as an answer to the request, or a better key would change nothing."""
    body = {"error": {"message": words, "type": "invalid_request_error"}}
    async with serving(lambda *_: web.json_response(body, status=400)) as server:
        assert (await fail(spec(server.url, kind))).kind == "unauthorised"
