"""The time a case may take. It does not run while a call of the case waits for its turn among our own calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LATEST_LOOK = 0.01
"""Seconds until a timer that came too early looks again, at least."""


class Deadline:
    """A clock for one case (`primum.endpoints.ask.Clock`); starts now. `close` it when the case is over.

    Without it, every case behind a slow endpoint would run out of time in our queue and be counted as its failure.
    One timer serves the whole case: pausing only moves the end, and a timer that comes too early is set again.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + seconds
        self._limits: list[asyncio.Timeout] = []
        self._waiting = 0
        self._since = 0.0
        self._timer = self._loop.call_at(self._ends, self._look)

    @asynccontextmanager
    async def enforced(self) -> AsyncIterator[None]:
        """The block raises `TimeoutError` when the time is up."""
        over = not self._waiting and self._loop.time() >= self._ends
        async with asyncio.timeout_at(self._ends if over else None) as limit:
            self._limits.append(limit)
            try:
                yield
            finally:
                self._limits.remove(limit)

    def close(self) -> None:
        self._timer.cancel()

    def pause(self) -> None:
        self._waiting += 1
        if self._waiting == 1:
            self._since = self._loop.time()

    def resume(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._ends += self._loop.time() - self._since

    def _look(self) -> None:
        now = self._loop.time()
        left = self._ends - (self._since if self._waiting else now)
        if left > 0 or self._waiting:
            self._timer = self._loop.call_at(now + max(left, LATEST_LOOK), self._look)
            return
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(now)
