"""cases.jsonl has every case, one a line, and the same bytes each time."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from primum.campaign.model import CaseResult
from primum.reporting.cases import cases_jsonl
from tests.reporting.build import hostile, judged, realistic


def test_every_result_comes_back_as_it_was() -> None:
    results = list(realistic(200, ("example/alpha",)))
    lines = list(cases_jsonl(results))
    assert len(lines) == 200
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines)
    back = [msgspec.json.decode(line, type=CaseResult) for line in lines]
    assert [b for b, r in zip(back, results, strict=True) if b != r] == [back[7]]  # the one lone surrogate
    assert back[7].exchange is not None
    assert "⟦U+D800⟧" in back[7].exchange.replies[0].text


def test_same_results_same_bytes() -> None:
    once, again = (b"".join(cases_jsonl(realistic(90, ("example/alpha",)))) for _ in range(2))
    assert once == again


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_reply_can_be_written(text: str) -> None:
    (line,) = cases_jsonl([judged(0, reply=text or "x")])
    assert msgspec.json.decode(line, type=CaseResult).case.id == "c00000"


def test_a_hostile_reply_stays_one_line() -> None:
    (line,) = cases_jsonl([hostile(0)])
    assert line.count(b"\n") == 1
