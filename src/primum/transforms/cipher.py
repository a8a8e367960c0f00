"""Reversible ways to write a word, for obfuscation; each is undone exactly, so that nothing can be lost."""

import base64
import codecs
import re
from collections.abc import Callable

OPEN, CLOSE = "⟦", "⟧"
_CODED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def _to_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _from_base64(text: str) -> str:
    return base64.b64decode(text).decode()


def _backwards(text: str) -> str:
    return text[::-1]


def _rot13(text: str) -> str:
    return codecs.encode(text, "rot13")


def _to_codes(text: str) -> str:
    return " ".join(str(ord(letter)) for letter in text)


def _from_codes(text: str) -> str:
    return "".join(chr(int(code)) for code in text.split())


CIPHERS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "backwards": (_backwards, _backwards),
    "rot13": (_rot13, _rot13),
    "base64": (_to_base64, _from_base64),
    "codes": (_to_codes, _from_codes),
}


def encode(word: str, code: str) -> str:
    """
    >>> encode("fever", "backwards")
    '⟦revef⟧'
    """
    return f"{OPEN}{CIPHERS[code][0](word)}{CLOSE}"


def decode(text: str, code: str) -> str:
    """The text with every coded word read back.

    >>> decode("high ⟦revef⟧", "backwards")
    'high fever'
    """
    return _CODED.sub(lambda found: CIPHERS[code][1](found[1]), text)
