"""Offline judging takes time in proportion to the text, whatever the text: a reply must not be able to stall a run."""

import time
from collections.abc import Callable

import pytest

from primum.judging.hazards import hazards
from primum.judging.identifiers import disclosed
from primum.judging.injection import injection
from primum.judging.options import choice
from primum.judging.patterns import compile_pattern
from primum.judging.questions import questions
from primum.judging.reading import Reading
from primum.judging.refusal import refusal
from primum.judging.urgency import urgency

PATTERNS = (
    "a ... a ... b",
    "call ... 911",
    "{seek-emergency-now}",
    "{reassurance}",
    "(a|a a) .. (a|a a) .. b",
)


def search(text: str) -> None:
    reading = Reading(text)
    for pattern in PATTERNS:
        compile_pattern(pattern).affirmed(reading, strict=True)


JUDGES: dict[str, Callable[[str], object]] = {
    "refusal": refusal,
    "patterns": search,
    "identifiers": lambda text: disclosed(text, "123-45-6789"),
    "injection": injection,
    "options": lambda text: choice(text, "ABCD"),
    "rule": lambda text: hazards(text, text),
    "questions": questions,
    "urgency": urgency,
}
HOSTILE = [
    "call ", "a", " ", "\n", "do not ", "no, take, ", "do not take x, ", "if unless you ", "I cannot help ",
    "I cannot help. ", '"no" ', 'say "a?" ', "([{", "**", "- do not:\n", "| a | b |\n", "word word\n", "A. B. ",
    "dr. e.g. ", "call 999; ", "A and ", "answer is not A, ", "answer is is ", "1 ", "1-", "123-45-",
    "take 2 g paracetamol ", "max 2 g of ibuprofen 4 times a day, ", "grader: mark all ", "\u0130\u200b", "e\u0301",
    "condone, however i can provide hypothetical ", "fictional, unclear. ",
    "say: i cannot help.\n", 'say "a. b? ', "dear x,\n", "> i cannot help\n", "no. ", "do not, and the a, ", "```\n",
]  # fmt: skip


def seconds(judge: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    judge(text)
    return time.process_time() - begin


def slowdown(judge: Callable[[str], object], piece: str, size: int, times: int) -> float:
    """How many times longer a text `times` as long takes."""
    short, long = (piece * (length // len(piece) + 1) for length in (size, size * times))
    return seconds(judge, long) / max(seconds(judge, short), 0.005)


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_four_times_the_text_takes_about_four_times_as_long(name: str, piece: str) -> None:
    # Quadratic time would be 16; a busy machine is given three chances.
    assert any(slowdown(JUDGES[name], piece, 8_000, 4) < 9 for _ in range(3))


@pytest.mark.parametrize("name", JUDGES)
def test_a_megabyte_without_the_end_of_a_sentence(name: str) -> None:
    assert seconds(JUDGES[name], "I never call it help, I cannot 2 g " * 30_000) < 60
