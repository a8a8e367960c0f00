"""What every page of the app shares."""

from collections.abc import Callable
from typing import NamedTuple

from primum.review.desk import Desk
from primum.review.model import Person
from primum.review.sessions import IDLE
from primum.store.database import Database


class Room(NamedTuple):
    """The desk, and how people reach it."""

    desk: Desk
    database: Database
    origins: tuple[str, ...]
    """What the address bar may show; the first is what links are made of."""
    clock: Callable[[], float]
    local: bool = False
    """One person on this machine, who comes by a link; no accounts."""
    idle: float = IDLE

    @property
    def secure(self) -> bool:
        return self.origins[0].startswith("https://")

    @property
    def cookie(self) -> str:
        """`__Host-` binds the cookie to this very host. Browsers take it over https only."""
        return "__Host-primum" if self.secure else "primum-" + self.origins[0].rsplit(":", 1)[-1]

    def person(self, name: str) -> Person | None:
        """Somebody who may still enter."""
        person = self.desk.person(name)
        return person if person is not None and person.active else None
