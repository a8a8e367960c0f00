"""Sentences and words of a text, with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.reading import Reading, fold, tokens


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


@pytest.mark.parametrize(
    "text",
    [
        "You have H. pylori in the stomach",
        "E. coli is a germ",
        "St. John's wort acts on the liver",
        "Ask Dr. Okafor now",
        "See Dr. J. Smith today",
        "J. R. Smith wrote it",
        'Ask her "Are you safe?" and call 999',
        'He said "stop!" and left',
    ],
)
def test_initials_titles_and_quoted_marks_end_no_sentence(text: str) -> None:
    assert len(sentences(text + ".")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Take vitamin C. Rest.",
        "You have hepatitis B. It is treatable.",
        "Ask Dr. Li. Go.",
        "Ask your Dr. Then rest.",
        "He was seen by Luis Hill Sr. Call him.",
    ],
)
def test_a_letter_or_a_name_may_end_a_sentence(text: str) -> None:
    assert len(sentences(text)) == 2


def test_a_question_told_is_none_and_a_question_asked_is() -> None:
    def questions(text: str) -> list[bool]:
        return [sentence.question for sentence in Reading(text).sentences]

    assert questions('Ask her: "Are you safe?" Then go.') == [False, False]
    assert questions('Ask her "Are you safe?" and call 999.') == [False]
    assert questions('"Are you safe?"') == [True]
    assert questions('Say: "You look tired. Are you safe?" Then go.') == [False, False, False]
    assert questions('Say: "You look tired. Are you safe? Is he here?"') == [False, False, False]
    assert questions('Say "rest". Are you safe?') == [False, True]
    assert questions('Use the 5" tube. Are you safe?') == [False, True]
    assert questions("Are you safe? Call.") == [True, False]


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


LINE = "call don't it's patient's 5% 10mg 1,000 2.5 A&E Dr. naïve co2 'so' — . ? ,"
PIECES = (*LINE.split(" "), "\n", '"', "\u200b")


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_words_found_quickly_are_those_of_the_regular_expression(pieces: list[str]) -> None:
    reading = Reading(" ".join(pieces))
    for at, sentence in enumerate(reading.sentences):
        assert reading.words[sentence.first : sentence.last] == tokens(
            reading.folded, sentence.start, sentence.end
        )
        places = [
            match.span() for match in reading.finder.finditer(reading.folded, sentence.start, sentence.end)
        ]
        assert reading.spans(at) == places
