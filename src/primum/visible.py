"""Model text is hostile input: what cannot be seen is made visible, what is too long is cut, and says so."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from markupsafe import Markup, escape

LIMIT = 20_000
"""Characters of one message that the report shows; cases.jsonl has all of them."""

_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Characters that Unicode counts as letters, marks or symbols and that nobody can see."""

_SUSPECT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0e"
    r"\ufeff\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + _BLANK_LETTERS
    + "]|[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}"
)
"""Control, bidirectional, zero-width, tag, private selector and surrogate characters, and piled-up marks."""


def visible(text: str) -> str:
    """Every character that could hide or reorder text, written as its code point.

    >>> visible("safe\\u202etxt")
    'safe⟦U+202E⟧txt'
    """
    return _SUSPECT.sub(lambda match: "".join(_mark(ch) for ch in match[0]), text.replace("\r\n", "\n"))


def one_line(text: str, limit: int = 300) -> str:
    """Visible text on one line, for tables and terminals.

    >>> one_line("a\\n  b", limit=10), one_line("abcdefgh", limit=5)
    ('a b', 'abcd…')
    """
    flat = visible(" ".join(text[: limit * 4].split()))
    return flat if len(flat) <= limit and len(text) <= limit * 4 else flat[: limit - 1] + "…"


def html(text: str) -> Markup:
    """Escaped text in which the characters that cannot be seen stand as styled marks."""
    parts, end = [], 0
    text = text.replace("\r\n", "\n")
    for match in _SUSPECT.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts += [_styled(ch) for ch in match[0]]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def cell(text: str) -> str:
    """For a spreadsheet: a text that it would run as a formula is given as text.

    >>> cell("=1+1"), cell("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def quoted(text: str, spans: Iterable[tuple[int, int, int, bool]], limit: int = LIMIT) -> Markup:
    """The text up to the limit, with `<mark>` around the quoted spans (start, end, check number or 0, met).

    Overlapping quotes become neighbours; each piece names the checks that quote it.
    """
    shown = min(len(text), limit)
    inside = [span for span in spans if 0 <= span[0] < min(span[1], shown)]
    cuts = sorted({0, shown, *(s[0] for s in inside), *(min(s[1], shown) for s in inside)})
    pieces = []
    for start, end in pairwise(cuts):
        here = [span for span in inside if span[0] <= start and end <= span[1]]
        body = html(text[start:end])
        if not here:
            pieces.append(body)
            continue
        kind = "met" if all(span[3] for span in here) else "failed"
        ends = [span[2] for span in here if span[2] and min(span[1], shown) == end]
        note = Markup('<sup class="ref">{}</sup>').format(", ".join(map(str, ends))) if ends else Markup("")
        pieces.append(Markup('<mark class="{}">{}{}</mark>').format(kind, body, note))
    return Markup("").join(pieces)


def _mark(character: str) -> str:
    return f"⟦U+{ord(character):04X}⟧"


def _styled(character: str) -> Markup:
    name = unicodedata.name(character, "control character" if ord(character) < 160 else "unnamed character")
    return Markup('<span class="hidden-char" title="{}">U+{:04X}</span>').format(name.lower(), ord(character))
