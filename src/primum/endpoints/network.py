"""The one way out: a shared HTTP session that reaches the configured endpoints and nothing else.

Every connection, new or kept alive, is checked by the connector. Offline, only loopback is reached, and a name is
looked up in the hosts file alone, so that not even a DNS query leaves the machine.
"""

import os
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.request import getproxies

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from primum.endpoints.spec import EndpointSpec

LOCALHOST = ("127.0.0.1", "::1")


class EgressRefused(Exception):
    """This address must not be contacted."""


class Network:
    """Owns the HTTP session of a process. Used inside a running event loop; close it at the end.

    `async with Network.of(specs, offline=True) as network: wire = build_wire(spec, network)`
    """

    def __init__(self, allowed_hosts: Iterable[str], offline: bool = False, trust_env: bool = False) -> None:
        self.allowed_hosts = frozenset(_plain(host) for host in allowed_hosts)
        self.offline = offline
        self._trust_env = trust_env and not offline
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def of(cls, specs: Iterable[EndpointSpec], offline: bool = False, trust_env: bool = False) -> Self:
        """The network that these endpoints need; `trust_env` uses the environment's proxy."""
        return cls((host for spec in specs for host in hosts_of(spec)), offline, trust_env)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The shared session, made on first use."""
        if self._session is None:
            guard = _Guard(self.allowed_hosts, self.offline, self._trust_env)
            self._session = aiohttp.ClientSession(
                connector=_GuardedConnector(
                    guard, limit=0, ttl_dns_cache=300, resolver=_GuardedResolver(guard)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),  # one conversation must not colour the next
                trust_env=self._trust_env,
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


class _Guard:
    """The rule itself."""

    def __init__(self, allowed: frozenset[str], offline: bool, trust_env: bool) -> None:
        proxies = {URL(url).host or "" for url in getproxies().values()} if trust_env else set()
        self._resolvable = allowed | {_plain(host) for host in proxies}
        self._allowed = allowed
        self.offline = offline

    def check_target(self, host: str) -> None:
        """Raises `EgressRefused` unless requests may be sent to this host."""
        self._check(_plain(host), self._allowed)

    def check_name(self, host: str) -> None:
        """Raises `EgressRefused` unless this name may be resolved (a configured endpoint, or the proxy)."""
        self._check(_plain(host), self._resolvable)

    def _check(self, host: str, allowed: frozenset[str]) -> None:
        if host not in allowed:
            raise EgressRefused(f"{host} is not a configured endpoint, so it is not contacted")
        if self.offline and not _loopback_addresses(host):
            raise EgressRefused(f"--offline forbids {host}: it is not a loopback address")


class _GuardedConnector(aiohttp.TCPConnector):
    """Checks the host of every request before it gets a connection."""

    def __init__(self, guard: _Guard, **options: Any) -> None:
        super().__init__(**options)
        self._guard = guard
        self._cleared: set[str | None] = set()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 (aiohttp's signature)
    ) -> Any:
        host = req.url.raw_host
        if host not in self._cleared:
            self._guard.check_target(host or "")
            self._cleared.add(host)
        return await super().connect(req, traces, timeout)


class _GuardedResolver(AbstractResolver):
    """Resolves allowed names only; offline, from the hosts file only."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        self._system: ThreadedResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self._guard.check_name(host)
        if not self._guard.offline:
            self._system = self._system or ThreadedResolver()
            return await self._system.resolve(host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in _loopback_addresses(_plain(host))
        ]

    async def close(self) -> None:
        if self._system is not None:
            await self._system.close()


def hosts_of(spec: EndpointSpec) -> set[str]:
    """The hosts an endpoint talks to.

    >>> hosts_of(EndpointSpec("gpt", "openai", base_url="https://api.openai.com/v1"))
    {'api.openai.com'}
    """
    urls = (spec.base_url, spec.http.login_url)
    return {host for url in urls if url and (host := URL(url).host)}


def is_loopback_url(url: str) -> bool:
    """Whether a URL stays on this machine, without asking any DNS server.

    >>> is_loopback_url("http://localhost:11434/v1"), is_loopback_url("https://api.openai.com/v1")
    (True, False)
    """
    try:
        host = URL(url).host
    except ValueError:
        return False
    return bool(host) and bool(_loopback_addresses(_plain(host or "")))


def _plain(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")


def _loopback_addresses(host: str) -> list[str]:
    """The loopback addresses of an address, of localhost, or of a name in the hosts file; [] if others."""
    try:
        return [host] if ip_address(host).is_loopback else []
    except ValueError:
        pass
    if host == "localhost" or host.endswith(".localhost"):
        return list(LOCALHOST)
    addresses = _hosts_file().get(host, [])
    return addresses if addresses and all(ip_address(address).is_loopback for address in addresses) else []


def _hosts_file() -> dict[str, list[str]]:
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    path = Path(root, "System32", "drivers", "etc", "hosts") if os.name == "nt" else Path("/etc/hosts")
    names: dict[str, list[str]] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return names
    for line in lines:
        address, *aliases = line.partition("#")[0].split() or [""]
        try:
            ip_address(address)
        except ValueError:
            continue
        for alias in aliases:
            names.setdefault(_plain(alias), []).append(address)
    return names
