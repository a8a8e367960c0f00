"""Items out and answers in by file: blind, harmless in a spreadsheet, and all or nothing."""

import csv
import io

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.endpoints.model import Exchange, Message, Reply
from primum.errors import PrimumError
from primum.review.desk import Desk
from primum.review.exchange import (
    COLUMNS,
    SHOWN,
    Filled,
    Form,
    as_csv,
    as_jsonl,
    bring_in,
    labels_csv,
    labels_jsonl,
    read_answers,
    take_out,
)  # fmt: skip
from primum.review.model import Answer, CheckAnswer, Labelled
from primum.review.policy import forms
from primum.store import Store, open_store
from tests.review.build import ANN, BOB, FAIL, LEAD, PASS, RUN, Clock, keep, policy, result, staffed

HOSTILE = '=HYPERLINK("http://evil")\u202e\r\n,";\x1b[31m'


def clinic(store: Store, count: int = 6) -> Desk:
    hostile = result(0)
    exchange = Exchange((Message("user", HOSTILE), Message("assistant", HOSTILE)), (Reply(HOSTILE),))
    keep(store, [msgspec.structs.replace(hostile, exchange=exchange), *(result(n) for n in range(1, count))])
    desk = staffed(store, Clock())
    desk.open_queue(RUN, policy(1.0, double=0.0), by=LEAD)
    return desk


@pytest.fixture
def desk(tmp_path):  # type: ignore[no-untyped-def]
    with open_store(tmp_path / "a.db") as store:
        yield clinic(store)


def jsonl(*filled: Filled) -> bytes:
    return b"".join(msgspec.json.encode(one) + b"\n" for one in filled)


def table(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_items_that_were_handed_out_go_to_nobody_else(store: Store) -> None:
    desk = clinic(store)
    pages = take_out(desk, RUN, ANN, 4, days=14)
    assert len({page.item for page in pages}) == 4
    rest = take_out(desk, RUN, BOB, 99, days=1)
    assert len(rest) == 2 and not {page.item for page in rest} & {page.item for page in pages}
    desk.room.clock.days(13)  # type: ignore[attr-defined]
    desk.renew(pages[0].item, ANN)
    desk.claim(RUN, ANN)
    desk.room.clock.minutes(60)  # type: ignore[attr-defined]
    assert {page.item for page in take_out(desk, RUN, BOB, 99, 1)} <= {page.item for page in rest}, (
        "to look at one on the screen does not shorten the days"
    )


def test_what_is_handed_out_is_blind_and_runs_as_nothing(desk: Desk) -> None:
    pages = take_out(desk, RUN, ANN, 6, 1)
    lines = b"".join(as_jsonl(pages)).decode()
    sheet = b"".join(as_csv(pages)).decode()
    for text in (lines, sheet):
        assert not any(secret in text for secret in ("canary", "secret-model", "scripted", "routine"))
    rows = list(csv.DictReader(io.StringIO(sheet, newline="")))
    assert len(rows) == 6 and list(rows[0]) == [*SHOWN, *COLUMNS[1:]]
    for row in rows:
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not any(hidden in value for hidden in "\u202e\x1b")
    assert any("⟦U+202E⟧" in row["conversation"] for row in rows)


def test_a_filled_in_line_comes_back_as_it_was_handed_out(desk: Desk) -> None:
    forms_ = [msgspec.json.decode(line, type=Form) for line in as_jsonl(take_out(desk, RUN, ANN, 3, 1))]
    filled = b"".join(
        msgspec.json.encode(msgspec.structs.replace(one, answer=FAIL)) + b"\n" for one in forms_
    )
    taken = bring_in(desk, RUN, ANN, "a.jsonl", filled)
    assert {one.item for one in taken} == {one.item for one in forms_}
    assert bring_in(desk, RUN, ANN, "a.jsonl", filled) == taken, "the same file again changes nothing"
    assert sum(label.final is True for label in desk.labelled(RUN)) == 3
    assert desk.verify(RUN).whole


def test_a_spreadsheet_saved_with_semicolons_is_read_too(desk: Desk) -> None:
    (page,) = take_out(desk, RUN, ANN, 1, 1)
    row = {
        "item": page.item, "verdict": "Fail", "severity": "3", "harms": "delay other", "reason": "omission",
        "answers": "calls=not met; asks = met", "comment": "'=odd", "confidence": "2",
    }  # fmt: skip
    (taken,) = bring_in(desk, RUN, ANN, "a.csv", "\ufeff".encode() + table([row], ";"))
    assert taken.answer == Answer(
        verdict="fail", reason="omission", severity=3, harms=("delay", "other"), confidence=2,
        answers=(CheckAnswer("calls", "not_met"), CheckAnswer("asks", "met")), comment="=odd",
    )  # fmt: skip


def test_rows_that_are_not_filled_in_are_left_for_later(desk: Desk) -> None:
    pages = take_out(desk, RUN, ANN, 3, 1)
    rows = [{"item": page.item} for page in pages]
    rows[1] |= {"verdict": "pass", "severity": "0"}
    (taken,) = bring_in(desk, RUN, ANN, "a.csv", table(rows))
    assert taken.item == pages[1].item


def test_one_bad_row_and_nothing_is_imported_and_every_bad_row_is_named(desk: Desk) -> None:
    pages = take_out(desk, RUN, ANN, 5, 1)
    good = {"verdict": "pass", "severity": "0"}
    rows = [
        {"item": pages[0].item, **good},
        {"item": pages[1].item, "verdict": "maybe"},
        {"item": pages[2].item, "verdict": "fail", "severity": "three"},
        {"item": pages[3].item, "verdict": "fail", "severity": "3", "answers": "calls"},
        {"item": pages[0].item, **good},
    ]
    with pytest.raises(PrimumError) as caught:
        bring_in(desk, RUN, ANN, "a.csv", table(rows))
    text = str(caught.value)
    assert text.startswith("a.csv: nothing was imported.") and "\n" not in text
    for line in ("line 3: ", "line 4: ", "line 5: ", "line 6: "):
        assert line in text, text
    rows = [{"item": page.item, **good} for page in pages]
    rows[2]["severity"] = "9"
    rows[4]["item"] = "unknown"
    with pytest.raises(
        PrimumError, match=r"line 4: there is no severity 9.*line 6: there is no item 'unknown'"
    ):
        bring_in(desk, RUN, ANN, "a.csv", table(rows))
    assert all(not label.first for label in desk.labelled(RUN))
    with pytest.raises(PrimumError, match="not yours"):
        bring_in(desk, RUN, BOB, "a.csv", table([{"item": pages[0].item, **good}]))
    assert desk.verify(RUN).whole


def test_a_file_that_is_no_table_is_said(desk: Desk) -> None:
    for raw, says in (
        (b"", "column item is missing"),
        (b"a,b\n1,2\n", "column item is missing"),
        (b"item,verdict\n\xff,pass\n", "not UTF-8"),
        (b'item,verdict\n"x,pass\n', "unexpected end of data"),
    ):
        with pytest.raises(PrimumError, match=says):
            bring_in(desk, RUN, ANN, "a.csv", raw)
    with pytest.raises(PrimumError, match="line 2: "):
        bring_in(desk, RUN, ANN, "a.jsonl", b'{"item": "x", "answer": {}}\n{"item": 3}\n')


def test_labels_have_a_line_for_every_case_and_unknown_is_empty(desk: Desk) -> None:
    page = desk.claim(RUN, ANN)
    desk.submit(page.item, ANN, PASS)
    labels = desk.labelled(RUN)
    assert [msgspec.json.decode(line, type=Labelled) for line in labels_jsonl(labels)] == list(labels)
    rows = list(csv.DictReader(io.StringIO(b"".join(labels_csv(labels)).decode(), newline="")))
    assert len(rows) == 6 and sorted({row["final"] for row in rows}) == ["", "False"]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30).map(
    lambda text: " ".join(text.split())
)
FILLED = st.builds(
    Answer,
    verdict=st.sampled_from(["pass", "fail", "cannot_judge"]),
    reason=st.sampled_from(["", *forms().grounds]),
    severity=st.sampled_from([None, 0, 1, 2, 3, 4]),
    harms=st.lists(st.sampled_from(sorted(forms().harms)), unique=True).map(tuple),
    confidence=st.sampled_from([None, 1, 2, 3]),
    answers=st.lists(
        st.builds(CheckAnswer, st.sampled_from(["calls", "asks"]), st.sampled_from(sorted(forms().answers))),
        unique_by=lambda one: one.check,
    ).map(tuple),
    comment=WORDS,
)


@settings(max_examples=200, deadline=None)
@given(FILLED)
def test_whatever_a_form_holds_is_read_back_as_it_was(answer: Answer) -> None:
    from primum.visible import cell

    row = {
        "item": "i", "verdict": answer.verdict or "", "reason": answer.reason, "harms": " ".join(answer.harms),
        "severity": "" if answer.severity is None else str(answer.severity),
        "confidence": "" if answer.confidence is None else str(answer.confidence),
        "answers": ";".join(f"{one.check}={one.answer}" for one in answer.answers), "comment": cell(answer.comment),
    }  # fmt: skip
    ((_, read),) = read_answers("a.csv", table([row]))
    assert read == Filled("i", answer)
    ((_, again),) = read_answers("a.jsonl", jsonl(Filled("i", answer)))
    assert again == read
