"""A review room with its server running, and ways in: plain requests and a real browser."""

import http.client
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlencode

from primum.review.desk import Desk
from primum.review.sessions import open_session
from primum.review.web.serve import LOOPBACK, listening, server
from primum.review.web.site import Links, Site

Form = Mapping[str, str] | Sequence[tuple[str, str]]


class Got(NamedTuple):
    """One response."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def where(self) -> str:
        return self.headers.get("location", "")


class Team:
    """A running server over a desk."""

    def __init__(self, site: Site, port: int) -> None:
        self.site, self.desk, self.port = site, site.desk, port
        self.url = site.origins[0]

    def session(self, person: str) -> str:
        """The cookie of somebody who has signed in."""
        return open_session(self.site.database, person, self.site.clock())

    def ask(
        self,
        method: str,
        path: str,
        person: str = "",
        form: Form = (),
        headers: Mapping[str, str] | None = None,
    ) -> Got:
        """One request as a browser would send it from the app's own pages."""
        sent = {"Host": self.url.split("//")[1], "Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        if person:
            sent["Cookie"] = f"{self.site.cookie}={self.session(person)}"
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            body = urlencode(form) if method == "POST" else None
            connection.request(method, path, body, {**sent, **(headers or {})})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, names, response.read().decode())
        finally:
            connection.close()


@contextmanager
def running(desk: Desk, links: Links | None = None) -> Iterator[Team]:
    """Serve the desk on a free port of the loopback until the block ends."""
    with listening(LOOPBACK, 0) as listener:
        port = listener.getsockname()[1]
        site = Site(desk, (f"http://{LOOPBACK}:{port}",), desk.room.clock, links)
        made = server(site)
        thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not made.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield Team(site, port)
        finally:
            made.should_exit = True
            thread.join(20)
