"""Ctrl-C wherever it comes: what was paid for is kept, nothing more is sent, and the user gets the prompt back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import primum
from primum.store import open_store
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server

PRIMUM = Path(sys.executable).with_name("primum")
ROOT = Path(__file__).parents[2]


def start(*command: str, cwd: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env=env
    )


def wait_for(condition) -> None:
    for _ in range(1500):  # a loaded machine starts programs slowly
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to that")


def test_ctrl_c_sends_nothing_more_and_ends_with_the_calls_in_flight(tmp_path):
    with chat_server(latency=0.6) as server:
        process = start(
            str(PRIMUM), "run", protocol(tmp_path, 200), "-t", f"{server.url}#mock", "--concurrency", "4",
            cwd=tmp_path,
        )  # fmt: skip
        wait_for(lambda: server.stats().in_flight == 4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        stats = server.stats()
    assert process.returncode == 130, err
    assert stats.vanished == 0
    assert stats.received <= 8, "those in flight, and at most one wave that was just leaving"


def test_ctrl_c_does_not_wait_for_a_server_that_asks_everybody_to_wait(tmp_path):
    from tests.servers.faults import FaultPlan

    with chat_server(faults=FaultPlan(weights={"rate_limited_after": 1.0}), retry_after="90") as server:
        process = start(str(PRIMUM), "run", protocol(tmp_path, 50), "-t", f"{server.url}#mock", cwd=tmp_path)
        wait_for(lambda: server.stats().received)
        time.sleep(0.5)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - begun < 5


def test_the_second_judge_in_flight_is_waited_for_too(tmp_path):
    """The first judge is not understood and would be asked again; the second is just answering."""
    with chat_server(latency=0.2, say={"babbles": "no JSON"}) as quick, chat_server(latency=1.5) as slow:
        process = start(
            str(PRIMUM), "run", protocol(tmp_path, 3), "-t", f"{quick.url}#mock", "-j", f"{quick.url}#babbles",
            "-j", f"{slow.url}#judge", cwd=tmp_path,
        )  # fmt: skip
        wait_for(lambda: slow.stats().in_flight == 3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert "Traceback" not in err and "never retrieved" not in err, err
        assert (slow.stats().vanished, slow.stats().completed) == (0, 3)
    (store,) = tmp_path.glob("out/*/primum.db")
    with open_store(store) as opened:
        endpoints = [row.endpoint for row in opened.journal_rows()]
    assert len(set(endpoints)) == 3, "the second judge's answers are in the journal"


NOTEBOOK = """
import asyncio, primum, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # as a kernel does; a job in the background ignores it
async def cell():  # a notebook's loop is running while a cell is, and Ctrl-C is a KeyboardInterrupt in it
    run = primum.run(sys.argv[1], targets=[sys.argv[2]], out=sys.argv[3], concurrency=4)
    print(run.status)
asyncio.new_event_loop().run_until_complete(cell())
"""


def test_interrupting_a_notebook_cell_stops_the_run_cleanly(tmp_path):
    with chat_server(latency=0.3) as server:
        process = start(
            sys.executable, "-c", NOTEBOOK, protocol(tmp_path, 300), f"{server.url}#mock", str(tmp_path / "out"),
            cwd=tmp_path,
        )  # fmt: skip
        wait_for(lambda: server.stats().completed >= 4)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out.strip()) == (0, "interrupted"), err


def test_the_signal_handlers_of_a_program_are_its_own_again_afterwards(tmp_path):
    mine = signal.getsignal(signal.SIGTERM)
    primum.run(protocol(tmp_path, 2), targets=["sim:sound"], out=str(tmp_path / "out"))
    assert signal.getsignal(signal.SIGTERM) is mine

    async def program() -> None:
        loop = asyncio.get_running_loop()
        got = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, got.set)
        await primum.run_async(protocol(tmp_path, 2), targets=["sim:sound"], out=str(tmp_path / "out"))
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(got.wait(), 2)
        loop.remove_signal_handler(signal.SIGTERM)

    asyncio.run(program())


def test_cancelling_run_async_leaves_a_run_that_can_be_resumed(tmp_path):
    path = protocol(tmp_path, 100)

    async def program(server) -> None:
        options = {"targets": [f"{server.url}#mock"], "out": str(tmp_path / "out"), "concurrency": 4}
        task = asyncio.create_task(primum.run_async(path, **options))
        while server.stats().completed < 8:  # noqa: ASYNC110 (the server is a process; loading may take a while)
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # so that some of these are on disk
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with chat_server(latency=0.2) as server:
        asyncio.run(program(server))
        with open_store(tmp_path / "out" / "primum.db") as store:
            assert [row.status for row in store.list_runs()] == ["interrupted"]
            assert store.journal_keys()
        run = primum.run(path, targets=[f"{server.url}#mock"], out=str(tmp_path / "out"))
    assert run.summary.outcomes["judged"] == 100
