"""Stopping an executor cleanly from outside: by a signal, or from another thread."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Protocol


class Stoppable(Protocol):
    """What can be asked to end: no new calls, and a second time at once."""

    def stop(self) -> None: ...


Control = Callable[[Stoppable], AbstractContextManager[None]]
"""Is given the executor while it works, so that somebody can stop it."""


@contextmanager
def on_signals(executor: Stoppable) -> Iterator[None]:
    """Ctrl-C stops the executor cleanly instead of tearing the loop down; only the main thread may listen."""
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        handler = signal.getsignal(number)
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, executor.stop)
            before[number] = handler
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            if handler is not None:
                signal.signal(number, handler)


class Remote:
    """Stops an executor that works in another thread."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None

    @contextmanager
    def __call__(self, executor: Stoppable) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(executor.stop)
        try:
            yield
        finally:
            self._stop = None

    def stop(self) -> None:
        if self._stop is not None:
            self._stop()
