"""How each fault is acted out on the wire."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.servers.faults import SCRIPT_TEXT, Fault
from tests.servers.options import Options
from tests.servers.wire import answered, completion, refused

Misbehaviour = Callable[[Options, web.BaseRequest, bytes], Awaitable[web.StreamResponse]]


async def _reset(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
    assert request.transport is not None
    # Linger 0 turns the close into a RST, as a crashed peer or a middlebox would.
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


async def _cut_short(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
    assert request.transport is not None
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    request.transport.close()
    return response


async def _hang(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
    await asyncio.sleep(86_400)
    return web.Response()


async def _slow_drip(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    response.content_type = "application/json"
    await response.prepare(request)
    for place in range(len(body)):
        await response.write(body[place : place + 1])
        await asyncio.sleep(options.drip_seconds)
    return response


async def _huge(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
    # Chunked: a client that trusts Content-Length alone would not see the size coming.
    response = web.StreamResponse()
    response.content_type = "application/json"
    response.enable_chunked_encoding()
    await response.prepare(request)
    head, tail = completion("mock", "huge", "\x00").split(b"\\u0000")
    await response.write(head)
    block = b"All work and no play. " * 3_000
    for _ in range(options.huge_bytes // len(block) + 1):
        await response.write(block)
    await response.write(tail)
    return response


def _always(make: Callable[[Options, bytes], web.Response]) -> Misbehaviour:
    async def misbehave(options: Options, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
        return make(options, body)

    return misbehave


MISBEHAVIOUR: dict[Fault, Misbehaviour] = {
    "rate_limited_after": _always(
        lambda options, body: refused(429, "rate_limit", "slow down", **{"Retry-After": options.retry_after})
    ),
    "rate_limited": _always(lambda options, body: refused(429, "rate_limit", "slow down")),
    "server_error": _always(lambda options, body: refused(500, "server_error", "it broke")),
    "reset": _reset,
    "cut_short": _cut_short,
    "hang": _hang,
    "slow_drip": _slow_drip,
    "truncated_json": _always(lambda options, body: answered(body[: len(body) // 2])),
    "malformed_json": _always(lambda options, body: answered(b'{"choices": [{"message": "not an object"}]}')),
    "empty": _always(lambda options, body: answered(completion("mock", "empty", ""))),
    "filter_finish": _always(
        lambda options, body: answered(completion("mock", "filter", "", "content_filter"))
    ),
    "filter_400": _always(
        lambda options, body: refused(
            400, "content_filter", "The response was filtered by the content policy."
        )
    ),
    "html": _always(
        lambda options, body: web.Response(
            text="<html><title>Sign in</title><form>…</form></html>", content_type="text/html"
        )
    ),
    "huge": _huge,
    "invalid_utf8": _always(
        lambda options, body: answered(
            completion("mock", "utf8", "bad \x01 text").replace(b"\\u0001", b"\xff\xfe\x80")
        )
    ),
    "script": _always(lambda options, body: answered(completion("mock", "script", SCRIPT_TEXT))),
}
