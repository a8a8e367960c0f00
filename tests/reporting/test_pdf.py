"""The PDF: what is missing is said in one line; what is there is a document with pages and without variables."""

import sys
from pathlib import Path

import pytest

from primum.errors import PrimumError
from primum.reporting.html import render_report
from primum.reporting.outputs import write_report
from primum.reporting.pdf import for_paper, pdf_of
from primum.reporting.summary import summarise
from tests.reporting.build import SCENARIOS, judged, manifest

SUMMARY = summarise(manifest(9), [judged(0, (False,) * 4), *map(judged, range(1, 9))], scenarios=SCENARIOS)


def test_without_weasyprint_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PrimumError, match=r"pip install 'primum\[pdf\]'"):
        write_report(SUMMARY, tmp_path, pdf=True)
    assert list(tmp_path.iterdir()) == []  # it was said before anything was written


def test_colours_are_written_out_and_pictures_carry_their_style() -> None:
    paper = for_paper(render_report(SUMMARY))
    assert "var(--" not in paper
    pictures = paper.split('<svg role="img"')[1:]
    assert pictures
    assert all("<style>" in picture[:200] for picture in pictures)
    assert "svg .value.bad { fill: #8f1d14" in pictures[0]


def test_a_real_pdf() -> None:
    pytest.importorskip("weasyprint")
    pdf = pdf_of(render_report(SUMMARY))
    assert pdf[:5] == b"%PDF-"
    assert b"/StructTreeRoot" in pdf or len(pdf) > 20_000
