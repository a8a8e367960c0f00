"""Whether the words of a sentence are said, denied, supposed or only told back. The cues are in negation.yaml."""

from collections.abc import Sequence
from functools import lru_cache

from primum.judging.anchors import Anchor, anchor
from primum.judging.cues import after, cue_at, cues, cues_in, denials, frames, framing, openers, turning
from primum.judging.reading import Reading

DENIED, SUPPOSED, UNREAL, REPORTED = 1, 2, 4, 8

_REACH = 16
"""A denial reaches so many words when no clause break ends it before."""


_SHORT = 6
"""'No', 'without' and 'against' deny what stands right behind them."""
_LIST = 8
"""An 'or' so many words on makes a list of verbs."""


def flags(reading: Reading, sentence: int) -> list[int]:
    """For every word of a sentence: is it denied, supposed, unreal, reported?"""
    key = ("flags", sentence)
    found = reading.memo.get(key)
    if found is None:
        found = reading.memo[key] = _flags(reading, sentence)
    return found  # type: ignore[return-value]


def _flags(reading: Reading, sentence: int) -> list[int]:
    place = reading.sentences[sentence]
    if not (place.crossed or place.lead >= 0 or qualified(reading) & reading.bit(sentence)):
        return [0] * (place.last - place.first)
    out = _denied(reading, sentence)
    _frame(reading, sentence, out)
    return out


def plain(reading: Reading, sentence: int, last: int) -> bool:
    """Whether nothing can be denied, supposed or told back before this word: then no flag is up to there."""
    place = reading.sentences[sentence]
    if place.crossed or place.lead >= 0:
        return False
    if not qualified(reading) & reading.bit(sentence):
        return True
    return _opening().words.isdisjoint(reading.words[place.first : last])


def qualified(reading: Reading) -> int:
    """The sentences that hold a word which may deny, suppose or tell back, as bits."""
    return _opening().mask(reading)


@lru_cache(maxsize=1)
def _opening() -> Anchor:
    return anchor(denials() | framing())


def _denied(reading: Reading, sentence: int) -> list[int]:
    place, words = reading.sentences[sentence], reading.words
    crossed = DENIED if _lead_denies(reading, sentence) else 0
    out = [crossed] * (place.last - place.first)
    found = cues_in(openers(), denials(), _DENIALS, words, place)
    if not found:
        return out
    first, marks, turns = place.first, reading.marks(sentence), turning()
    opened, at = -1, min(found)
    while at < place.last:
        if opened >= 0:
            near = at - opened <= _SHORT and marks[at - first] == " " and words[at] not in turns
            if not near and _clause_ends(reading, sentence, at, opened):
                opened = -1
        if at not in found:
            if opened >= 0:
                out[at - first] = DENIED
            at += 1
            continue
        width, kind = found[at]
        if kind in ("breaks", "releases"):
            opened = -1
        elif kind == "negations":
            opened = at + width - 1
        elif kind == "toggles":
            opened = -1 if opened >= 0 else at
        if opened >= 0:
            out[at - first : at - first + width] = [DENIED] * width
        at += width
    return out


_DENIALS = frozenset(("negations", "toggles"))


def _clause_ends(reading: Reading, sentence: int, at: int, opened: int) -> bool:
    """Whether the clause in which a denial was opened is over before this word."""
    words, mark = reading.words, _between(reading, sentence, at)
    brief = words[opened] in cues().brief
    if (
        at - opened > (_SHORT if brief else _REACH)
        or not _OPEN.isdisjoint(mark)
        or "--" in mark
        or " - " in mark
    ):
        return True
    if words[opened] == "no" and at == opened + 1 and ("," in mark or ":" in mark):
        return True  # "No, stop the tablets": an answer, not a denial of what follows
    if ":" in mark and at - opened > 1 and words[at - 1] not in cues().introduces:
        return True  # "do not wait: this is an emergency", but not "avoid: …" or "none of the following: …"
    if words[at] in cues().mains and at - opened > 1 and _relative(reading, sentence, opened):
        return True  # "a bladder that won't start | means go"
    if at - opened > 1 and "," in mark and words[at] in cues().adds:
        return True  # "do not change the dose, which | is right"
    if words[at] in cues().determiners and _new_subject(reading, sentence, at):
        return True
    if _commanded(reading, sentence, at, opened):
        return True
    supposed = _supposed(reading, sentence, opened)
    if supposed and "," in mark:  # "if you are not allergic, chew one"
        return True
    if "," in mark and words[at] in cues().acts:
        return not (_aside(reading, sentence, opened) or _listed(reading, sentence, at))
    if words[at] not in cues().resumes:
        return False
    if "," in mark and not _aside(reading, sentence, opened):
        return True
    near = 1 if words[at] in cues().persons else 2
    return words[at - 1] == "and" or (supposed and at - opened > near)


def _commanded(reading: Reading, sentence: int, at: int, opened: int) -> bool:
    """Whether a command begins here: 'with no pulse | start compressions', 'to avoid a stroke | take …'."""
    words, first = reading.words, reading.sentences[sentence].first
    if at - opened < 2 or words[at] not in cues().commands or words[at - 1] in _JOINS:
        return False
    return words[opened] in cues().brief or (opened == first + 1 and words[first] == "to")


def _new_subject(reading: Reading, sentence: int, at: int) -> bool:
    """Whether a comma, an 'and' and a noun with its own verb stand here: 'do not wait, and the nurse will call'."""
    words, place = reading.words, reading.sentences[sentence]
    if at < place.first + 2 or words[at - 1] != "and" or "," not in _between(reading, sentence, at - 1):
        return False
    for later in range(at + 1, min(at + _NOUN, place.last)):
        if words[later] in cues().mains:
            return True
        if words[later] in cues().relatives or words[later] in _JOINS:
            return False
    return False


_NOUN = 5
"""A subject and its verb stand within so many words."""


def _relative(reading: Reading, sentence: int, opened: int) -> bool:
    """Whether the denial stands in a clause about somebody or something: 'anyone who still cannot breathe'."""
    words, first = reading.words, reading.sentences[sentence].first
    begin = max(first + 1, opened - _HEAD)  # 'That is not …' begins no such clause
    return not cues().relatives.isdisjoint(words[begin:opened])


def _supposed(reading: Reading, sentence: int, opened: int) -> bool:
    """Whether the denial stands in a condition, or in a reason that the sentence begins with."""
    words, first = reading.words, reading.sentences[sentence].first
    if words[first] in cues().reasons or words[first] in cues().suppositions:
        return True
    return not cues().suppositions.isdisjoint(words[max(first, opened - _CONDITION) : opened])


_HEAD = 2
"""A relative clause is denied by so near a word: 'that still won't'."""
_CONDITION = 6
"""So many words before the denial 'if' may stand."""


def _aside(reading: Reading, sentence: int, opened: int) -> bool:
    """Whether a comma follows the denial at once and holds it open: 'do not, under any circumstances, …'."""
    return reading.words[opened] != "no" and "," in _between(reading, sentence, opened + 1)


def _listed(reading: Reading, sentence: int, at: int) -> bool:
    """Whether a verb behind a comma is one of a list of what is denied: 'do not eat, drink or smoke'."""
    words, last = reading.words, reading.sentences[sentence].last
    for later in range(at + 1, min(at + _LIST, last)):
        mark = _between(reading, sentence, later)
        if not _OPEN.isdisjoint(mark):
            return False
        if words[later] in ("or", "nor") and (
            later == at + 1 or "," in mark or _verb(words, later + 1, last)
        ):
            return True
        if "," in mark and later == at + 1:
            return True
    return False


def _verb(words: Sequence[str], at: int, last: int) -> bool:
    return at < last and words[at] in cues().acts


_JOINS = frozenset(("to", "a", "an", "the", "your", "any", "and", "or", "of", "for"))
_OPEN = frozenset(";—–|)…")


def _between(reading: Reading, sentence: int, at: int) -> str:
    """What stands in the text between a word and the one before it."""
    return reading.marks(sentence)[at - reading.sentences[sentence].first]


def _lead_denies(reading: Reading, sentence: int) -> bool:
    """An item of a list introduced by 'Do not:' or 'What to avoid', or marked with a cross."""
    place = reading.sentences[sentence]
    if place.crossed:
        return True
    if place.lead < 0 or reading.sentences[place.lead].question:
        return False
    return flags(reading, place.lead)[-1] & DENIED != 0


def _frame(reading: Reading, sentence: int, out: list[int]) -> None:
    """Add to the flags of a sentence what is supposed, unreal or reported."""
    place, words = reading.sentences[sentence], reading.words
    found = cues_in(frames(), framing(), _FRAMINGS, words, place)
    if not found:
        return
    first, marks = place.first, reading.marks(sentence)
    state, supposed, permitted = 0, 0, False
    at = min(found)
    while at < place.last:
        if state or supposed:
            mark = marks[at - first]
            ended = mark != " " and (not _OPEN.isdisjoint(mark) or " - " in mark)
            supposed = 0 if ended or "," in mark else supposed
            state = 0 if ended or words[at] in ("but", "however") else state
        if at not in found:
            out[at - first] |= state | supposed
            at += 1
            continue
        width, kind = found[at]
        if kind == "unreal" and words[at + width - 1] == "have" and not _past(words, at + width, place.last):
            kind = ""  # "you could have | sepsis"
        permitted = permitted or kind == "permissions"
        if kind == "conditions":
            supposed = 0 if permitted else SUPPOSED
        elif kind == "statements":
            supposed = 0
        else:
            state |= _FRAMES.get(kind, 0)
        for inside in range(at - first, at - first + width):
            out[inside] |= state | supposed
        at += width


def _past(words: Sequence[str], at: int, last: int) -> bool:
    """Whether a participle stands here, or behind an adverb."""
    while at < last and (words[at] in cues().adverbs or words[at].endswith("ly")):
        at += 1
    return at < last and (words[at].endswith("ed") or words[at] in cues().participles)


_FRAMINGS = frozenset(("conditions", "unreal", "reported"))
_FRAMES = {"unreal": UNREAL, "reported": REPORTED}


def denied_after(reading: Reading, sentence: int, last: int) -> bool:
    """Whether a denial follows the match closely: 'doubling the dose | is not safe'."""
    place, words = reading.sentences[sentence], reading.words
    for at in range(last, min(last + 5, place.last)):
        if not _OPEN.isdisjoint(_between(reading, sentence, at)) or "," in _between(reading, sentence, at):
            return False
        if words[at] in _STOPS:
            return False
        if cue_at(after(), words, at, place.last):
            return True
    return False


_STOPS = frozenset(("if", "when", "and", "but", "because", "so", "unless", "until", "or"))
