"""Model text cannot hide, reorder or execute anything."""

import time
import unicodedata
from re import sub

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from primum.visible import LIMIT, html, one_line, quoted, visible

OVERRIDES = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("a\u2066b\u2069", "a⟦U+2066⟧b⟦U+2069⟧"),
        ("zero\u200bwidth", "zero⟦U+200B⟧width"),
        ("\ufeffbom", "⟦U+FEFF⟧bom"),
        ("bell\x07", "bell⟦U+0007⟧"),
        ("esc\x1b[31m", "esc⟦U+001B⟧[31m"),
        ("lone \ud800", "lone ⟦U+D800⟧"),
        ("tag \U000e0041", "tag ⟦U+E0041⟧"),
        ("soft\u00adhyphen", "soft⟦U+00AD⟧hyphen"),
        ("blank \u3164", "blank ⟦U+3164⟧"),
        ("tab\tand\nline\r\nend", "tab\tand\nline\nend"),
        ("café naïve 39 °C ≥ 5 µg 😀 血圧 ضغط", "café naïve 39 °C ≥ 5 µg 😀 血圧 ضغط"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_marks_piled_on_a_letter_are_spelt_out_and_accents_are_not() -> None:
    assert visible("e\u0301 is an e") == "e\u0301 is an e"
    assert visible("Z" + "\u0301" * 5) == "Z" + "⟦U+0301⟧" * 5


@given(ANY_TEXT)
def test_nothing_invisible_survives(text: str) -> None:
    for shown in (visible(text), html(text)):
        left = {unicodedata.category(ch) for ch in shown if ch not in "\n\t"}
        assert not left & {"Cs", "Cc"}
        assert not {unicodedata.bidirectional(ch) for ch in shown} & OVERRIDES


@given(ANY_TEXT)
def test_no_tag_survives(text: str) -> None:
    bare = str(html("<" + text + ">\"'&")).replace("</span>", "")
    assert "<" not in bare.replace('<span class="hidden-char" title="', "")


@pytest.mark.parametrize(
    "text", ["<script>", "</script>", '<a href="javascript:x">', "<img src=x onerror=y>", "</style>"]
)
def test_tags_are_text(text: str) -> None:
    assert html(text) == text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")


def test_quotes_are_marked_with_the_number_of_their_check() -> None:
    shown = quoted("Wait until Monday & rest.", [(5, 17, 3, False)])
    assert shown == 'Wait <mark class="failed">until Monday<sup class="ref">3</sup></mark> &amp; rest.'


def test_overlapping_quotes_nest_nowhere_and_lose_nothing() -> None:
    shown = quoted("abcdefgh", [(1, 5, 1, False), (3, 7, 2, True)])
    assert Markup(shown).striptags() == "abcde1fg2h"
    assert shown.count("<mark") == shown.count("</mark>") == 3


@given(
    ANY_TEXT, st.lists(st.tuples(st.integers(-2, 90), st.integers(-2, 90), st.integers(1, 9), st.booleans()))
)
def test_marking_never_changes_the_words(text: str, spans: list[tuple[int, int, int, bool]]) -> None:
    text = text.replace("\r", "")
    bare = sub(r'<sup class="ref">[\d, ]*</sup>|</?mark[^>]*>', "", str(quoted(text, spans)))
    whole = str(html(text))
    assert sub(r"<[^>]*>", "", bare) == sub(r"<[^>]*>", "", whole)


def test_five_megabytes_are_cut_at_once() -> None:
    text = "<b>\u202e" * 1_250_000
    began = time.perf_counter()
    shown = quoted(text, [(4_999_990, 4_999_999, 1, False)])
    assert len(shown) < LIMIT * 40
    assert time.perf_counter() - began < 1.0
    assert len(one_line(text)) <= 300 * 9
