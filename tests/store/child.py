"""A second process for the tests: `child.py open|commit|lock URL`. Prints a line, flushed, when it has done a step."""

import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from primum.errors import PrimumError
from primum.store import open_store
from tests.store.rows import call, case


def say(text: str) -> None:
    print(text, flush=True)


def open_it(url: str) -> None:
    """Opens when told to, so that several can do it at once."""
    say("ready")
    sys.stdin.readline()
    with open_store(url) as store:
        store.save_run(f"run-{id(store)}", b"{}", 1.0)
    say("opened")


def commit(url: str) -> None:
    """Commits batches for ever, and acknowledges each only after the store did."""
    start = int(sys.stdin.readline())
    with open_store(url) as store:
        for batch in count(start):
            calls = [call(f"{batch}/{i}", reply=b"x" * 3000) for i in range(8)]
            cases = [case("run", batch * 4 + i, record=b"y" * 2000) for i in range(4)]
            store.commit(calls, [("run", row.key) for row in calls], cases)
            say(str(batch))


def lock(url: str) -> None:
    """Holds the lock of 'run' until stdin closes."""
    with open_store(url) as store:
        try:
            with store.lock("run"):
                say("held")
                sys.stdin.read()
        except PrimumError as error:
            say(f"refused: {error}")
    say("released")


if __name__ == "__main__":
    {"open": open_it, "commit": commit, "lock": lock}[sys.argv[1]](sys.argv[2])
