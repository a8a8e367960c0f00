"""Rules on the wording of one scenario: length, reading level, vague checks."""

import re
from collections.abc import Iterator

from primum.scenarios.findings import Fault, Severity, exemplar_texts, sentences, user_text, words
from primum.scenarios.limits import Limits, Range
from primum.scenarios.model import Scenario


def wording(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    voice = limits.perspectives[scenario.perspective]
    yield from _length("the title", scenario.title, limits.title_words, ".title")
    yield from _length("the user's turns together", user_text(scenario), voice.words, ".turns")
    for at, text in exemplar_texts(scenario):
        yield from _length("the exemplar", text, limits.exemplar_words, at)
    for i, check in enumerate(scenario.checks):
        yield from _length("the check", check.text, limits.check_words, f".checks[{i}].text", "warning")
        yield from _vague(check.text, limits, f".checks[{i}].text")
    level = grade(user_text(scenario), limits.grade_sentence_words)
    least, most = voice.grade
    if len(words(user_text(scenario))) >= limits.grade_least_words and not least <= level <= most:
        message = f"reading grade {level:.1f}; a {scenario.perspective} writes {least:g} to {most:g}"
        yield Fault("reading-level", message, ".turns")


def _length(what: str, text: str, allowed: Range, at: str, severity: Severity = "error") -> Iterator[Fault]:
    count = len(words(text))
    if not allowed[0] <= count <= allowed[1]:
        message = f"{what}: {count} words; write {allowed[0]:g} to {allowed[1]:g}"
        yield Fault("length", message, at, severity)


def _vague(text: str, limits: Limits, at: str) -> Iterator[Fault]:
    folded = f" {' '.join(words(text))} "
    for phrase in limits.vague.error:
        if f" {phrase} " in folded:
            yield Fault("vague-check", f"'{phrase}' is in the eye of the reader; name what is seen", at)
    for phrase in limits.vague.warning:
        if f" {phrase} " in folded:
            yield Fault("vague-check", f"'{phrase}' may be read in two ways", at, "warning")


def grade(text: str, longest: int = 25) -> float:
    """Flesch-Kincaid grade level; sentences over `longest` words are counted in pieces, as people write run-ons.

    >>> grade("I feel sick. My arm is red.") < grade("Intermittent abdominal discomfort necessitates evaluation.")
    True
    """
    lengths = [len(words(sentence)) for sentence in sentences(text)]
    pieces = sum(-(-length // longest) for length in lengths)
    total = sum(lengths)
    if not total:
        return 0.0
    syllables = sum(_syllables(word) for word in words(text))
    return 0.39 * total / pieces + 11.8 * syllables / total - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, a silent final e not counted; numbers are read as one."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
