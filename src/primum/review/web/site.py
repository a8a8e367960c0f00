"""What every page of the app shares."""

from collections.abc import Callable
from contextlib import suppress
from secrets import compare_digest
from typing import NamedTuple

from primum.review.desk import Desk, Queue
from primum.review.log import PEOPLE
from primum.review.sessions import IDLE, digest, token
from primum.store.database import Database


class Links:
    """The one-time link of a review on one machine. It is kept in this process alone and ends with it."""

    def __init__(self, person: str) -> None:
        self._person = person
        self.token = token()
        self._left: list[str] = [digest(self.token)]

    def use(self, secret: str) -> str | None:
        """The person, the first time."""
        if not self._left or not compare_digest(self._left[0], digest(secret)):
            return None
        with suppress(IndexError):  # two requests at once: one of them finds it gone
            self._left.pop()
            return self._person
        return None


class Site(NamedTuple):
    """The desk, and how people reach it."""

    desk: Desk
    origins: tuple[str, ...]
    """What the address bar may show; the first is what links are made of."""
    clock: Callable[[], float]
    links: Links | None = None
    """Set for one person on this machine, who comes by a link; there are no accounts then."""
    run: str = ""
    """The only queue that is shown; empty for all of the store."""
    idle: float = IDLE

    @property
    def database(self) -> Database:
        return self.desk.store.database

    @property
    def local(self) -> bool:
        return self.links is not None

    @property
    def secure(self) -> bool:
        return self.origins[0].startswith("https://")

    @property
    def cookie(self) -> str:
        """`__Host-` binds the cookie to this very host. Browsers take it over https only."""
        return "__Host-primum" if self.secure else "primum-" + self.origins[0].rsplit(":", 1)[-1]

    def queues(self) -> tuple[Queue, ...]:
        """Those that can be worked here, the newest first."""
        return (self.desk.queue(self.run),) if self.run else self.desk.queues()

    def note(self, person: str, action: str, subject: str) -> None:
        """A row in the log of people: who came in, who was invited."""
        note(self.desk, person, action, subject)


def note(desk: Desk, person: str, action: str, subject: str) -> None:
    """The same without an app."""
    with desk.room.write() as connection:
        desk.room.log(connection, PEOPLE, person, action, subject)
