"""How many calls one endpoint takes at once, and how fast: adaptive, and told by the server where it says so.

The limit starts where the user put it (or low, and doubles while healthy), is halved when the server says 429 and
grows again one by one; a 5xx stops the growth for a while. `Retry-After` and the rate headers pause every caller
of the endpoint, not only the one that was told.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Mapping

from primum.endpoints.spec import Limits

RATE_HEADERS = tuple(
    (f"x-ratelimit-remaining-{kind}", f"x-ratelimit-reset-{kind}") for kind in ("requests", "tokens")
)
"""What is left, and when there will be more. Others (Anthropic's are dates) say no more than their Retry-After."""
SLOW_START = 8
CEILING = 64
GROWTH_PAUSE = 10.0
"""Seconds without growth after a 5xx."""


class Limiter:
    """Slots for calls in flight, a pause that holds everybody, and two token buckets.

    `start` is the concurrency that the user asked for on the command line; the endpoint's own setting wins.

    >>> limiter = Limiter(Limits(concurrency=4))
    >>> limiter.limit
    4.0
    """

    def __init__(
        self, limits: Limits, start: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        given = limits.concurrency or start
        self.ceiling = given or CEILING
        self.limit = float(given or SLOW_START)
        self._slow_start = given is None
        self.active = 0
        self.throttled = 0
        """How often the server said 429."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._paused_until = 0.0
        self._no_growth_until = 0.0
        self._last_cut = 0.0
        self._requests = _Bucket(limits.requests_per_minute, clock)
        self._tokens = _Bucket(limits.tokens_per_minute, clock)
        self._rated = bool(limits.requests_per_minute or limits.tokens_per_minute)

    def take(self, tokens: int) -> float | None:
        """A slot, if one is free now: the moment the call starts. `tokens` is an estimate of the call's size."""
        now = self._clock()
        if self.active >= int(self.limit) and self.active:
            return None
        if now < self._paused_until or (self._rated and self._delay(now, tokens) > 0):
            return None
        self.active += 1
        if self._rated:
            self._requests.take(1)
            self._tokens.take(tokens)
        return now

    async def acquire(self, tokens: int) -> float:
        """As `take`, and waits for it."""
        while (started := self.take(tokens)) is None:
            delay = self._delay(self._clock(), tokens)
            if delay > 0:
                await asyncio.sleep(delay)
                continue
            slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(slot)
            try:
                await slot
            except asyncio.CancelledError:
                if slot.done() and not slot.cancelled():
                    self._wake()
                raise
        return started

    def _delay(self, now: float, tokens: int) -> float:
        """Seconds until rates and pauses allow a call of this size."""
        return max(self._paused_until - now, self._requests.delay(1), self._tokens.delay(tokens))

    def release(self) -> None:
        self.active -= 1
        self._wake()

    def _wake(self) -> None:
        room = max(int(self.limit), 1) - self.active
        while self._waiting and room > 0:
            slot = self._waiting.popleft()
            if not slot.done():
                slot.set_result(None)
                room -= 1

    def healthy(self, tokens_more: int = 0) -> None:
        """A call succeeded: correct the token bucket and grow."""
        self._tokens.take(tokens_more)
        if self.limit < self.ceiling and self._clock() >= self._no_growth_until:
            step = 1.0 if self._slow_start else 1.0 / self.limit
            self.limit = min(self.limit + step, float(self.ceiling))

    def too_many(self, started: float, retry_after: float | None) -> None:
        """The server said 429 to a call that started at `started`: one cut per burst, and a pause for all."""
        self.throttled += 1
        now = self._clock()
        if started >= self._last_cut:
            self._last_cut = now
            self._slow_start = False
            self.limit = max(1.0, self.limit / 2)
        if retry_after is not None:
            self._paused_until = max(self._paused_until, now + retry_after)

    def unwell(self) -> None:
        """The server said 5xx: do not grow for a while."""
        self._slow_start = False
        self._no_growth_until = self._clock() + GROWTH_PAUSE

    def read_headers(self, headers: Mapping[str, str]) -> None:
        """Pause when a rate header says that nothing is left until a reset."""
        for remaining, reset in RATE_HEADERS:
            if headers.get(remaining) == "0":
                wait = _seconds(headers.get(reset, ""))
                self._paused_until = max(self._paused_until, self._clock() + min(wait, 60.0))

    @property
    def paused_for(self) -> float:
        return max(0.0, self._paused_until - self._clock())


class _Bucket:
    """A rate per minute, with a burst of one second's worth (at least one unit)."""

    def __init__(self, per_minute: float | None, clock: Callable[[], float]) -> None:
        self._rate = per_minute / 60.0 if per_minute else 0.0
        self._clock = clock
        self._free_at = 0.0

    def delay(self, units: int) -> float:
        """Seconds until `units` may be taken."""
        return max(0.0, self._free_at - self._clock()) if self._rate and units else 0.0

    def take(self, units: int) -> None:
        if self._rate and units:
            self._free_at = max(self._free_at, self._clock() - 1.0) + units / self._rate


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
_DURATION = re.compile(r"(\d+(?:\.\d*)?)(ms|s|m|h|)", re.ASCII)


def _seconds(text: str) -> float:
    """Seconds of a reset header; 0 when it says nothing that we understand.

    >>> _seconds("1m30s"), _seconds("250ms"), _seconds("2.5"), _seconds("soon")
    (90.0, 0.25, 2.5, 0.0)
    """
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        return 0.0
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
