"""The time a case may take. It does not run while a call of the case waits for its turn among our own calls."""

import asyncio
from types import TracebackType

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

    def enforced(self) -> "_Enforced":
        """`async with deadline.enforced():` raises `TimeoutError` in the block when the time is up."""
        over = not self._waiting and self._loop.time() >= self._ends
        return _Enforced(self._limits, asyncio.timeout_at(self._ends if over else None))

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


class _Enforced:
    """A limit, among those that the clock moves as long as the block lasts. Every case has one: a class is cheaper
    here than a generator."""

    __slots__ = ("_limit", "_limits")

    def __init__(self, limits: list[asyncio.Timeout], limit: asyncio.Timeout) -> None:
        self._limits = limits
        self._limit = limit

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._limits.append(self._limit)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limits.remove(self._limit)
        await self._limit.__aexit__(kind, error, trace)
