"""The words of a text as a standardised model reads them, deciphered where the message says how."""

import base64
import codecs
import re
from collections.abc import Callable, Sequence

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+")
_CODED = re.compile(r"⟦([^⟧]*)⟧")


def words(text: str) -> list[str]:
    """In lower case; a number is one word.

    >>> words("BP 142/90, Temp 38.5")
    ['bp', '142/90', 'temp', '38.5']
    """
    return _WORD.findall(text.casefold())


def deciphered(texts: Sequence[str]) -> list[str]:
    """Messages with their coded words read back, by the code that the first of them names.

    >>> deciphered(["Words in brackets are written backwards. My ⟦daeh⟧ hurts."])
    ['Words in brackets are written backwards. My head hurts.']
    """
    key = texts[0].partition("⟦")[0].casefold() if texts else ""
    read = next((read for name, read in _CODES.items() if name in key), None)
    if read is None or "⟦" not in texts[0]:
        return list(texts)
    return [_CODED.sub(lambda found: _tried(read, found), text) for text in texts]


def _tried(read: Callable[[str], str], coded: re.Match[str]) -> str:
    try:
        return read(coded[1])
    except ValueError:
        return coded[0]


_CODES: dict[str, Callable[[str], str]] = {
    "backwards": lambda text: text[::-1],
    "rot13": lambda text: codecs.decode(text, "rot13"),
    "base64": lambda text: base64.b64decode(text, validate=True).decode(),
    "character numbers": lambda text: "".join(chr(int(code)) for code in text.split()),
}
