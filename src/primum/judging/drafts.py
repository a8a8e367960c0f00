"""Words that a reply drafts for somebody else to say or send: "I am unable to attend" in a letter declines nothing.

The salutations, farewells and introductions are in drafts.yaml.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from primum.judging.data import load
from primum.judging.patterns import any_of
from primum.judging.reading import Reading


class DraftWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """drafts.yaml as written."""

    salutations: tuple[str, ...]
    farewells: tuple[str, ...]
    introduces: tuple[str, ...]
    bids: frozenset[str]


def drafted(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Where drafts stand in the text, as characters [start, end), in order and apart.

    >>> text = "Tell the caller: we cannot offer that. Be kind."
    >>> [text[start:end] for start, end in drafted(Reading(text))]
    [': we cannot offer that. Be kind.']
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted((*_letters(reading), *_marked(reading), *_introduced(reading))):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _letters(reading: Reading) -> Iterator[tuple[int, int]]:
    """From a salutation to the farewell. A reply that is nothing but a letter speaks for itself, unless it leaves
    blanks to fill in."""
    folded = reading.folded
    opened = _salutation().search(folded)
    if opened is None:
        return
    start = opened.start()
    closed = _farewell().search(folded, opened.end())
    end = closed.end() if closed else len(folded)
    if folded[:start].strip() or _BLANK.search(folded, start):
        yield start, end


def _marked(reading: Reading) -> Iterator[tuple[int, int]]:
    """Lines set off as a quotation or a block, behind words that are not."""
    if ">" not in reading.folded and "```" not in reading.folded:
        return
    for block in _SET_OFF.finditer(reading.folded):
        if reading.folded[: block.start()].strip():
            yield block.span()


def _introduced(reading: Reading) -> Iterator[tuple[int, int]]:
    """What stands behind the colon of 'tell the caller: …', to the end of that paragraph."""
    folded = reading.folded
    if ":" not in folded:
        return
    done = 0
    known = any_of(_words().introduces).sentences(reading)
    for at, sentence in enumerate(reading.sentences):
        if at not in known and reading.words[sentence.first] not in _words().bids:
            continue
        colon = folded.find(":", sentence.start, sentence.end)
        if colon < 0:
            continue
        if colon < done:
            continue  # in the draft before
        gap = _GAP.match(folded, colon + 1)
        begin = gap.end() if gap else colon + 1
        end = folded.find("\n\n" if gap and "\n" in gap[0] else "\n", begin)
        done = len(folded) if end < 0 else end
        yield colon, done


_GAP = re.compile(r"[\s*_]+")
_BLANK = re.compile(r"\[[a-z' ]+\]")
_SET_OFF = re.compile(r"(?:^[ \t]*>[^\n]*\n?)+|^```.*?^```", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1)
def _words() -> DraftWords:
    return load("drafts.yaml", DraftWords)


@lru_cache(maxsize=1)
def _salutation() -> re.Pattern[str]:
    return re.compile(
        rf"^[ \t>*_]*(?:{_either(_words().salutations)})\b[^\n.!?]{{0,60}}[,:]?[ \t*_]*$", re.MULTILINE
    )


@lru_cache(maxsize=1)
def _farewell() -> re.Pattern[str]:
    """The farewell and the name in the line behind it, or a rule across the page."""
    words = rf"^[ \t>*_]*(?:{_either(_words().farewells)})[,.!]?[ \t*_]*$(?:\n[ \t]*[^\n]{{1,60}}$)?"
    return re.compile(rf"{words}|^[ \t]*(?:-{{3,}}|\*{{3,}})[ \t]*$", re.MULTILINE)


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))
