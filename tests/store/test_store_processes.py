"""What other processes, and their violent end, can do to a store."""

import random
import signal
import time
from threading import Timer

import pytest

from primum.errors import PrimumError
from primum.store import Store, open_store
from tests.store.processes import child, line, tell
from tests.store.rows import key


def test_every_acknowledged_commit_survives_sigkill(url: str) -> None:
    """Whole batches: journal, uses and cases of one commit are there together or not at all."""
    moments = random.Random(7)
    acknowledged: set[int] = set()
    with open_store(url) as store:
        store.save_run("run", b"{}", 1.0)
    for start in range(0, 400_000, 100_000):
        with child("commit", url) as process:
            tell(process, str(start))
            acknowledged.add(int(line(process)))
            Timer(moments.uniform(0.0, 0.4), process.kill).start()
            assert process.stdout
            acknowledged |= {int(text) for text in process.stdout if text.endswith("\n")}
            assert process.wait() == -signal.SIGKILL
        with open_store(url) as store:
            kept, used, batches = _settled(store)
            assert kept >= {key(f"{batch}/{i}") for batch in acknowledged for i in range(8)}
            assert kept == used
            assert batches >= acknowledged
            assert kept == {key(f"{batch}/{i}") for batch in batches for i in range(8)}
    assert len(acknowledged) > 20


def test_a_second_process_is_told_who_executes_the_run(store: Store, url: str) -> None:
    with child("lock", url) as holder:
        assert line(holder) == "held"
        with pytest.raises(PrimumError) as caught, store.lock("run"):
            pass
        said = str(caught.value)
        assert said.startswith(f"run run is being executed by process {holder.pid} on ")
        assert time.strftime(" since %Y-") in said
        assert said.endswith("; wait, or stop it")
        with child("lock", url) as second:
            assert line(second) == f"refused: {said}"
        with store.lock("another run"):
            pass


def test_the_lock_ends_with_its_block_and_with_its_process(store: Store, url: str) -> None:
    with child("lock", url) as holder:
        assert line(holder) == "held"
        assert holder.stdin
        holder.stdin.close()
        assert line(holder) == "released"
        with store.lock("run"), child("lock", url) as refused:
            assert line(refused).startswith("refused: ")
        with child("lock", url) as next_one:
            assert line(next_one) == "held"


def test_the_lock_of_a_killed_process_is_free_at_once(store: Store, url: str) -> None:
    with child("lock", url) as holder:
        assert line(holder) == "held"
        holder.kill()
        holder.wait()
        _acquire_within(store, 2.0)


def test_a_store_in_use_can_be_read_and_written_beside_the_writer(store: Store, url: str) -> None:
    store.save_run("run", b"{}", 1.0)
    with child("commit", url) as writer:
        tell(writer, "0")
        assert line(writer) == "0"
        for _ in range(20):
            store.update_run("run", "running")
            seen = int(line(writer))
            assert key(f"{seen}/0") in store.journal_keys()
        assert writer.poll() is None


def _settled(store: Store) -> tuple[set[bytes], set[bytes], set[int]]:
    """Calls, uses and batches of cases, once a server has ended the commit it was in when its client died."""
    last = None
    while True:
        indices = store.case_columns("run", ["index"])["index"]
        now = store.journal_keys(), store.journal_keys("run"), {index // 4 for index in indices}
        if now == last:
            return now
        last = now
        time.sleep(0.05)


def _acquire_within(store: Store, seconds: float) -> None:
    """A server on another machine needs a moment to see that its client is gone."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with store.lock("run"):
                return
        except PrimumError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
