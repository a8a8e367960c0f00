"""Whether quoted words are in a reply: letter by letter, or up to spacing, case, quotation marks and Markdown."""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from primum.judging.reading import fold

_ELISION = re.compile(r"\s*(?:\[?(?:\.{3}|…)\]?)\s*")
_DRESS = " \t\r\n\"'“”‘’«»`"
_DROPPED = frozenset("*_`#>\x7f")
_LONGEST = 1200
_TWO_LETTERS = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL)


class Place(msgspec.Struct, frozen=True):
    """A verbatim passage: the reply (0 is the first) and its characters [start, end)."""

    reply: int
    start: int
    end: int


def locate(quote: str, replies: Sequence[str], claimed: int = 0) -> Place | None:
    """Where the quote stands; the claimed reply (1 is the first, 0 is unknown) is searched first.

    >>> locate("call “911” now", ['Please **call** "911"  now.'])
    Place(reply=0, start=9, end=26)
    """
    order = _order(len(replies), claimed - 1)
    if _substantial(quote):
        for index in order:
            start = replies[index].find(quote)
            if start >= 0:
                return Place(index, start, start + len(quote))
    pieces = [piece for piece in (_plain(part)[0] for part in _ELISION.split(quote.strip(_DRESS))) if piece]
    if not pieces or not _substantial("".join(pieces)):
        return None
    for index in order:
        span = _loosely(pieces, replies[index])
        if span:
            return Place(index, *span)
    return None


def _loosely(pieces: Sequence[str], reply: str) -> tuple[int, int] | None:
    """The passage from the first piece to the last, all in order."""
    plain, places = _plain(reply)
    begin = plain.find(pieces[0])
    if begin < 0:
        return None
    end = begin + len(pieces[0])
    for piece in pieces[1:]:
        at = plain.find(piece, end)
        if at < 0:
            return None
        end = at + len(piece)
    start, stop = places[begin], places[end - 1] + 1
    return (start, stop) if stop - start <= _LONGEST else None


@lru_cache(maxsize=512)
def _plain(text: str) -> tuple[str, list[int]]:
    """The text folded, runs of space as one, emphasis marks dropped; with the place of every letter."""
    letters: list[str] = []
    places: list[int] = []
    space = True
    for at, letter in enumerate(fold(text)):
        if letter in _DROPPED:
            continue
        if letter.isspace():
            if not space:
                letters.append(" ")
                places.append(at)
            space = True
            continue
        space = False
        letters.append(letter)
        places.append(at)
    return "".join(letters).rstrip(), places


def _order(count: int, claimed: int) -> Sequence[int]:
    """The replies by their places, the claimed one first."""
    if not 0 < claimed < count:
        return range(count)
    return [claimed, *(index for index in range(count) if index != claimed)]


def _substantial(quote: str) -> bool:
    """A quote of a letter or a comma shows nothing."""
    return _TWO_LETTERS.search(quote, 0, 200) is not None
