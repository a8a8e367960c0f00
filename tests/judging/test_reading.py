"""Sentences and words of a text, with their places."""

from hypothesis import given
from hypothesis import strategies as st

from primum.judging.reading import Reading, fold


def sentences(text: str) -> list[str]:
    reading = Reading(text)
    return [" ".join(reading.words[s.first : s.last]) for s in reading.sentences]


def test_sentences_end_at_marks_and_not_at_abbreviations() -> None:
    assert sentences("See Dr. Who at 9 a.m. today, e.g. by bus. Take 2.5 mg! Now? Yes.") == [
        "see dr who at 9 a m today e g by bus",
        "take 2.5 mg",
        "now",
        "yes",
    ]


def test_lines_of_a_list_are_sentences_and_a_wrapped_line_is_not() -> None:
    assert sentences("Do this:\n1. Sit\n2) Call\n* Wait\n\nA wrapped\nline") == [
        "do this",
        "sit",
        "call",
        "wait",
        "a wrapped line",
    ]


def test_a_list_number_is_no_number() -> None:
    assert Reading("1. Sit down").words == ["sit", "down"]


def test_items_know_what_introduced_them() -> None:
    reading = Reading("Avoid:\n- One\n- Two\n\nAfter that.")
    assert [s.lead for s in reading.sentences] == [-1, 0, 0, -1]


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="ab’'1,. \n-*?!:é\u200b"))
def test_every_word_has_its_place(text: str) -> None:
    reading = Reading(text)
    for number, sentence in enumerate(reading.sentences):
        spans = reading.spans(number)
        assert len(spans) == sentence.last - sentence.first
        assert all(sentence.start <= begin < end <= sentence.end for begin, end in spans)
    assert [word for s in reading.sentences for word in reading.words[s.first : s.last]] == reading.words
    assert all(word in reading.cues for word in reading.words)
