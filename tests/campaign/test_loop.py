"""The loop a campaign runs in."""

import asyncio
import signal
import sys

import pytest

from primum.campaign.interrupt import on_signals
from primum.campaign.loop import in_loop


async def loop_module() -> str:
    return type(asyncio.get_running_loop()).__module__


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop does not exist there")
def test_it_is_uvloop_where_there_is_one():
    assert in_loop(loop_module()) == "uvloop"


def test_without_uvloop_it_is_the_standard_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert in_loop(loop_module()).startswith("asyncio.")


def test_an_interrupt_stops_the_executor_and_leaves_the_handlers_as_they_were():
    """Whose loop it is must not matter to Ctrl-C."""
    stopped: list[bool] = []

    class Executor:
        def stop(self) -> None:
            stopped.append(True)

    async def interrupted() -> None:
        before = signal.getsignal(signal.SIGTERM)
        with on_signals(Executor()):
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0.05)
        assert signal.getsignal(signal.SIGTERM) is before

    in_loop(interrupted())
    assert stopped == [True, True]
