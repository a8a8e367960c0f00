"""How far an execution is: counts that a display can read at any moment."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from primum.campaign.model import Case, CaseResult
from primum.endpoints.ask import Caller, Endpoint


class Snapshot(msgspec.Struct, frozen=True):
    """One moment of an execution."""

    done: int
    planned: int
    critical: int
    """Cases with a failed critical check so far."""
    unanswered: int
    """Cases that ended without a verdict so far."""
    calls: int
    replayed: int
    in_flight: int
    tokens: int
    usd: float
    rate: float
    """Cases a second since the start."""
    remaining: float | None
    """Seconds to the end at this rate."""
    throttled: int
    """How often an endpoint said 429."""
    retries: int
    paused: float
    """Seconds that an endpoint still asks everybody to wait."""


class Progress:
    """Told of every finished case; asked for snapshots."""

    def __init__(self, planned: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = planned
        self.outcomes: Counter[str] = Counter()
        self.critical = 0
        self._before = 0
        self._clock = clock
        self._started = clock()
        self._caller: Caller | None = None
        self._endpoints: list[Endpoint] = []

    def watch(self, caller: Caller, endpoints: list[Endpoint]) -> None:
        """Where calls, money and throttling are read from."""
        self._caller, self._endpoints = caller, endpoints

    def kept(self, outcomes: Iterable[str], critical: int) -> None:
        """Cases that an earlier execution finished."""
        self.outcomes.update(outcomes)
        self.critical += critical
        self._before = self.outcomes.total()

    def planned(self, cases: Sequence[Case]) -> None:
        """Cases that are planned on the way."""
        self.total += len(cases)

    def finished(self, result: CaseResult) -> None:
        self.outcomes[result.outcome] += 1
        if result.score is not None and result.score.critical_failed:
            self.critical += 1

    def snapshot(self) -> Snapshot:
        done = self.outcomes.total()
        now = done - self._before
        passed = max(self._clock() - self._started, 1e-9)
        tally = self._caller.tally if self._caller else None
        budget = self._caller.budget if self._caller else None
        return Snapshot(
            done=done,
            planned=self.total,
            critical=self.critical,
            unanswered=done - self.outcomes["judged"],
            calls=tally.fresh if tally else 0,
            replayed=tally.replayed if tally else 0,
            in_flight=tally.in_flight if tally else 0,
            tokens=budget.tokens if budget else 0,
            usd=budget.usd if budget else 0.0,
            rate=now / passed,
            remaining=(self.total - done) * passed / now if now else None,
            throttled=sum(endpoint.limiter.throttled for endpoint in self._endpoints),
            retries=tally.retries if tally else 0,
            paused=max((endpoint.limiter.paused_for for endpoint in self._endpoints), default=0.0),
        )
