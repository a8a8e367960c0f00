"""Identifiers of publications in a text (DOI, PMID), looked up in a local list. No network."""

import json
import re
from pathlib import Path
from typing import Literal

import msgspec

from primum.errors import PrimumError

State = Literal["found", "other-title", "not-listed"]
"""other-title: the identifier exists, but names another work than the text does."""

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>\[\]{}]{1,200}", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s{0,3}(\d{1,9})\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,30}")
_AROUND = 400
"""Characters before an identifier in which the title of its work would stand."""
_SHARED = 0.5
"""Share of a title's words that must stand before its identifier, for the two to belong together."""


class Citation(msgspec.Struct, frozen=True):
    """One identifier in a text."""

    kind: Literal["doi", "pmid"]
    id: str
    start: int
    end: int


class Resolved(msgspec.Struct, frozen=True):
    """What the list knows of it."""

    id: str
    state: State
    title: str = ""


class Publication(msgspec.Struct, frozen=True):
    """One line of the list: `{"doi": "10.1000/x", "title": "…"}`."""

    doi: str = ""
    pmid: str = ""
    title: str = ""


class Publications(msgspec.Struct, frozen=True):
    """The list by identifier."""

    titles: dict[str, str]


def load_publications(path: str) -> Publications:
    """A JSONL file, one publication a line, with `doi` or `pmid`, and its `title`."""
    titles: dict[str, str] = {}
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PrimumError(f"Cannot read the list of publications {path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = msgspec.convert(json.loads(line), Publication)
        except (ValueError, msgspec.ValidationError) as error:
            raise PrimumError(f"{path}:{number}: {error}") from None
        if not (told.doi or told.pmid):
            raise PrimumError(f"{path}:{number}: a publication needs 'doi' or 'pmid' (as text)")
        for name in (told.doi.lower(), told.pmid):
            if name:
                titles[name] = told.title
    return Publications(titles)


def citations(text: str) -> tuple[Citation, ...]:
    """Every identifier in the text, in order.

    >>> [(c.kind, c.id) for c in citations("See doi:10.1000/AB.1. and PMID 123.")]
    [('doi', '10.1000/ab.1'), ('pmid', '123')]
    """
    found = [Citation("pmid", match[1], match.start(), match.end()) for match in _PMID.finditer(text)]
    for match in _DOI.finditer(text):
        name = match[0].rstrip(".,;:!?)*_`")
        found.append(Citation("doi", name.lower(), match.start(), match.start() + len(name)))
    return tuple(sorted(found, key=lambda citation: citation.start))


def resolve(text: str, known: Publications) -> tuple[Resolved, ...]:
    """Each identifier in the text against the list.

    >>> known = Publications({"10.1000/x": "Aspirin after stroke"})
    >>> [r.state for r in resolve("Aspirin after stroke, 10.1000/x. Also 10.1000/y.", known)]
    ['found', 'not-listed']
    """
    told: list[Resolved] = []
    for citation in citations(text):
        title = known.titles.get(citation.id)
        if title is None:
            told.append(Resolved(citation.id, "not-listed"))
        else:
            state: State = "found" if _named(title, text, citation) else "other-title"
            told.append(Resolved(citation.id, state, title))
    return tuple(told)


def _named(title: str, text: str, citation: Citation) -> bool:
    """Whether the text around the identifier may name this title; where it names nothing, it may."""
    words = set(_WORD.findall(title.lower()))
    before = text[max(0, citation.start - _AROUND) : citation.start]
    around = set(_WORD.findall((before + text[citation.end : citation.end + _AROUND]).lower()))
    named = len(_WORD.findall(before.lower())) >= len(words)
    return not words or not named or len(words & around) >= _SHARED * len(words)
