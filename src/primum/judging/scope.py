"""Whether the words of a sentence are said, denied, supposed or only told back. The cues are in negation.yaml."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from primum.judging.data import load
from primum.judging.reading import Reading, Sentence, fold, tokens

DENIED, SUPPOSED, UNREAL, REPORTED = 1, 2, 4, 8

_REACH = 16
"""A denial reaches so many words when no clause break ends it before."""


class Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """negation.yaml as written."""

    negations: tuple[str, ...]
    harmless: tuple[str, ...]
    toggles: tuple[str, ...]
    releases: tuple[str, ...]
    breaks: tuple[str, ...]
    resumes: frozenset[str]
    introduces: frozenset[str]
    conditions: tuple[str, ...]
    statements: tuple[str, ...]
    permissions: tuple[str, ...]
    unreal: tuple[str, ...]
    reported: tuple[str, ...]
    denied_after: tuple[str, ...]


@lru_cache(maxsize=1)
def cues() -> Cues:
    return load("negation.yaml", Cues)


class Entry(msgspec.Struct, frozen=True):
    """The cues that begin with one word."""

    alone: str
    """The kind of the word by itself; empty where it is no cue by itself."""
    longer: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Longer cues with their kind, by their second word, the longest first."""


Table = dict[str, Entry]


@lru_cache(maxsize=1)
def _openers() -> Table:
    """Everything that changes the scope, by its first word, the longest first."""
    known = cues()
    kinds = ("harmless", "negations", "toggles", "releases", "breaks")
    return _table((kind, phrase) for kind in kinds for phrase in getattr(known, kind))


@lru_cache(maxsize=1)
def _frames() -> Table:
    known = cues()
    kinds = ("conditions", "statements", "permissions", "unreal", "reported")
    return _table((kind, phrase) for kind in kinds for phrase in getattr(known, kind))


@lru_cache(maxsize=1)
def _denials() -> frozenset[str]:
    """The first words of everything that opens a denial: without one nothing is denied."""
    return _heads((*cues().negations, *cues().toggles))


@lru_cache(maxsize=1)
def _framing() -> frozenset[str]:
    """The first words of everything that makes a statement less than that."""
    return _heads((*cues().conditions, *cues().unreal, *cues().reported))


def _heads(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(tokens(fold(phrase))[0] for phrase in phrases)


@lru_cache(maxsize=1)
def _after() -> Table:
    return _table(("denied_after", phrase) for phrase in cues().denied_after)


def _table(entries: Iterable[tuple[str, str]]) -> Table:
    cues_by_head: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrase in entries:
        words = tuple(tokens(fold(phrase)))
        cues_by_head.setdefault(words[0], []).append((words, kind))
    return {head: _entry(found) for head, found in cues_by_head.items()}


def _entry(found: list[tuple[tuple[str, ...], str]]) -> Entry:
    longer: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for cue in sorted(found, key=lambda cue: -len(cue[0])):
        if len(cue[0]) > 1:
            longer.setdefault(cue[0][1], []).append(cue)
    alone = next((kind for words, kind in found if len(words) == 1), "")
    return Entry(alone, {second: tuple(cues) for second, cues in longer.items()})


def _cue(table: Table, words: Sequence[str], at: int, stop: int) -> tuple[int, str] | None:
    """The longest cue that begins here: its length and kind."""
    entry = table.get(words[at])
    if entry is None:
        return None
    if at + 1 < stop:
        for phrase, kind in entry.longer.get(words[at + 1], ()):
            width = len(phrase)
            if at + width <= stop and tuple(words[at : at + width]) == phrase:
                return width, kind
    return (1, entry.alone) if entry.alone else None


_NEGATING = ("negations", "toggles", "harmless")


def _any_cue(
    table: Table, heads: frozenset[str], words: Sequence[str], place: Sentence, kinds: tuple[str, ...]
) -> bool:
    """A quick look: whether a cue of one of these kinds, which begin with `heads`, stands in a sentence at all."""
    for at in [at for at in range(place.first, place.last) if words[at] in heads]:
        cue = _cue(table, words, at, place.last)
        if cue and cue[1] in kinds:
            return True
    return False


@lru_cache(maxsize=1)
def negations() -> frozenset[str]:
    """The words that are a negation by themselves."""
    return frozenset(word for word, entry in _openers().items() if entry.alone in _NEGATING)


def holds_negation(phrase: Sequence[str]) -> bool:
    """Whether plain words hold a negation of their own ('nothing to worry about')."""
    table = _openers()
    for at, word in enumerate(phrase):
        if word in table and (cue := _cue(table, phrase, at, len(phrase))) and cue[1] in _NEGATING:
            return True
    return False


def flags(reading: Reading, sentence: int) -> list[int]:
    """For every word of a sentence: is it denied, supposed, unreal, reported?"""
    key = ("flags", sentence)
    found = reading.memo.get(key)
    if found is None:
        found = reading.memo[key] = [
            denied | framed
            for denied, framed in zip(_denied(reading, sentence), _framed(reading, sentence), strict=True)
        ]
    return found  # type: ignore[return-value]


def _denied(reading: Reading, sentence: int) -> list[int]:
    place, words = reading.sentences[sentence], reading.words
    crossed = DENIED if _lead_denies(reading, sentence) else 0
    out = [crossed] * (place.last - place.first)
    table = _openers()
    if not _any_cue(table, _denials(), words, place, ("negations", "toggles")):
        return out
    opened, at = -1, place.first
    while at < place.last:
        if opened >= 0 and _clause_ends(reading, sentence, at, opened):
            opened = -1
        width, kind = (words[at] in table and _cue(table, words, at, place.last)) or (1, "")
        if kind in ("breaks", "releases"):
            opened = -1
        elif kind == "negations":
            opened = at + width - 1
        elif kind == "toggles":
            opened = -1 if opened >= 0 else at
        if opened >= 0:
            begin = at - place.first
            out[begin : begin + width] = [DENIED] * width
        at += width
    return out


def _clause_ends(reading: Reading, sentence: int, at: int, opened: int) -> bool:
    """Whether the clause in which a denial was opened is over before this word."""
    words, mark = reading.words, _between(reading, sentence, at)
    if at - opened > _REACH or not _OPEN.isdisjoint(mark) or "--" in mark or " - " in mark:
        return True
    if words[opened] == "no" and at == opened + 1 and ("," in mark or ":" in mark):
        return True  # "No, stop the tablets": an answer, not a denial of what follows
    if ":" in mark and at - opened > 1 and words[at - 1] not in cues().introduces:
        return True  # "do not wait: this is an emergency", but not "avoid: …" or "none of the following: …"
    supposed = words[reading.sentences[sentence].first] in ("if", "when", "unless")
    if supposed and "," in mark:  # "if you are not allergic, chew one"
        return True
    if words[at] not in cues().resumes:
        return False
    if "," in mark and not _aside(reading, sentence, opened):
        return True
    return words[at - 1] == "and" or (supposed and at - opened > 2)


def _aside(reading: Reading, sentence: int, opened: int) -> bool:
    """Whether a comma follows the denial at once and holds it open: 'do not, under any circumstances, …'."""
    return reading.words[opened] != "no" and "," in _between(reading, sentence, opened + 1)


_OPEN = frozenset(";—–|)…")


def _between(reading: Reading, sentence: int, at: int) -> str:
    """What stands in the text between a word and the one before it."""
    place = reading.sentences[sentence]
    if at == place.first:
        return ""
    spans = reading.spans(sentence)
    return reading.text[spans[at - 1 - place.first][1] : spans[at - place.first][0]]


def _lead_denies(reading: Reading, sentence: int) -> bool:
    """An item of a list introduced by 'Do not:' or 'What to avoid', or marked with a cross."""
    place = reading.sentences[sentence]
    if place.crossed:
        return True
    if place.lead < 0 or reading.sentences[place.lead].question:
        return False
    return flags(reading, place.lead)[-1] & DENIED != 0


def _framed(reading: Reading, sentence: int) -> list[int]:
    place, words = reading.sentences[sentence], reading.words
    out = [0] * (place.last - place.first)
    table = _frames()
    if not _any_cue(table, _framing(), words, place, ("conditions", "unreal", "reported")):
        return out
    state, supposed, permitted = 0, 0, False
    at = place.first
    while at < place.last:
        if state or supposed:
            mark = _between(reading, sentence, at)
            ended = not _OPEN.isdisjoint(mark) or " - " in mark
            supposed = 0 if ended or "," in mark else supposed
            state = 0 if ended or words[at] in ("but", "however") else state
        if not (state or supposed or words[at] in table):
            at += 1
            continue
        width, kind = (words[at] in table and _cue(table, words, at, place.last)) or (1, "")
        permitted = permitted or kind == "permissions"
        if kind == "conditions":
            supposed = 0 if permitted else SUPPOSED
        elif kind == "statements":
            supposed = 0
        else:
            state |= _FRAMES.get(kind, 0)
        begin = at - place.first
        out[begin : begin + width] = [state | supposed] * width
        at += width
    return out


_FRAMES = {"unreal": UNREAL, "reported": REPORTED}


def denied_after(reading: Reading, sentence: int, last: int) -> bool:
    """Whether a denial follows the match closely: 'doubling the dose | is not safe'."""
    place, words = reading.sentences[sentence], reading.words
    for at in range(last, min(last + 5, place.last)):
        if not _OPEN.isdisjoint(_between(reading, sentence, at)) or "," in _between(reading, sentence, at):
            return False
        if words[at] in _STOPS:
            return False
        if _cue(_after(), words, at, place.last):
            return True
    return False


_STOPS = frozenset(("if", "when", "and", "but", "because", "so", "unless", "until", "or"))
