"""`ask`: the one function through which everything talks to a model.

It looks the request up in the journal; waits for the same request in flight; otherwise calls, writes the answer
durably, and returns it. So a killed campaign replays what it had and goes on, and no call is paid for twice.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Protocol

import msgspec

from primum.canonical import canonical_bytes
from primum.endpoints.budget import Budget
from primum.endpoints.journal import Entry, Journal
from primum.endpoints.limits import Limiter
from primum.endpoints.model import CallFailed, Failure, Message, Params, Reply, Usage
from primum.endpoints.spec import EndpointSpec, Limits
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
FORBIDDEN_OFTEN = 16
"""So many 403 before any answer mean a wrong key; fewer may be a firewall that dislikes these prompts."""
CHARACTERS_PER_TOKEN = 4
ASSUMED_REPLY = 350
"""Tokens of an answer, where nothing is known yet."""


class Endpoint:
    """A model that can be called: its description, its wire, and its limits."""

    def __init__(self, spec: EndpointSpec, wire: Wire, limiter: Limiter | None = None) -> None:
        self.spec = spec
        self.name = spec.name
        self.fingerprint = spec.fingerprint
        self.wire = wire
        self.keeps_time = getattr(wire, "keeps_time", False)
        """Whether the wire ends an attempt by itself after `limits.timeout`."""
        self.limiter = limiter or Limiter(spec.limits)
        self.answered = False
        self.forbidden = 0
        self.down: Failure | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r})"


class Stopped(Exception):
    """The execution was asked to stop; no further call is made, and the case is left for the next execution."""


class Clock(Protocol):
    """Whose time a call takes. It stands still while the call waits for its turn among our own."""

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class _NoClock:
    def pause(self) -> None: ...

    def resume(self) -> None: ...


NO_CLOCK = _NoClock()


class Tally(msgspec.Struct):
    """Counts of one execution, for the progress display."""

    fresh: int = 0
    replayed: int = 0
    shared: int = 0
    retries: int = 0
    in_flight: int = 0


class _Call(msgspec.Struct):
    """One call on its way through its attempts."""

    endpoint: Endpoint
    messages: Sequence[Message]
    params: Params
    sample: int
    tokens: int
    """Of the request, estimated."""
    clock: Clock
    attempts: int = 0
    admitted: bool = False


class Caller:
    """Holds the journal, the budget and the total concurrency of one execution, and offers `ask`."""

    def __init__(self, journal: Journal, budget: Budget, concurrency: int, label: str = "") -> None:
        self.budget = budget
        self.tally = Tally()
        self._journal = journal
        self._label = label
        self._gate = Limiter(Limits(concurrency=concurrency))
        self._flying: dict[bytes, asyncio.Future[Reply]] = {}
        self._jitter = random.Random()
        self._stopped = False

    def stop(self) -> None:
        """Calls in flight end and are journaled; new ones, and those that wait for their turn, raise `Stopped`."""
        self._stopped = True

    async def ask(
        self,
        endpoint: Endpoint,
        messages: Sequence[Message],
        params: Params = DEFAULTS,
        sample: int = 0,
        clock: Clock = NO_CLOCK,
    ) -> Reply:
        """The endpoint's answer to the messages. `sample` tells repeats of one request apart.

        Raises `CallFailed` when there is none.
        """
        request = canonical_bytes((messages, params, sample, self._label))
        key = sha256(endpoint.fingerprint.encode() + request).digest()
        if key in self._journal and (entry := await self._journal.get(key)) is not None:
            self.tally.replayed += 1
            return _replay(entry)
        while (flying := self._flying.get(key)) is not None:
            self.tally.shared += 1
            try:
                with _paused(clock):  # the caller who flies it minds its time
                    return await asyncio.shield(flying)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if not flying.cancelled() or (task is not None and task.cancelling()):
                    raise  # this caller was cancelled, with the call or without it
        sent = with_system(endpoint.spec.system, messages)
        call = _Call(endpoint, sent, params, sample, len(request) // CHARACTERS_PER_TOKEN, clock)
        return await self._fly(call, key, request)

    async def _fly(self, call: _Call, key: bytes, request: bytes) -> Reply:
        """Makes the call as the one in flight for its key."""
        fingerprint = call.endpoint.fingerprint
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._flying[key] = future
        try:
            reply = await self._call(call)
            stays = await self._journal.put(key, fingerprint, request, Entry(reply=reply), reply.at)
            reply = _replay(stays)
            future.set_result(reply)
            return reply
        except CallFailed as failed:
            if failed.failure.kind in JOURNALED:
                entry = Entry(failure=failed.failure)
                await self._journal.put(key, fingerprint, request, entry, time.time())
            future.set_exception(failed)
            future.exception()  # nobody may be waiting; that is no error
            raise
        finally:
            if not future.done():
                future.cancel()
            del self._flying[key]

    async def _call(self, call: _Call) -> Reply:
        """Attempts until an answer, a refusal of the request, or the last retry."""
        usage = Usage()
        try:
            while True:
                call.attempts += 1
                try:
                    reply = await self._attempt(call)
                    usage = reply.usage
                    return reply
                except CallFailed as failed:
                    pause = self._pause_before_retry(call, failed)
                self.tally.retries += 1
                await asyncio.sleep(pause)
        finally:
            if call.admitted:
                self.budget.settle(usage, call.endpoint.spec.price)

    async def _attempt(self, call: _Call) -> Reply:
        self._check(call)
        limiter = call.endpoint.limiter
        started = limiter.take(call.tokens)
        if started is None:
            with _paused(call.clock):
                started = await limiter.acquire(call.tokens)
        try:
            if self._gate.take(0) is None:
                with _paused(call.clock):
                    await self._gate.acquire(0)
            try:
                self._check(call)  # much may have happened while it waited
                reply = await self._send(call)
            finally:
                self._gate.release()
        except CallFailed as failed:
            self._tell(limiter, failed, started)
            raise
        finally:
            limiter.release()
        self.tally.fresh += 1
        call.endpoint.answered = True
        usage = reply.usage
        limiter.healthy(usage.input + usage.output - call.tokens if usage.input else 0)
        return reply

    def _check(self, call: _Call) -> None:
        """Raises unless the call may be sent now."""
        if self._stopped:
            raise Stopped
        if call.endpoint.down:
            raise CallFailed(call.endpoint.down)

    async def _send(self, call: _Call) -> Reply:
        """One attempt on the wire, within its deadline."""
        endpoint = call.endpoint
        if not call.admitted:
            self.budget.admit(Usage(call.tokens, ASSUMED_REPLY), endpoint.spec.price)
            call.admitted = True
        seconds = endpoint.spec.limits.timeout
        self.tally.in_flight += 1
        begun = time.perf_counter()
        try:
            if endpoint.keeps_time:
                reply = await endpoint.wire.send(call.messages, call.params, call.sample)
            else:
                async with asyncio.timeout(seconds):
                    reply = await endpoint.wire.send(call.messages, call.params, call.sample)
        except TimeoutError:
            raise CallFailed(Failure("timeout", f"no complete answer within {seconds:g} s")) from None
        finally:
            self.tally.in_flight -= 1
        latency = round(time.perf_counter() - begun, 6)
        return msgspec.structs.replace(reply, latency=latency, at=time.time(), attempts=call.attempts)

    def _tell(self, limiter: Limiter, failed: CallFailed, started: float) -> None:
        """Lets the limiter know how a call failed."""
        if failed.failure.kind == "rate_limited":
            told: float | None = getattr(failed, "retry_after", None)
            # Nobody waits longer than that: the endpoint is given up instead.
            limiter.too_many(started, told if told is None or told <= LONGEST_WAIT else None)
        elif failed.failure.kind == "server_error":
            limiter.unwell()

    def _pause_before_retry(self, call: _Call, failed: CallFailed) -> float:
        """Seconds to wait before the next attempt; raises when there shall be none."""
        endpoint, failure, attempt = call.endpoint, failed.failure, call.attempts
        if not call.admitted:
            raise failed  # nothing was sent
        told: float | None = getattr(failed, "retry_after", None)
        if failure.kind in FATAL and not endpoint.answered:
            endpoint.forbidden += 1
            if failure.status != 403 or endpoint.forbidden >= FORBIDDEN_OFTEN:
                endpoint.down = failure
        if told is not None and told > LONGEST_WAIT:
            wait = f"{failure.message}; the server asks to wait {told:.0f} s: run the same command again then"
            failure = endpoint.down = msgspec.structs.replace(failure, message=wait)
        if endpoint.down or failure.kind not in RETRIED or attempt > endpoint.spec.limits.retries:
            raise CallFailed(msgspec.structs.replace(failure, attempts=attempt))
        backoff = min(FIRST_BACKOFF * 2 ** (attempt - 1), LONGEST_BACKOFF)
        return told if told is not None else backoff * self._jitter.uniform(0.5, 1.0)


def _replay(entry: Entry) -> Reply:
    if entry.failure:
        raise CallFailed(entry.failure)
    assert entry.reply is not None
    return entry.reply


@contextmanager
def _paused(clock: Clock) -> Iterator[None]:
    clock.pause()
    try:
        yield
    finally:
        clock.resume()


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
