"""The same reply said otherwise: pure functions from text to text."""

import re
from collections.abc import Mapping

_ABBREVIATED = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|No|vs|e\.g|i\.e|approx|max|min|a\.m|p\.m)|\b[A-Z])\.$")
_END = re.compile(r"(?<=[.!?])[\"'”’)]{0,2}\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


def sentences(text: str) -> list[str]:
    """
    >>> sentences("Ring Dr. Lee. Then rest.")
    ['Ring Dr. Lee.', 'Then rest.']
    """
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if "\n" not in end[0] and _ABBREVIATED.search(text[start : end.start()]):
            continue
        parts.append(text[start : end.end()].strip())
        start = end.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def wrapped(text: str, before: str, after: str) -> str:
    """
    >>> wrapped("Rest.", "Well.", "Good luck.")
    'Well. Rest. Good luck.'
    """
    return " ".join(part for part in (before, text, after) if part)


def is_list(text: str) -> bool:
    """Whether at least two of its lines are items of a list."""
    return sum(bool(_BULLET.match(line)) for line in text.splitlines()) >= 2


def reformatted(text: str) -> str:
    """Prose as a Markdown list; a list as prose.

    >>> reformatted("Stop it. Ring 112.")
    '- Stop it.\\n- Ring 112.'
    >>> reformatted("- Stop it\\n- Ring 112")
    'Stop it. Ring 112.'
    """
    if is_list(text):
        lines = (_BULLET.sub("", line).strip() for line in text.splitlines())
        return " ".join(line if line[-1] in ".!?:" else f"{line}." for line in lines if line)
    return "\n".join(f"- {part}" for part in sentences(text))


def last_first(text: str) -> str:
    """The last sentence moved to the front; the text itself where it has fewer than three, or is a list.

    >>> last_first("One. Two. Three.")
    'Three. One. Two.'
    """
    parts = sentences(text)
    return text if len(parts) < 3 or is_list(text) else " ".join([parts[-1], *parts[:-1]])


def moved_last(text: str, places: set[int]) -> str:
    """The sentences at these places moved to the end, in their order.

    >>> moved_last("Ring 112. Rest. Drink.", {0})
    'Rest. Drink. Ring 112.'
    """
    parts = sentences(text)
    kept = [part for at, part in enumerate(parts) if at not in places]
    return " ".join([*kept, *(parts[at] for at in sorted(places))])


def paraphrased(text: str, pairs: Mapping[str, str]) -> str:
    """Every phrase on the left of `pairs` replaced by the one on its right; a capital stays a capital.

    >>> paraphrased("Don't wait.", {"don't": "do not"})
    'Do not wait.'
    """
    if not pairs:
        return text
    known = {left.lower(): right for left, right in pairs.items()}
    phrases = "|".join(re.escape(left) for left in sorted(known, key=len, reverse=True))
    pattern = r"(?<![\w'’-])(?:" + phrases.replace("'", "['’]") + r")(?![\w'’-])"

    def said(match: re.Match[str]) -> str:
        right = known[match[0].lower().replace("’", "'")]
        return right[0].upper() + right[1:] if match[0][0].isupper() else right

    return re.sub(pattern, said, text, flags=re.IGNORECASE)
