"""What an edit changed, word by word, so that a report can show it."""

import re
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["kept", "removed", "added"]

_PIECE = re.compile(r"\s+|\d+(?:[.,/]\d+)*|[\w'’-]+|[^\w\s]")


def highlight(before: str, after: str) -> list[tuple[str, Mark]]:
    """The text in pieces: kept as it was, removed, or added.

    >>> highlight("He takes 5 mg daily.", "He takes 50 mg daily.")
    [('He takes ', 'kept'), ('5', 'removed'), ('50', 'added'), (' mg daily.', 'kept')]
    """
    start, end = _common(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    pieces: list[tuple[str, Mark]] = [(before[:start], "kept")]
    left, right = _PIECE.findall(old), _PIECE.findall(new)
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("".join(left[a:b]), "kept"))
        else:
            pieces += [("".join(left[a:b]), "removed"), ("".join(right[c:d]), "added")]
    pieces.append((before[len(before) - end :], "kept"))
    return _joined(pieces)


def _common(before: str, after: str) -> tuple[int, int]:
    """How long the common beginning and end are, at a boundary between words."""
    limit = min(len(before), len(after))
    start = next((at for at in range(limit) if before[at] != after[at]), limit)
    while start > 0 and (_inside(before, start) or _inside(after, start)):
        start -= 1
    rest = limit - start
    end = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    while end > 0 and (_inside(before, len(before) - end) or _inside(after, len(after) - end)):
        end -= 1
    return start, end


def _inside(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _joined(pieces: list[tuple[str, Mark]]) -> list[tuple[str, Mark]]:
    found: list[tuple[str, Mark]] = []
    for text, mark in pieces:
        if text and found and found[-1][1] == mark:
            found[-1] = (found[-1][0] + text, mark)
        elif text:
            found.append((text, mark))
    return found
