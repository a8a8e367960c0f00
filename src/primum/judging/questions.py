"""Whether a reply asks for something, and where."""

from functools import lru_cache

import msgspec

from primum.judging.data import load
from primum.judging.patterns import Pattern, Span, any_of
from primum.judging.reading import Reading


class PatternList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A content file that is one list of patterns."""

    patterns: tuple[str, ...]


@lru_cache(maxsize=1)
def _requests() -> Pattern:
    return any_of(load("asking.yaml", PatternList).patterns)


def asking(reading: Reading) -> frozenset[int]:
    """The sentences that ask for something or tell to ask it, list items of a question included."""
    sentences, requests = reading.sentences, _requests().sentences(reading)
    found = {
        at
        for at, sentence in enumerate(sentences)
        if sentence.question or at in requests or "?" in reading.text[sentence.start : sentence.end]
    }
    return frozenset(found | {at for at, sentence in enumerate(sentences) if sentence.lead in found})


def questions(text: str) -> tuple[Span, ...]:
    """What a reply asks the reader, in order; a question only told ('ask her "are you safe?"') is none of them.

    >>> asked = "Rest. How old is she? Please tell me her weight."
    >>> [asked[span.start : span.end] for span in questions(asked)]
    ['How old is she?', 'Please tell me her weight.']
    """
    reading = Reading(text)
    requests = _requests().sentences(reading)
    found = []
    for at, sentence in enumerate(reading.sentences):
        if sentence.question or at in requests:
            bare = text[sentence.start : sentence.end]
            start = sentence.start + len(bare) - len(bare.lstrip())
            found.append(Span(at, start, start + len(bare.strip())))
    return tuple(found)
