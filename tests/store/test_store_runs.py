"""Runs and their cases."""

import tracemalloc

import pytest

from primum.errors import PrimumError
from primum.store import CaseRow, RunRow, Store
from primum.store.store import JOINT
from tests.store.rows import call, case, key


def test_a_run_is_found_by_its_id_or_the_beginning_of_it(store: Store) -> None:
    store.save_run("das-2025-a1", b'{"seed":1}', 10.0)
    store.save_run("das-2025", b"{}", 9.0)
    store.save_run("multi-7", b"{}", 11.0)
    assert store.load_run("das-2025-a1") == RunRow("das-2025-a1", b'{"seed":1}', 10.0, "running")
    assert store.load_run("mul").run == "multi-7"
    assert store.load_run("das-2025").run == "das-2025", "a whole id wins over a beginning"
    assert [row.run for row in store.list_runs()] == ["multi-7", "das-2025-a1", "das-2025"]


def test_a_beginning_is_literal_and_its_case_matters(store: Store) -> None:
    store.save_run("abc", b"{}", 1.0)
    for pattern in ("%", "a_c", "AB"):
        with pytest.raises(PrimumError, match="has no run"):
            store.load_run(pattern)


def test_an_ambiguous_or_unknown_run_is_one_clear_line(store: Store) -> None:
    store.save_run("das-1", b"{}", 1.0)
    store.save_run("das-2", b"{}", 2.0)
    with pytest.raises(
        PrimumError, match=r"^'das' fits several runs \(das-1, das-2\); write more of the id$"
    ):
        store.load_run("das")
    with pytest.raises(PrimumError, match=r"has no run 'dos-1'\. Did you mean 'das-1'"):
        store.load_run("dos-1")
    with pytest.raises(PrimumError, match="has no run"):
        store.update_run("dos-1", "finished", 3.0)


def test_a_run_entered_again_keeps_its_first_date_and_is_running(store: Store) -> None:
    store.save_run("r", b"old", 1.0)
    store.update_run("r", "finished", 5.0, manifest=b"middle")
    assert store.load_run("r") == RunRow("r", b"middle", 1.0, "finished", 5.0)
    store.save_run("r", b"new", 9.0)
    assert store.load_run("r") == RunRow("r", b"new", 1.0, "running", None)


def test_cases_come_back_in_index_order_across_chunks(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    store.save_run("other", b"{}", 1.0)
    wanted = [case("r", index) for index in range(1203)]
    store.commit(cases=wanted[::-1])
    store.commit(cases=[case("other", 0)])
    assert list(store.cases("r")) == wanted
    assert list(store.cases("nobody")) == []


def test_a_case_committed_again_replaces_itself_only(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    store.commit(cases=[case("r", 0), case("r", 1)])
    amended = case("r", 1, outcome="judge_failed", score=None, record=b'{"n":2}')
    store.commit(cases=[amended])
    assert list(store.cases("r")) == [case("r", 0), amended]


def test_a_case_is_found_by_its_id_or_the_beginning_of_it(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    store.commit(cases=[case("r", index) for index in range(20)])
    assert store.case("r", case("r", 3).id) == store.case("r", "000003") == case("r", 3)
    with pytest.raises(PrimumError, match=r"fits several cases \(000010-\w+, 000011-\w+, 000012-\w+ …\)"):
        store.case("r", "00001")
    with pytest.raises(PrimumError, match="run r has no case 'x'"):
        store.case("r", "x")


def test_columns_are_read_in_index_order(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    store.commit(cases=[case("r", 2, score=None), case("r", 0, score=0.25), case("r", 1, outcome="empty")])
    assert store.case_columns("r", ["score", "outcome", "trial"]) == {
        "score": [0.25, 0.5, None],
        "outcome": ["judged", "empty", "judged"],
        "trial": [0, 1, 2],
    }
    assert store.case_columns("nobody", ["score", "index"]) == {"score": [], "index": []}
    with pytest.raises(PrimumError, match=r"no column 'scor'\. Did you mean 'score'"):
        store.case_columns("r", ["scor"])


def test_columns_come_in_chunks_that_are_all_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("primum.store.store.COLUMN_CHUNK", 3)
    store.save_run("r", b"{}", 1.0)
    store.commit(cases=[case("r", index) for index in range(6)])
    chunks = list(store.case_chunks("r", ["index", "trial"], joined=["target", "outcome"]))
    assert [chunk["index"] for chunk in chunks] == [(0, 1, 2), (3, 4, 5)]
    assert chunks[0]["joined"] == (JOINT.join((case("r", 0).target, "judged")),) * 3
    assert list(chunks[0]) == ["index", "trial", "joined"]
    assert store.case_columns("r", ["index"]) == {"index": list(range(6))}
    with pytest.raises(PrimumError, match="no column 'targt'"):
        list(store.case_chunks("r", [], joined=["targt"]))


def test_columns_of_some_cases(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    store.commit(cases=[case("r", index) for index in range(6)])
    assert store.cases_at("r", [4, 1, 99], ["id", "trial"]) == {
        n: (case("r", n).id, case("r", n).trial) for n in (1, 4)
    }
    assert store.cases_at("r", [], ["id"]) == {}


def test_a_commit_is_all_or_nothing(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    impossible = case("run-that-was-never-saved", 0)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.commit([call(1)], [("r", key(1))], [case("r", 0), impossible])
    assert store.journal_keys() == set()
    assert list(store.cases("r")) == []


def test_streaming_cases_holds_a_chunk_not_the_run(store: Store) -> None:
    store.save_run("r", b"{}", 1.0)
    size, number = 20_000, 4000
    for start in range(0, number, 500):
        store.commit(cases=[case("r", start + i, record=bytes(size)) for i in range(500)])
    tracemalloc.start()
    try:
        assert sum(1 for _ in store.cases("r")) == number
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 0.5 * size * number


def test_the_row_and_the_table_have_the_same_columns_in_the_same_order() -> None:
    from primum.store.tables import cases, journal, runs

    for table, row in ((cases, CaseRow), (runs, RunRow), (journal, type(call(1)))):
        assert tuple(table.c.keys()) == row.__struct_fields__
