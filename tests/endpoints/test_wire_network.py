"""The egress rule: configured endpoints and nothing else; offline, loopback and nothing else, not even a DNS query."""

import asyncio
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from primum.endpoints import network as network_module
from primum.endpoints.model import Params
from primum.endpoints.network import Network, is_loopback_url
from primum.endpoints.spec import EndpointSpec, HttpTemplate, Limits
from primum.endpoints.wires import WireError, build_wire
from tests.endpoints.wire_help import HELLO, ask, fail, wired
from tests.endpoints.wire_server import completion, serving


def spec(url: str) -> EndpointSpec:
    return EndpointSpec("m", "openai", "m", url, limits=Limits(timeout=3))


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Notes every address that a socket is opened to, and every name that is looked up."""
    seen: list[Any] = []
    real_connect, real_lookup = BaseSelectorEventLoop.sock_connect, socket.getaddrinfo

    def lookup(host: Any, *more: Any, **options: Any) -> Any:
        seen.append(("lookup", host))
        return real_lookup(host, *more, **options)

    async def connect(self: Any, sock: Any, address: Any) -> Any:
        seen.append(("connect", address[0]))
        return await real_connect(self, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield seen


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://192.0.2.7:8000/v1",
        "http://[2001:db8::1]/v1",
        "http://0.0.0.0:8000/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1.example.org/v1",
    ],
)
async def test_offline_refuses_what_is_not_loopback_without_touching_the_network(
    url: str, guard: list[Any]
) -> None:
    failure = await fail(spec(url), offline=True)
    assert failure.kind == "offline"
    assert "--offline forbids" in failure.message
    assert guard == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "ward.localhost"])
async def test_offline_reaches_loopback_under_each_of_its_names(host: str, guard: list[Any]) -> None:
    async with serving(completion()) as server:
        reply = await ask(spec(server.url.replace("127.0.0.1", host)), offline=True)
    assert reply.text == "Take rest."
    assert {entry for entry in guard if entry[0] == "connect"} <= {
        ("connect", "127.0.0.1"),
        ("connect", "::1"),
    }
    assert ("connect", "127.0.0.1") in guard


async def test_offline_a_name_counts_as_loopback_only_when_the_hosts_file_says_so(
    monkeypatch: pytest.MonkeyPatch, guard: list[Any]
) -> None:
    names = {"ward-bot": ["127.0.0.1"], "mixed": ["127.0.0.1", "192.0.2.1"]}
    monkeypatch.setattr(network_module, "_hosts_file", lambda: names)
    async with serving(completion()) as server:
        assert (
            await ask(spec(server.url.replace("127.0.0.1", "ward-bot")), offline=True)
        ).text == "Take rest."
        assert (await fail(spec(server.url.replace("127.0.0.1", "mixed")), offline=True)).kind == "offline"
    assert {host for _, host in guard} == {"127.0.0.1"}


async def test_only_the_configured_hosts_are_contacted(guard: list[Any]) -> None:
    async with Network(["api.example.org"]) as network:
        for url in ("http://127.0.0.1:1/v1", "http://other.example.org/v1"):
            wire = build_wire(spec(url), network)
            with pytest.raises(WireError, match="not a configured endpoint") as caught:
                await wire.send(HELLO, Params(), 0)
            assert caught.value.failure.kind == "offline"
    assert guard == []


async def test_the_login_host_is_a_configured_host() -> None:
    http = HttpTemplate(body="{{prompt}}", login_url="https://id.example.org/token", login_token="t")
    ward = EndpointSpec("ward", "http", base_url="https://Chat.example.org./ask", http=http)
    assert Network.of([ward]).allowed_hosts == {"chat.example.org", "id.example.org"}


async def test_the_environments_proxy_is_not_used_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        serving(lambda *_: web.json_response(completion("from the proxy"))) as proxy,
        serving(completion()) as server,
    ):
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert (await ask(spec(server.url))).text == "Take rest."
        assert (await ask(spec(server.url), trust_env=True)).text == "from the proxy"
        assert (await ask(spec(server.url), trust_env=True, offline=True)).text == "Take rest."
    assert len(proxy.requests) == 1


async def test_connections_are_kept_alive_and_not_limited() -> None:
    peers: list[Any] = []
    together = asyncio.Event()

    async def answer(request: web.Request, _: Any) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        if len(peers) >= 150:
            together.set()
        await together.wait()
        return web.json_response(completion())

    async with serving(answer) as server, wired(spec(server.url)) as wire:
        await asyncio.gather(*(wire.send(HELLO, Params(), n) for n in range(150)))
        assert len(set(peers)) == 150
        for n in range(20):
            await wire.send(HELLO, Params(), n)
    assert len(set(peers)) == 150


async def test_no_cookie_is_carried_from_one_conversation_to_the_next() -> None:
    headers = {"Set-Cookie": "patient=7"}
    answer = lambda *_: web.json_response(completion(), headers=headers)  # noqa: E731
    async with serving(answer) as server, wired(spec(server.url)) as wire:
        for n in range(2):
            await wire.send(HELLO, Params(), n)
    assert "Cookie" not in server.headers


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8000/v1", True),
        ("http://10.0.0.1", False),
        ("https://api.openai.com/v1", False),
        ("", False),
        ("not a url", False),
        ("http://[", False),
    ],
)
def test_loopback_urls(url: str, wanted: bool) -> None:
    assert is_loopback_url(url) is wanted
