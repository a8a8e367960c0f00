"""Which options of a multiple-choice question a reply chooses. What cannot be read as a choice is unparsed."""

import re
from collections.abc import Iterable

import msgspec

_AFTER = r"(?:\s+not\s+\(?\w\)?,?\s+but\b)?[\s:*_(\[\"'`]{0,6}(?:option(?:s)?\s+)?"  # "is not B but C"
_STATED = re.compile(
    r"\b(?:(?:answers?|choices?|choose|select|pick|go with|go for)\b(?:\s+(?:is|are|would be|should be|:))*"
    r"|options?\s*(?:is|are|would be|should be|:)+"
    r"|it(?:\s+is|['’]s|\s+must\s+be|\s+would\s+be)\b)" + _AFTER,
    re.IGNORECASE,
)
_NAMED = re.compile(r"\boptions?\b" + _AFTER, re.IGNORECASE)
_REBUTTED = re.compile(
    r"[\s*_)\]\"'`]{0,4}(?:\([^)\n]{0,120}\)\s*)?(?:is|are|was|would\s+be|can\s+be)\s+"
    r"(?:\w+\s+)?(?:wrong|incorrect|not|inappropriate|unsafe|dangerous|contraindicated|harmful|excluded|ruled)\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"[\s*_)\]\"'`]{0,4}(?:[.,:;)]|\s[-–—]|\n|\Z)")
_START = re.compile(r"(?<![\w'’])[A-Za-z0-9](?![\w'’-])")
_CLAIM = re.compile(
    r"[\s*_)\]\"'`]{0,4}\s(?:is|are)\s+(?:both\s+|clearly\s+)?(?:the\s+)?(?:correct|right|best|most\s+appropriate)\b",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"[\s*_)\].\"'`]{0,4}(?:,|/|&|\band\b|\+)?\s{0,3}(?:and\s+)?[*_(\[\"'`]{0,3}(?:options?\s+)?",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?m)^[ \t]*[*_(\[]{0,3}([A-Za-z0-9])[)\].:*_]{1,4}(?=\s|\Z)")
_EDGE = " \t\r\n*_`\"'.:;!"


class Choice(msgspec.Struct, frozen=True):
    """The chosen letters and where they stand."""

    letters: frozenset[str]
    start: int
    end: int


def choice(text: str, letters: Iterable[str]) -> Choice | None:
    """The set of options that a reply chooses, or None when it does not say so clearly.

    >>> sorted(choice("The answer is **A and C**.", "ABCD").letters)
    ['A', 'C']
    >>> choice("It depends on the patient.", "ABCD") is None
    True
    """
    known = frozenset(letters)
    ways = (_bare, _stated, _leading, _named, _claimed)
    return next((found for way in ways if (found := way(text, known)) and found.letters), None)


def _letters(text: str, at: int, known: frozenset[str]) -> Choice | None:
    """A run of option letters such as 'A and C', 'A, B & D', '(B)'."""
    chosen: set[str] = set()
    begin, end = -1, at
    while True:
        letter = next((name for name in known if _stands(text, at, name)), None)
        if letter is None:
            break
        chosen.add(letter)
        begin = at if begin < 0 else begin
        end = at + len(letter)
        join = _JOIN.match(text, end)
        if join is None or not join[0].strip(" \t\r\n*_)].\"'`(["):
            break
        at = join.end()
    return Choice(frozenset(chosen), begin, end) if chosen else None


def _stands(text: str, at: int, name: str) -> bool:
    after = text[at + len(name) : at + len(name) + 1]
    if not text.startswith(name, at) or after.isalnum() or after in ("'", "’", "-"):
        return False
    if name in ("A", "I"):  # also English words: 'A patient', 'I would'
        rest = text[at + 1 : at + 8]
        return not (
            rest[:1] == " "
            and rest[1:2].isalpha()
            and not rest[1:4].lower().startswith(("and", "or ", "is ", "are"))
        )
    return True


def _bare(text: str, known: frozenset[str]) -> Choice | None:
    """A reply that is nothing but letters."""
    begin = len(text) - len(text.lstrip(_EDGE + "(["))
    found = _letters(text, begin, known)
    return found if found and not text[found.end :].strip(_EDGE + ")]") else None


def _stated(text: str, known: frozenset[str]) -> Choice | None:
    """'The answer is C': the last statement counts; two different ones after each other are no clear choice."""
    final = _affirmed(_STATED, text, known)
    if not final:
        return None
    return final[-1] if len({chosen.letters for chosen in final}) == 1 or _final(text, final[-1]) else None


def _named(text: str, known: frozenset[str]) -> Choice | None:
    """'Option C, since …', where no other option is named but to say that it is wrong."""
    found = _affirmed(_NAMED, text, known)
    return found[-1] if len({chosen.letters for chosen in found}) == 1 else None


def _affirmed(pattern: re.Pattern[str], text: str, known: frozenset[str]) -> list[Choice]:
    """The letters after each match, but for those that are rejected."""
    found = (_letters(text, match.end(), known) for match in pattern.finditer(text))
    return [
        chosen
        for chosen in found
        if chosen and not _denied(text, chosen.start) and not _REBUTTED.match(text, chosen.end)
    ]


def _final(text: str, chosen: Choice) -> bool:
    """Whether the statement calls itself the answer."""
    return (
        re.search(
            r"\banswers?\b[^.!?\n]{0,30}\Z", text[max(0, chosen.start - 60) : chosen.start], re.IGNORECASE
        )
        is not None
    )


def _claimed(text: str, known: frozenset[str]) -> Choice | None:
    """'A and D are correct': the letters before the claim, where nothing else is so claimed."""
    found: list[Choice] = []
    at = 0
    for start in _START.finditer(text):
        if start.start() < at or start[0] not in known:
            continue
        chosen = _letters(text, start.start(), known)
        if chosen is not None:
            at = chosen.end
            if _CLAIM.match(text, chosen.end):
                found.append(chosen)
    return found[0] if len({one.letters for one in found}) == 1 else None


_CLAUSE = re.compile(r"[.;:\n]|\bbut\b")


def _denied(text: str, start: int) -> bool:
    before = _CLAUSE.split(text[max(0, start - 40) : start].lower())[-1]
    return bool(re.search(r"\b(?:not|isn't|incorrect|wrong|rule out|eliminate|exclude)\b", before))


def _leading(text: str, known: frozenset[str]) -> Choice | None:
    """'C. Give adrenaline', '(C)', 'C - because …' as the first thing said, unless all are listed."""
    begin = len(text) - len(text.lstrip(_EDGE + "(["))
    first = _letters(text, begin, known)
    if first is None or not _SAID.match(text, first.end):
        return None
    listed = [match[1] for match in _LISTED.finditer(text) if match[1] in known]
    in_order = listed == sorted(listed) and len(listed) > 1 and listed[0] == min(known)
    return None if in_order else first
