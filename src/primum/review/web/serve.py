"""Runs the app: for one person on this machine, or for a team."""

import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from primum.errors import PrimumError
from primum.review import accounts
from primum.review.desk import Desk
from primum.review.model import Person
from primum.review.web.site import Links, Site, note

if TYPE_CHECKING:
    import uvicorn

PORT = 8321
LOOPBACK = "127.0.0.1"


def serve_local(
    desk: Desk, run: str, person: str, port: int = PORT, tell: Callable[[str], None] = print
) -> None:
    """Serve the queue of one run to one person on this machine until Ctrl-C. `tell` gets the link, which works once.

    Binds the loopback address only, and the next free port where this one is taken.
    """
    links = Links(person)
    with listening(LOOPBACK, port, others=20) as listener:
        number = listener.getsockname()[1]
        origins = (f"http://{LOOPBACK}:{number}", f"http://localhost:{number}")
        tell(f"{origins[0]}/enter/{links.token}")
        server(Site(desk, origins, time.time, links, run, idle=float("inf"))).run(sockets=[listener])


def serve_team(
    desk: Desk,
    url: str = "",
    host: str = LOOPBACK,
    port: int = PORT,
    certificate: tuple[Path, Path] | None = None,
    proxies: Sequence[str] = (),
    ready: Callable[[str], None] = print,
) -> None:
    """Serve a team with accounts until it is stopped. `ready` gets the address once it is known.

    `url` is what the address bar shows: only requests for its host are answered, and forms only from its origin.
    """
    with listening(host, port) as listener:
        origin = origin_of(url) if url else _own(host, listener.getsockname()[1], certificate is not None)
        ready(origin)
        server(Site(desk, (origin,), time.time), certificate, proxies).run(sockets=[listener])


def first_lead(desk: Desk, login: str, name: str, origin: str, now: float) -> str:
    """The link of a lead whom whoever runs the server lets in: the first of a store, or one who is locked out."""
    login = accounts.named(login)
    known = {person.id: person for person in desk.people()}
    if not known:
        desk.add_person(Person(login, name, ("lead",)))
    elif login not in known or "lead" not in known[login].roles:
        raise PrimumError(f"'{login}' is no lead of this store; a lead makes leads, on the page People")
    link = accounts.invite(desk.store.database, login, now)
    note(desk, login, "invited by whoever runs the server", login)
    return f"Link for {login}, it works once: {origin}/invitation/{link}"


def origin_of(url: str) -> str:
    """The origin of an address.

    >>> origin_of("https://review.clinic.example/")
    'https://review.clinic.example'
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise PrimumError(
            f"'{url}' is no address of a review; write for example https://review.clinic.example"
        )
    if parts.scheme == "http" and parts.hostname not in (LOOPBACK, "localhost", "::1"):
        raise PrimumError(
            f"{url}: passwords would cross the network unencrypted; give --certificate and --key, or put a"
            " server that speaks https in front and name its https:// address"
        )
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def server(
    site: Site, certificate: tuple[Path, Path] | None = None, proxies: Sequence[str] = ()
) -> "uvicorn.Server":
    """The server itself. It writes no access log: addresses hold the secrets of links."""
    import uvicorn

    from primum.review.web.app import make_app

    options: dict[str, Any] = {"proxy_headers": bool(proxies), "forwarded_allow_ips": list(proxies)}
    if certificate:
        options |= {"ssl_certfile": str(certificate[0]), "ssl_keyfile": str(certificate[1])}
    return uvicorn.Server(
        uvicorn.Config(
            make_app(site),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            **options,
        )
    )


def listening(host: str, port: int, others: int = 0) -> socket.socket:
    """A bound socket: at this port, or at one of the `others` after it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, port + others + 1) if port else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen(128)  # from here on nobody is refused, even before the server runs
        except OSError as error:
            listener.close()
            reason = error.strerror
            continue
        return listener
    raise PrimumError(f"cannot listen at {host}:{port}: {reason}; choose another with --port")


def _own(host: str, port: int, https: bool) -> str:
    return origin_of(f"{'https' if https else 'http'}://{f'[{host}]' if ':' in host else host}:{port}")
