"""`ask`: the one function through which everything talks to a model.

It looks the request up in the journal; waits for the same request in flight; otherwise calls, writes the answer
durably, and returns it. So a killed campaign replays what it had and goes on, and no call is paid for twice.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

import msgspec

from primum.canonical import canonical_bytes
from primum.endpoints.budget import Budget
from primum.endpoints.journal import Entry, Journal
from primum.endpoints.limits import Limiter
from primum.endpoints.model import CallFailed, Failure, Message, Params, Reply, Usage
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import Wire

Ask = Callable[["Endpoint", Sequence[Message], Params, int], Awaitable[Reply]]

DEFAULTS = Params()
RETRIED = frozenset({"rate_limited", "server_error", "connection", "malformed"})
FATAL = frozenset({"unauthorised", "not_found", "offline"})
"""On an endpoint that never answered yet, a fault of its configuration: it is not asked again in this execution."""
JOURNALED = frozenset({"rejected", "too_large"})
"""Failures that are the server's completed answer to this very request."""
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
LONGEST_WAIT = 120.0
"""A server that asks for more patience than this is left alone for the rest of the execution; resume later."""
CHARACTERS_PER_TOKEN = 4


class Endpoint:
    """A model that can be called: its description, its wire, and its limits."""

    def __init__(self, spec: EndpointSpec, wire: Wire, limiter: Limiter | None = None) -> None:
        self.spec = spec
        self.name = spec.name
        self.fingerprint = spec.fingerprint
        self.wire = wire
        self.limiter = limiter or Limiter(spec.limits)
        self.answered = False
        self.down: Failure | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r})"


class Stopped(Exception):
    """The execution was asked to stop; no further call is made, and the case is left for the next execution."""


class Tally(msgspec.Struct):
    """Counts of one execution, for the progress display."""

    fresh: int = 0
    replayed: int = 0
    shared: int = 0
    retries: int = 0
    in_flight: int = 0


class Caller:
    """Holds the journal, the budget and the total concurrency of one execution, and offers `ask`."""

    def __init__(self, journal: Journal, budget: Budget, concurrency: int, label: str = "") -> None:
        self.budget = budget
        self.tally = Tally()
        self._journal = journal
        self._label = label
        self._gate = asyncio.Semaphore(concurrency)
        self._flying: dict[bytes, asyncio.Future[Reply]] = {}
        self._jitter = random.Random()
        self._stopped = False

    def stop(self) -> None:
        """Calls in flight end and are journaled; new ones raise `Stopped`."""
        self._stopped = True

    async def ask(
        self, endpoint: Endpoint, messages: Sequence[Message], params: Params = DEFAULTS, sample: int = 0
    ) -> Reply:
        """The endpoint's answer to the messages. `sample` tells repeats of one request apart.

        Raises `CallFailed` when there is none.
        """
        request = canonical_bytes((messages, params, sample, self._label))
        key = sha256(endpoint.fingerprint.encode() + request).digest()
        if key in self._journal:
            return self._replay(endpoint, await self._journal.get(key))
        while (flying := self._flying.get(key)) is not None:
            self.tally.shared += 1
            try:
                return await asyncio.shield(flying)
            except asyncio.CancelledError:
                if not flying.cancelled():
                    raise  # this caller was cancelled, not the call
        return await self._fly(endpoint, messages, params, sample, key, request)

    def _replay(self, endpoint: Endpoint, entry: Entry) -> Reply:
        self.tally.replayed += 1
        usage = entry.reply.usage if entry.reply else Usage()
        self.budget.replayed(usage, endpoint.spec.price)
        if entry.failure:
            raise CallFailed(entry.failure)
        assert entry.reply is not None
        return entry.reply

    async def _fly(
        self,
        endpoint: Endpoint,
        messages: Sequence[Message],
        params: Params,
        sample: int,
        key: bytes,
        request: bytes,
    ) -> Reply:
        """Makes the call as the one in flight for its key."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._flying[key] = future
        try:
            reply = await self._call(endpoint, messages, params, sample, len(request))
            await self._journal.put(key, endpoint.fingerprint, request, Entry(reply=reply), reply.at)
            future.set_result(reply)
            return reply
        except CallFailed as failed:
            if failed.failure.kind in JOURNALED:
                entry = Entry(failure=failed.failure)
                await self._journal.put(key, endpoint.fingerprint, request, entry, time.time())
            future.set_exception(failed)
            future.exception()  # nobody may be waiting; that is no error
            raise
        finally:
            if not future.done():
                future.cancel()
            del self._flying[key]

    async def _call(
        self, endpoint: Endpoint, messages: Sequence[Message], params: Params, sample: int, size: int
    ) -> Reply:
        """One admitted call: attempts until an answer, a refusal of the request, or the last retry."""
        if self._stopped:
            raise Stopped
        if endpoint.down:
            raise CallFailed(endpoint.down)
        self.budget.admit()
        usage = Usage()
        try:
            sent = with_system(endpoint.spec.system, messages)
            attempt = 0
            while True:
                attempt += 1
                try:
                    reply = await self._attempt(endpoint, sent, params, sample, size, attempt)
                    usage = reply.usage
                    return reply
                except CallFailed as failed:
                    pause = self._pause_before_retry(endpoint, failed, attempt)
                self.tally.retries += 1
                await asyncio.sleep(pause)
                if self._stopped:
                    raise Stopped
        finally:
            self.budget.settle(usage, endpoint.spec.price)

    async def _attempt(
        self,
        endpoint: Endpoint,
        messages: Sequence[Message],
        params: Params,
        sample: int,
        size: int,
        attempt: int,
    ) -> Reply:
        limiter = endpoint.limiter
        expected = size // CHARACTERS_PER_TOKEN
        started = await limiter.acquire(expected)
        try:
            async with self._gate:
                if endpoint.down:  # found out while this call waited
                    raise CallFailed(endpoint.down)
                self.tally.in_flight += 1
                begun = time.perf_counter()
                try:
                    async with asyncio.timeout(endpoint.spec.limits.timeout):
                        reply = await endpoint.wire.send(messages, params, sample)
                except TimeoutError:
                    seconds = endpoint.spec.limits.timeout
                    raise CallFailed(Failure("timeout", f"no complete answer within {seconds:g} s")) from None
                finally:
                    self.tally.in_flight -= 1
                latency = time.perf_counter() - begun
        except CallFailed as failed:
            kind = failed.failure.kind
            if kind == "rate_limited":
                limiter.too_many(started, getattr(failed, "retry_after", None))
            elif kind == "server_error":
                limiter.unwell()
            raise
        finally:
            limiter.release()
        self.tally.fresh += 1
        endpoint.answered = True
        limiter.healthy(reply.usage.input + reply.usage.output - expected if reply.usage.input else 0)
        return msgspec.structs.replace(reply, latency=round(latency, 6), at=time.time(), attempts=attempt)

    def _pause_before_retry(self, endpoint: Endpoint, failed: CallFailed, attempt: int) -> float:
        """Seconds to wait before the next attempt; raises when there shall be none."""
        failure = failed.failure
        told: float | None = getattr(failed, "retry_after", None)
        if failure.kind in FATAL and not endpoint.answered:
            endpoint.down = failure
        if told is not None and told > LONGEST_WAIT:
            wait = f"{failure.message}; the server asks to wait {told:.0f} s: run the same command again then"
            failure = endpoint.down = msgspec.structs.replace(failure, message=wait)
        if endpoint.down or failure.kind not in RETRIED or attempt > endpoint.spec.limits.retries:
            raise CallFailed(msgspec.structs.replace(failure, attempts=attempt))
        backoff = min(FIRST_BACKOFF * 2 ** (attempt - 1), LONGEST_BACKOFF)
        return told if told is not None else backoff * self._jitter.uniform(0.5, 1.0)


def with_system(system: str, messages: Sequence[Message]) -> Sequence[Message]:
    """The deployment's own system prompt stands before the scenario's, in one message.

    >>> with_system("Be brief.", [Message("system", "You are a nurse."), Message("user", "Hi")])[0].content
    'Be brief.\\n\\nYou are a nurse.'
    """
    if not system:
        return messages
    first = messages[0] if messages else None
    if first is not None and first.role == "system" and isinstance(first.content, str):
        return [Message("system", f"{system}\n\n{first.content}"), *messages[1:]]
    return [Message("system", system), *messages]
