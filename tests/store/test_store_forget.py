"""Forgetting: the texts go, the findings stay."""

from pathlib import Path

import pytest

from primum.errors import PrimumError
from primum.store import Forgotten, Store, open_store
from tests.store.rows import call, case, key

CANARY = b"canary-of-a-synthetic-patient"


def redact(record: bytes) -> bytes:
    return record.replace(CANARY, b"")


def fill(store: Store) -> None:
    """Run `a` uses calls 0-699, run `b` 600-799; each has 600 cases."""
    for run, calls in (("a", range(700)), ("b", range(600, 800))):
        store.save_run(run, b"{}", 1.0)
        rows = [call(i, reply=CANARY * 5, request=CANARY) for i in calls]
        cases = [case(run, index, record=b'{"text":"' + CANARY * 9 + b'"}') for index in range(600)]
        store.commit(rows, [(run, row.key) for row in rows], cases)


def bytes_on_disk(path: Path) -> int:
    """How often the canary occurs in the database file and whatever lies beside it."""
    return sum(file.read_bytes().count(CANARY) for file in path.parent.iterdir() if file.is_file())


def test_texts_go_and_findings_stay(store: Store) -> None:
    fill(store)
    before = list(store.cases("a"))
    columns = store.case_columns("a", ["id", "outcome", "score", "critical_failed"])

    done = store.forget("a", redact)
    assert (done.run, done.calls_erased, done.calls_kept, done.cases_redacted) == ("a", 600, 100, 600)
    assert store.journal_keys("a") == {key(i) for i in range(600, 700)}, "what run b needs is kept"
    assert store.case_columns("a", ["id", "outcome", "score", "critical_failed"]) == columns
    assert [row.record for row in store.cases("a")] == [redact(row.record) for row in before]
    assert store.load_run("a").forgotten

    assert store.load_run("b").forgotten is None
    assert store.journal_keys("b") == {key(i) for i in range(600, 800)}
    assert all(CANARY in row.record for row in store.cases("b"))


def test_a_forgotten_run_no_longer_keeps_a_call(store: Store) -> None:
    fill(store)
    store.forget("a", redact)
    done = store.forget("b", redact)
    assert (done.calls_erased, done.calls_kept) == (200, 0)
    assert store.journal_keys() == set()


def test_a_run_of_another_store_keeps_its_calls(store: Store) -> None:
    """Uses that came with a merged journal count, though the run itself is elsewhere."""
    store.save_run("a", b"{}", 1.0)
    store.commit([call(1), call(2)], [("a", key(1)), ("a", key(2)), ("elsewhere", key(2))])
    done = store.forget("a", redact)
    assert (done.calls_erased, done.calls_kept) == (1, 1)


def test_forgetting_twice_is_forgetting_once_and_a_new_run_may_call_again(store: Store) -> None:
    fill(store)
    first = store.forget("a", redact)
    again = store.forget("a", redact)
    assert (again.calls_erased, again.calls_kept) == (0, first.calls_kept)
    store.save_run("a", b"{}", 2.0)
    store.commit([call(1, reply=b"asked again")], [("a", key(1))])
    assert store.journal_get([key(1)]) == {key(1): b"asked again"}
    assert store.load_run("a").forgotten is None
    assert store.forget("a", redact).calls_erased == 1


def test_a_run_that_is_executing_or_unknown_is_not_forgotten(store: Store) -> None:
    fill(store)
    with store.lock("a"), pytest.raises(PrimumError, match="run a is being executed by process"):
        store.forget("a", redact)
    with pytest.raises(PrimumError, match="has no run"):
        store.forget("c", redact)
    assert len(store.journal_keys("a")) == 700


def test_a_redaction_that_fails_changes_nothing(store: Store) -> None:
    fill(store)

    def fails(record: bytes) -> bytes:
        raise ValueError("cannot read the record")

    with pytest.raises(ValueError, match="cannot read"):
        store.forget("a", fails)
    assert len(store.journal_keys("a")) == 700
    assert store.load_run("a").forgotten is None


def test_on_sqlite_no_byte_of_a_text_is_left_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "primum.db"
    with open_store(path) as store, open_store(path) as bystander:
        with store._db.read() as connection:  # some builds of SQLite have it on, most have not
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        fill(store)
        for record in (CANARY * 5000, b"{}"):  # the second leaves the bytes of the first in free pages
            store.commit(cases=[case("a", 1000, record=record)])
        assert bystander.list_runs()
        assert bytes_on_disk(path) > 700 * 6
        store.forget("a", redact)
        done = store.forget("b", redact)
        assert bytes_on_disk(path) == 0
        assert done.note == ""
    assert bytes_on_disk(path) == 0


def test_on_sqlite_a_reader_in_the_way_is_said_and_forgetting_again_finishes(tmp_path: Path) -> None:
    path = tmp_path / "primum.db"
    with open_store(path) as store, open_store(path) as reader:
        fill(store)
        with reader._db.read() as connection:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SELECT count(*) FROM journal").one()
            with pytest.raises(PrimumError, match=r"another process reads .* forget the run again"):
                store.forget("a", redact)
            connection.exec_driver_sql("COMMIT")
        store.forget("a", redact)
        store.forget("b", redact)
        assert bytes_on_disk(path) == 0


def test_on_postgresql_the_note_says_what_is_left_to_do(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        fill(store)
        done: Forgotten = store.forget("a", redact)
    assert "VACUUM FULL" in done.note
