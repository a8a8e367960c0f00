"""Reading the store's columns: what does not belong to the run is refused, and nothing is counted twice."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from primum.campaign.execute import case_row
from primum.errors import PrimumError
from primum.reporting.columns import ROW, gather
from primum.reporting.stored import gather_stored
from primum.store import CaseRow, open_store
from tests.reporting.build import dialogue, judged, manifest, unjudged

RUN = manifest(6)
RESULTS = [judged(0), judged(1, (False,) * 4), unjudged(2, "empty"), dialogue(3), judged(4), judged(5)]


def stored(path: Path, **changed: object) -> list[CaseRow]:
    """Writes the six cases, the last one changed."""
    rows = [case_row(RUN.run, result, 0.0) for result in RESULTS]
    rows[-1] = msgspec.structs.replace(rows[-1], **changed)
    with open_store(path) as store:
        store.save_run(RUN.run, msgspec.json.encode(RUN), RUN.created)
        store.commit(cases=rows)
    return rows


def test_the_columns_are_those_of_the_records(tmp_path: Path) -> None:
    stored(tmp_path / "x.db")
    with open_store(tmp_path / "x.db") as store:
        found = gather_stored(RUN, store)
    whole = gather(RUN, RESULTS, 3)
    target = RUN.targets[0].name
    mine, theirs = found.columns(target), whole.columns(target)
    for name in ("outcome", "critical", "score", "trial"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name), equal_nan=True), name
    assert mine.names == theirs.names  # the transforms of the dialogue among them
    assert all((mine.groups[group] == theirs.groups[group]).all() for group in mine.groups)
    assert found.tallies[target].states == whole.tallies[target].states
    assert found.tallies[target].zeros.ranked() == whole.tallies[target].zeros.ranked() != ()
    assert len(ROW) == found.rows(target).shape[1]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"target": "example/other"}, "names the target 'example/other', which the manifest does not list"),
        ({"outcome": "vanished"}, "the outcome 'vanished'"),
        ({"score": None}, "case number 5 has no score"),
        ({"index": 6}, "outside the plan of 6 cases"),
    ],
)
def test_what_does_not_belong_to_the_run_is_refused(
    tmp_path: Path, changed: dict[str, object], told: str
) -> None:
    stored(tmp_path / "x.db", **changed)
    with open_store(tmp_path / "x.db") as store, pytest.raises(PrimumError, match=told):
        gather_stored(RUN, store)


def test_a_row_is_not_counted_twice(tmp_path: Path) -> None:
    stored(tmp_path / "x.db")
    with open_store(tmp_path / "x.db") as store:
        found = gather_stored(RUN, store)
    target = RUN.targets[0].name
    with pytest.raises(PrimumError, match="occurs twice"):
        found.add_rows(target, found.rows(target)[:1].copy())
