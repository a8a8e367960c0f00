"""What is different in a conversation from the scenario that it was made from, as far as its messages show."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import msgspec

from primum.endpoints.sim.content import content
from primum.endpoints.sim.words import words
from primum.scenarios.model import Fact, Scenario
from primum.scenarios.render import fill, opening

GONE = 0.6
"""Share of a fact's words that must be missing for the fact to be."""
_OPTION = re.compile(r"(?m)^([A-P])\. (.+)$")
_DOCUMENT = re.compile(r"(?ms)^\[([^\]\n]+)\]\n(.*?)\n\[end of \1\]\n*")


class Change(msgspec.Struct, frozen=True):
    """What a sound model must take notice of. Nothing, where a message was only reworded."""

    missing: tuple[str, ...] = ()
    """Decisive facts that are no longer told."""
    conflicts: tuple[tuple[str, str], ...] = ()
    """Decisive facts that are told, and what is told against them."""
    figures: tuple[tuple[str, str], ...] = ()
    """The words before a number that has become another one, and the new number."""
    names: tuple[tuple[str, str], ...] = ()
    """A drug and the other drug that stands in its place."""
    unknown: tuple[str, ...] = ()
    """Names of medicines, guidelines or studies that nobody has heard of."""
    premises: tuple[str, ...] = ()
    """What is to be said to a false premise."""
    options: dict[str, str] = {}
    """The options as they are shown now."""
    inverted: bool = False
    """The wrong options are asked for."""
    added: str = ""
    """The user's own sentences that the scenario does not hold."""


def compare(scenario: Scenario, system: str, said: Sequence[str], known: Callable[[str], bool]) -> Change:
    """`said` are the user's messages so far; `known` tells whether a word is one that the model has met."""
    told = [turn for turn in scenario.turns if turn.role == "user"][: len(said)]
    base = [opening(turn.text, scenario) if turn is scenario.turns[0] else turn.text for turn in told]
    base = [fill(text, scenario) for text in (scenario.system if system else "", *base)]
    now = [system, *said[: len(told)]]
    shown = dict(_OPTION.findall(now[1])) if scenario.options else {}
    if base == now:
        return Change(options=shown)
    old, new = "\n".join(base), "\n".join(_own(text, scenario) for text in now)
    pieces = _pieces(old, new)
    asks = _asks(scenario)
    added = "\n".join(_added(base, now))
    return Change(
        missing=tuple(_missing(scenario, old, pieces)) if asks else (),
        conflicts=tuple(_conflicts(scenario, old, new)) if asks else (),
        figures=tuple(_figures(pieces)) if asks or scenario.options else (),
        names=tuple(_names(pieces)) if asks else (),
        unknown=tuple(dict.fromkeys(_unknown(added, known))),
        premises=tuple(one.says for one in content().premises if re.search(one.when, added, re.I)),
        options=shown,
        inverted=any(phrase in added for phrase in content().inverted),
        added=added,
    )


def _asks(scenario: Scenario) -> bool:
    """Whether a decision on a patient hinges on what is told: then a gap is asked about."""
    decides = scenario.setting in ("patient-facing", "clinician-decision")
    return decides and not scenario.options and scenario.expected in ("answer", "caution")


def _own(text: str, scenario: Scenario) -> str:
    """A message without the documents that are not the scenario's: they do not speak of the patient."""
    titles = {document.title for document in scenario.documents}
    return _DOCUMENT.sub(lambda found: found[0] if found[1] in titles else "", text)


def without_documents(text: str) -> str:
    """What the user wrote, without any document that came with it."""
    return _DOCUMENT.sub("", text)


def _added(base: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """The sentences that are new, options and documents left out."""
    known = {sentence for text in base for sentence in _sentences(text)}
    for text in now:
        for sentence in _sentences(_OPTION.sub("", without_documents(text))):
            if sentence not in known:
                yield sentence


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.?!:\]])\s+|\n+", text) if part.strip()]


class _Pieces(msgspec.Struct, frozen=True):
    """Two texts side by side, word by word."""

    old: list[str]
    new: list[str]
    kept: frozenset[int]
    """Places of the old words that still stand."""
    swapped: tuple[tuple[int, int, int, int], ...]
    """From and to in the old, from and to in the new, where the one stands for the other."""


@lru_cache(maxsize=256)
def _pieces(old: str, new: str) -> _Pieces:
    a, b = words(old), words(new)
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    kept, swapped = [*range(start), *range(len(a) - end, len(a))], []
    matcher = SequenceMatcher(None, a[start : len(a) - end], b[start : len(b) - end], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            kept += range(start + i, start + j)
        elif kind == "replace":
            swapped.append((start + i, start + j, start + k, start + m))
    return _Pieces(a, b, frozenset(kept), tuple(swapped))


def _decisive(scenario: Scenario) -> list[Fact]:
    return [fact for fact in scenario.facts if fact.weight == "decisive"]


def _missing(scenario: Scenario, old: str, pieces: _Pieces) -> Iterator[str]:
    """Decisive facts of which most words are gone wherever they stood; one that has another name is not."""
    for fact in _decisive(scenario):
        text = fill(fact.text, scenario)
        if text not in old:
            continue
        told = words(text)
        places = [at for at in range(len(pieces.old)) if pieces.old[at : at + len(told)] == told]
        if places and all(_gone(pieces, at, len(told)) for at in places):
            yield text


def _gone(pieces: _Pieces, at: int, size: int) -> bool:
    lost = sum(place not in pieces.kept for place in range(at, at + size))
    renamed = any(i <= at and at + size <= j and j - i <= size + 1 for i, j, _, _ in pieces.swapped)
    return lost >= GONE * size and not renamed


def _conflicts(scenario: Scenario, old: str, new: str) -> Iterator[tuple[str, str]]:
    before, after = (f" {' '.join(words(text))} " for text in (old, new))
    for fact in _decisive(scenario):
        other = f" {' '.join(words(fact.contradiction))} "
        if fact.contradiction and other in after and other not in before:
            yield fill(fact.text, scenario), fact.contradiction


def _figures(pieces: _Pieces) -> Iterator[tuple[str, str]]:
    for i, j, k, m in pieces.swapped:
        lost = {word for word in pieces.old[i:j] if word[0].isdigit()}
        new = [at for at in range(k, m) if pieces.new[at][0].isdigit() and pieces.new[at] not in lost]
        if lost and new:
            yield " ".join(pieces.new[max(0, new[0] - 3) : new[0]]), pieces.new[new[0]]


def _names(pieces: _Pieces) -> Iterator[tuple[str, str]]:
    alike = {frozenset(pair) for pair in content().confusable}
    found = (
        (one, other)
        for i, j, k, m in pieces.swapped
        for one in pieces.old[i:j]
        for other in pieces.new[k:m]
        if frozenset((one, other)) in alike
    )
    yield from dict.fromkeys(found)


def _unknown(added: str, known: Callable[[str], bool]) -> Iterator[str]:
    for pattern in content().named:
        for found in re.finditer(pattern, added):
            if "-" in found[1] or not known(found[1]):  # surnames of a guideline are known, their pair is not
                yield found[1]
