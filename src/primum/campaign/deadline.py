"""The time a case may take. It does not run while a call of the case waits for its turn among our own calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Deadline:
    """A clock for one case (`primum.endpoints.ask.Clock`); starts now.

    Without it, every case behind a slow endpoint would run out of time in our queue and be counted as its failure.
    """

    def __init__(self, seconds: float) -> None:
        self._now = asyncio.get_running_loop().time
        self._ends = self._now() + seconds
        self._limits: list[asyncio.Timeout] = []
        self._waiting = 0
        self._since = 0.0

    @asynccontextmanager
    async def enforced(self) -> AsyncIterator[None]:
        """The block raises `TimeoutError` when the time is up."""
        async with asyncio.timeout_at(None if self._waiting else self._ends) as limit:
            self._limits.append(limit)
            try:
                yield
            finally:
                self._limits.remove(limit)

    def pause(self) -> None:
        self._waiting += 1
        if self._waiting == 1:
            self._since = self._now()
            self._reschedule(None)

    def resume(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._ends += self._now() - self._since
            self._reschedule(self._ends)

    def _reschedule(self, when: float | None) -> None:
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(when)
