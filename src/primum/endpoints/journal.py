"""The journal: every call and its answer, under a content address, durable before anyone sees it.

Writes are committed in groups by one thread; `put` returns only after its group is on disk. Reads are grouped in
the same way, so that a replay costs one query per hundred calls, not one per call.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import msgspec

from primum.endpoints.model import Failure, Reply
from primum.store import CaseRow, JournalRow, Store

LINGER = 0.01
"""Seconds a group waits for company; throughput does not suffer, since no slot of an endpoint is held meanwhile."""
GROUP = 256
TOGETHER = 4
"""How many callers are woken before the sockets get their turn: what they do next (judging) takes a while, and an
answer that waits in a socket holds a slot of its endpoint."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the journal holds under a key: an answer, or the server's refusal of the request itself."""

    reply: Reply | None = None
    failure: Failure | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Grouper(Generic[Item, Answer]):
    """Collects items for a moment and hands them to `work` in one thread, in order."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer]], linger: float) -> None:
        self._work = work
        self._linger = linger
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        # A caller that is cancelled does not take its item out of the group: it is written all the same.
        return await future

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if len(self._waiting) < GROUP:
                await asyncio.sleep(self._linger)
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            try:
                answers = await loop.run_in_executor(self._thread, self._work, [item for item, _ in group])
            except Exception as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
                continue
            for place, ((_, future), answer) in enumerate(zip(group, answers, strict=True)):
                if not future.done():
                    future.set_result(answer)
                if place % TOGETHER == TOGETHER - 1:
                    await asyncio.sleep(0)
        self._task = None

    async def close(self) -> None:
        while self._task is not None:
            await asyncio.shield(self._task)
        self._thread.shutdown()


class Journal:
    """The calls of one store, seen from one run."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._known = store.journal_keys()
        self._used = store.journal_keys(run)
        self._writes: _Grouper[JournalRow | bytes | CaseRow, Entry | None] = _Grouper(self._commit, LINGER)
        self._reads: _Grouper[bytes, Entry | None] = _Grouper(self._read, 0.0)

    def __contains__(self, key: bytes) -> bool:
        return key in self._known

    async def get(self, key: bytes) -> Entry | None:
        """The entry under a key; None when another process has erased it since this journal was opened."""
        entry = await self._reads.submit(key)
        if entry is None:
            self._known.discard(key)
        elif key not in self._used:
            await self._writes.submit(key)
        return entry

    async def put(self, key: bytes, endpoint: str, request: bytes, entry: Entry, created: float) -> Entry:
        """Returns, when it is durable, the entry that stays: another process may have made the same call first."""
        return await self._writes.submit(JournalRow(key, endpoint, request, _encode(entry), created)) or entry

    async def put_case(self, row: CaseRow) -> None:
        """A finished case, in the same groups as the calls."""
        await self._writes.submit(row)

    async def close(self) -> None:
        await self._writes.close()
        await self._reads.close()

    def _commit(self, items: Sequence[JournalRow | bytes | CaseRow]) -> Sequence[Entry | None]:
        calls = [item for item in items if isinstance(item, JournalRow)]
        cases = [item for item in items if isinstance(item, CaseRow)]
        replayed = [item for item in items if isinstance(item, bytes)]
        uses = [(self._run, key) for key in (*(call.key for call in calls), *replayed)]
        earlier = self._store.commit(journal=calls, uses=uses, cases=cases)
        keys = [key for _, key in uses]
        # Here and not in `put`, whose caller may have been cancelled: what is written is known.
        self._known.update(keys)
        self._used.update(keys)
        if not earlier:
            return [None] * len(items)
        stayed = {key: _decode(reply) for key, reply in earlier.items()}
        return [stayed.get(item.key) if isinstance(item, JournalRow) else None for item in items]

    def _read(self, keys: Sequence[bytes]) -> Sequence[Entry | None]:
        found = self._store.journal_get(keys)
        return [_decode(found[key]) if key in found else None for key in keys]
