"""Where something is in a JSON answer, written as `data.answers[0].text`."""

import re
from typing import Any

from primum.errors import PrimumError

Path = tuple[str | int, ...]
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(-?\d+)\]")


def parse_path(text: str, where: str) -> Path:
    """The steps of a path; `where` names the setting in an error.

    >>> parse_path("data.answers[0].text", "http.reply")
    ('data', 'answers', 0, 'text')
    """
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if not match or (at == 0 and text.startswith(".")):
            raise PrimumError(f"{where} is not a path: {text!r}. Write for example: data.answers[0].text")
        steps.append(match[1] if match[1] is not None else int(match[2]))
        at = match.end()
    return tuple(steps)


def dig(value: Any, path: Path) -> Any:
    """What is at the path; `KeyError` when nothing is.

    >>> dig({"answers": [{"text": "Hello"}]}, ("answers", -1, "text"))
    'Hello'
    """
    for step in path:
        fits = isinstance(value, dict) if isinstance(step, str) else isinstance(value, list)
        if not fits:
            raise KeyError(step)
        try:
            value = value[step]
        except (KeyError, IndexError):
            raise KeyError(step) from None
    return value


def as_text(value: Any) -> str:
    """A value found in an answer as the text of a reply; `KeyError` when it is not one.

    >>> as_text(["Take ", "rest."]), as_text(None), as_text(7)
    ('Take rest.', '', '7')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "".join(value)
    raise KeyError("text")
