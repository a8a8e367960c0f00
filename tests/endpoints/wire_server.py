"""A real HTTP server on loopback whose answer each test decides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

Answer = Callable[[web.Request, Any], web.StreamResponse | Awaitable[web.StreamResponse]]


class WireServer:
    """Records every request, and answers with `answer`: a JSON value, or a function of request and body."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.url = ""

    @property
    def body(self) -> Any:
        """The last body, decoded."""
        return msgspec.json.decode(self.bodies[-1])

    @property
    def headers(self) -> Any:
        return self.requests[-1].headers

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.requests.append(request)
        self.bodies.append(raw)
        if not callable(self.answer):
            return web.json_response(self.answer)
        response = self.answer(request, msgspec.json.decode(raw) if raw else None)
        return await response if isinstance(response, Awaitable) else response


@asynccontextmanager
async def serving(answer: Any) -> AsyncIterator[WireServer]:
    """A `WireServer` for a while."""
    server = WireServer(answer)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_serving(talk: Talk) -> AsyncIterator[str]:
    """A server below HTTP: `talk` writes bytes, after the request has been read. Yields its URL."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def completion(text: Any = "Take rest.", finish: str = "stop", **message: Any) -> dict[str, Any]:
    """An OpenAI answer."""
    return {
        "id": "chatcmpl-1",
        "model": "m-2025",
        "choices": [{"message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3},
    }
