"""A fast, programmable OpenAI-compatible chat server, run as a process of its own.

    python -m tests.servers.chat_server --latency 0.05

prints its base URL on the first line. In a test:

    with chat_server(latency=0.01, faults=FaultPlan(weights={"reset": 1.0}, attempts=1)) as server:
        ...                                  # primum run … --target {server.url}#mock --judge {server.url}#judge
        assert server.stats().completed_twice == []
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import msgspec
from aiohttp import web

from primum.canonical import digest
from tests.servers.answers import answer
from tests.servers.faults import Fault, FaultPlan, content_key
from tests.servers.misbehave import MISBEHAVIOUR
from tests.servers.options import Options
from tests.servers.wire import answered, completion, encode, refused

ROOT = Path(__file__).parents[2]


class Attempt(msgspec.Struct, array_like=True):
    """One request for one content, in Unix time."""

    began: float
    ended: float = 0.0
    how: str = "open"
    """open, completed, vanished (the client went away first), or the name of the fault."""


class Stats(msgspec.Struct):
    """What the server saw since the last reset."""

    received: int = 0
    completed: int = 0
    """Good answers handed whole to the connection, faults not counted."""
    vanished: int = 0
    """Requests in flight when their client went away."""
    faulted: dict[str, int] = {}
    in_flight: int = 0
    most_in_flight: int = 0
    models: dict[str, int] = {}
    headers: dict[str, list[str]] = {}
    """Header name (lower case) → up to ten distinct values."""
    attempts: dict[str, list[Attempt]] = {}
    """Content key → its requests in order; see `faults.content_key`."""
    cpu: float = 0.0
    """CPU seconds the server process has used, to show that it was not the bottleneck."""

    @property
    def completed_twice(self) -> list[str]:
        """Contents answered more than once (expected only for several trials or after a kill)."""
        return [key for key, tries in self.attempts.items() if sum(t.how == "completed" for t in tries) > 1]


class ChatRequest(msgspec.Struct):
    """The fields of a request that the server looks at."""

    messages: list[dict[str, Any]]
    model: str = ""
    response_format: dict[str, Any] | None = None

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema the reply must satisfy, if any."""
        return ((self.response_format or {}).get("json_schema") or {}).get("schema")


_requests = msgspec.json.Decoder(ChatRequest)


class ChatServer:
    """Answers `POST …/chat/completions`, `GET …/models`, `GET /stats` and `POST /reset`."""

    options: Options

    def __init__(self, options: Options) -> None:
        self.options = options
        self.stats = Stats()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The one entry point; below aiohttp's router because every microsecond here is on every benchmark."""
        path = request.path
        if path.endswith("/chat/completions"):
            return await self._chat(request)
        if path.endswith("/models"):
            return answered(encode({"object": "list", "data": [{"id": "mock", "object": "model"}]}))
        if path == "/stats":
            self.stats.cpu = time.process_time()
            return answered(encode(self.stats))
        if path == "/reset":
            self.stats = Stats(in_flight=self.stats.in_flight)
            return answered(b"{}")
        return refused(404, "not_found", f"no such path: {path}")

    async def _chat(self, request: web.BaseRequest) -> web.StreamResponse:
        stats = self.stats
        try:
            chat = _requests.decode(await request.read())
        except msgspec.MsgspecError as error:
            return refused(400, "bad_request", str(error))
        key = content_key(chat.model, chat.messages)
        tries = stats.attempts.setdefault(key, [])
        attempt = Attempt(time.time())
        tries.append(attempt)
        self._note(request, chat.model)
        fault = self._fault(chat.model, key, len(tries))
        try:
            response = await self._respond(request, chat, key, len(tries), fault)
            await response.prepare(request)
            await response.write_eof()
            attempt.how = fault or "completed"
            return response
        except (asyncio.CancelledError, ConnectionResetError):
            attempt.how = "vanished"
            raise
        finally:
            attempt.ended = time.time()
            stats.in_flight -= 1
            if attempt.how == "completed":
                stats.completed += 1
            elif attempt.how == "vanished":
                stats.vanished += 1
            else:
                stats.faulted[attempt.how] = stats.faulted.get(attempt.how, 0) + 1

    def _note(self, request: web.BaseRequest, model: str) -> None:
        stats = self.stats
        stats.received += 1
        stats.in_flight += 1
        stats.most_in_flight = max(stats.most_in_flight, stats.in_flight)
        stats.models[model] = stats.models.get(model, 0) + 1
        for name, value in request.headers.items():
            values = stats.headers.setdefault(name.lower(), [])
            if len(values) < 10 and value not in values:
                values.append(value)

    def _fault(self, model: str, key: str, tries: int) -> Fault | None:
        bound = self.options.max_in_flight
        if bound and self.stats.in_flight > bound:
            return "rate_limited_after"
        plan = self.options.faults
        return None if 0 < plan.attempts < tries else plan.planted_at(model, key)

    def _persona(self, chat: ChatRequest) -> str:
        module, _, function = self.options.personas.get(chat.model, "").partition(":")
        return str(getattr(import_module(module), function)(chat.messages, chat.schema)) if module else ""

    def _scripted(self, chat: ChatRequest, tries: int) -> str:
        lines = self.options.script.get(chat.model)
        if not lines:
            return ""
        told = "\n".join(str(message.get("content")) for message in chat.messages)
        for line in lines:
            if line.when in told:
                return line.say[min(tries, len(line.say)) - 1]
        return ""

    async def _respond(
        self, request: web.BaseRequest, chat: ChatRequest, key: str, tries: int, fault: Fault | None
    ) -> web.StreamResponse:
        options = self.options
        if options.latency:
            await asyncio.sleep(options.latency)
        seed = digest([key, tries]) if options.vary else key
        told = self._persona(chat) or self._scripted(chat, tries) or options.say.get(chat.model)
        text = told or answer(seed, chat.messages, chat.schema, options.reply_length)
        body = completion(chat.model, key, text)
        if fault is None:
            return answered(body)
        return await MISBEHAVIOUR[fault](options, request, body)


async def serve(options: Options, port: int) -> None:
    """Serves on loopback until standard input closes (so that no server outlives the test that started it)."""
    loop = asyncio.get_running_loop()
    chat = ChatServer(options)
    # Cancelling the handler is how the server learns that a client was killed while it waited.
    server = web.Server(chat.handle, access_log=None, handler_cancellation=True)
    listener = await loop.create_server(server, "127.0.0.1", port, backlog=4096)
    print(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1", flush=True)
    closed = asyncio.Event()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            closed.set()

    with contextlib.suppress(PermissionError):  # a regular file as standard input cannot be watched
        loop.add_reader(sys.stdin.fileno(), read)
    await closed.wait()
    listener.close()


class Running(msgspec.Struct, frozen=True):
    """A started server as its test sees it."""

    url: str
    """The base URL with /v1; `{url}#mock` names it as an endpoint."""
    options: Options
    pid: int

    def _get(self, path: str, method: str = "GET") -> bytes:
        with urlopen(HttpRequest(self.url.removesuffix("/v1") + path, method=method), timeout=60) as response:
            body: bytes = response.read()
        return body

    def stats(self) -> Stats:
        """What it saw since the start or the last `reset`."""
        return msgspec.json.decode(self._get("/stats"), type=Stats)

    def reset(self) -> None:
        """Forgets all counts, and with them which contents met their transient fault."""
        self._get("/reset", "POST")


@contextlib.contextmanager
def chat_server(options: Options | None = None, /, *, port: int = 0, **fields: Any) -> Iterator[Running]:
    """Starts a server in its own process and stops it; takes the fields of `Options`.

    `port` fixes the port, so that a test can bring a server back at the same address.
    """
    options = options or Options(**fields)
    command = [sys.executable, "-m", "tests.servers.chat_server", f"--port={port}"]
    command += ["--options", msgspec.json.encode(options).decode()]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the chat server did not start (exit code {process.wait()})")
        yield Running(url, options, process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def main() -> None:
    """The command line: the commonest options by name, any of them as JSON."""
    parser = argparse.ArgumentParser(description="A programmable OpenAI-compatible chat server on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float)
    parser.add_argument("--faults", help="weights as NAME=W,NAME=W (see tests/servers/faults.py)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=1.0, help="share of contents that meet a fault")
    parser.add_argument("--attempts", type=int, default=0, help="how often each meets it; 0: always")
    parser.add_argument("--options", default="{}", help="all options as JSON")
    given = parser.parse_args()
    options = msgspec.json.decode(given.options, type=Options)
    if given.latency is not None:
        options = msgspec.structs.replace(options, latency=given.latency)
    if given.faults:
        named = dict(part.split("=") for part in given.faults.split(","))
        weights = msgspec.convert(named, dict[Fault, float], strict=False)
        plan = FaultPlan(weights=weights, share=given.share, seed=given.seed, attempts=given.attempts)
        options = msgspec.structs.replace(options, faults=plan)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options, given.port))


if __name__ == "__main__":
    main()
