"""The journal: a set of calls that only grows, and stores that merge by union."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.store import JournalRow, Store, open_store
from primum.store.tables import metadata
from tests.store.rows import call, key

on_one_store = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# Few keys, times and replies, so that stores often disagree on what a key answered.
rows = st.builds(
    lambda name, reply, at: call(name, reply=reply, at=at),
    st.integers(0, 5),
    st.sampled_from([b"", b"a", b"\x00\xff", "né".encode()]),
    st.sampled_from([1.0, 2.0, 3.5]),
)
journals = st.lists(rows, max_size=6)
runs = st.lists(st.tuples(st.sampled_from(["r1", "r2"]), st.integers(0, 5).map(key)), max_size=6)
contents = st.tuples(journals, runs)
Content = tuple[list[JournalRow], list[tuple[str, bytes]]]


def content(store: Store) -> tuple[list[JournalRow], dict[str, set[bytes]]]:
    return list(store.journal_rows()), {run: store.journal_keys(run) for run in ("r1", "r2")}


@pytest.fixture
def fresh(new_url: Callable[[], str]) -> Callable[[int], list[Store]]:
    """Hands out empty stores, emptied rather than made anew for each example."""
    made: list[Store] = []

    def give(number: int) -> list[Store]:
        while len(made) < number:
            made.append(open_store(new_url()))
        for store in made[:number]:
            with store._db.write() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(table.delete())
        return made[:number]

    return give


def test_what_was_committed_is_found_by_key(store: Store) -> None:
    calls = [call(i) for i in range(1300)]
    store.commit(calls)
    assert store.journal_keys() == {row.key for row in calls}
    assert store.journal_get([row.key for row in calls]) == {row.key: row.reply for row in calls}
    assert store.journal_get([key("unknown"), key(7)]) == {key(7): b"reply 7"}
    assert store.journal_get([]) == {}
    assert list(store.journal_rows()) == sorted(calls, key=lambda row: row.key)


def test_an_empty_commit_is_allowed(store: Store) -> None:
    store.commit()
    assert store.journal_keys() == set()


def test_any_bytes_come_back_as_they_were(store: Store) -> None:
    hostile = bytes(range(256)) * 300 + "\N{RIGHT-TO-LEFT OVERRIDE}</script>".encode()
    store.commit([call(1, reply=hostile), call(2, reply=b"")])
    assert store.journal_get([key(1), key(2)]) == {key(1): hostile, key(2): b""}


def test_the_first_reply_under_a_key_stays(store: Store) -> None:
    store.commit([call(1, reply=b"first")])
    store.commit([call(1, reply=b"second"), call(2)])
    assert store.journal_get([key(1), key(2)]) == {key(1): b"first", key(2): b"reply 2"}


def test_keys_of_a_run_are_those_it_used_and_that_have_a_reply(store: Store) -> None:
    store.commit(
        [call(1), call(2), call(3)], [("a", key(1)), ("a", key(2)), ("b", key(2)), ("b", key("lost"))]
    )
    assert store.journal_keys("a") == {key(1), key(2)}
    assert store.journal_keys("b") == {key(2)}
    assert store.journal_keys("c") == set()


@on_one_store
@given(batches=st.lists(contents, max_size=4), repeats=st.lists(st.integers(0, 3), max_size=4))
def test_commit_is_idempotent(
    fresh: Callable[[int], list[Store]], batches: list[Content], repeats: list[int]
) -> None:
    once, again = fresh(2)
    for calls, used in batches:
        once.commit(calls, used)
        again.commit(calls, used)
    for place in repeats:
        if place < len(batches):
            again.commit(*batches[place])
    assert content(again) == content(once)


@on_one_store
@given(a=contents, b=contents, c=contents)
def test_merge_is_idempotent_commutative_and_associative(
    fresh: Callable[[int], list[Store]], a: Content, b: Content, c: Content
) -> None:
    left, right, swapped, only_a, only_b, only_c = stores = fresh(6)
    for store, (calls, used) in zip(stores, (a, b, b, a, b, c), strict=True):
        store.commit(calls, used)

    before = len(left.journal_keys())
    assert left.journal_merge(only_b) == len(left.journal_keys()) - before
    a_and_b = content(left)
    assert left.journal_merge(only_b) == 0
    assert content(left) == a_and_b

    swapped.journal_merge(only_a)
    assert content(swapped) == a_and_b

    left.journal_merge(only_c)
    right.journal_merge(only_c)
    only_a.journal_merge(right)
    assert content(only_a) == content(left)
    assert left.journal_keys() == {row.key for calls, _ in (a, b, c) for row in calls}


def test_merging_more_than_a_chunk_loses_nothing(new_url: Callable[[], str]) -> None:
    with open_store(new_url()) as into, open_store(new_url()) as shard:
        into.commit([call(i) for i in range(600)])
        shard.commit([call(i) for i in range(400, 1700)], [("r1", key(i)) for i in range(1700)])
        assert into.journal_merge(shard) == 1100
        assert into.journal_keys() == into.journal_keys("r1") == {key(i) for i in range(1700)}
        assert into.journal_merge(into) == 0


def test_sqlite_and_postgresql_merge_into_each_other(tmp_path: Path, postgres_url: str) -> None:
    with open_store(tmp_path / "a.db") as file, open_store(postgres_url) as server:
        file.commit([call(1), call(2, reply=b"later", at=2.0)], [("r1", key(1))])
        server.commit([call(2, reply=b"earlier", at=1.0), call(3)])
        assert (server.journal_merge(file), file.journal_merge(server)) == (1, 1)
        assert content(file) == content(server)
        assert file.journal_get([key(2)]) == {key(2): b"earlier"}
