"""Keys: read from the environment or a file when a wire is built, held by it alone, and kept out of every text."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from primum.endpoints.network import is_loopback_url
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError

_VARIABLE = re.compile(r"\$\{(\w+)\}")
REMOVED = "[key removed]"
SHORTEST_IN_REPLIES = 12
"""A shorter 'key' is a placeholder such as EMPTY or ollama, and may be an ordinary word of an answer."""


class Secrets:
    """The values that must not leave a wire. Its `repr` shows how many there are, not what they are."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: tuple[str, ...] = ()
        self._in_replies: tuple[bytes, ...] = ()
        for value in values:
            self.add(value)

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)})"

    def add(self, value: str) -> None:
        """Also guards this value; the longest first, so that no part of it is left over."""
        if value:
            self._values = tuple(sorted({*self._values, value}, key=len, reverse=True))
            self._in_replies = tuple(v.encode() for v in self._values if len(v) >= SHORTEST_IN_REPLIES)

    def scrub(self, text: str) -> str:
        """The text without any of the values, for a failure's message."""
        for value in self._values:
            text = text.replace(value, REMOVED)
        return text

    def scrub_reply(self, raw: bytes) -> bytes:
        """An answer without the values, in case the server echoes them."""
        for value in self._in_replies:
            if value in raw:
                raw = raw.replace(value, REMOVED.encode())
        return raw


def read_key(spec: EndpointSpec) -> str:
    """The endpoint's key, or '' where none is named or, on loopback, none is set."""
    if spec.key_file:
        path = Path(spec.key_file).expanduser()
        try:
            key = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise PrimumError(f"{spec.name}: cannot read the key file {path}: {reason}") from None
        return _usable(key, f"{spec.name}: the key file {path}")
    if not spec.key_env:
        return ""
    key = os.environ.get(spec.key_env, "").strip()
    if not key and not is_loopback_url(spec.base_url):
        raise PrimumError(f"{spec.name} needs a key: set {spec.key_env} (or key_file in primum.toml)")
    return _usable(key, f"{spec.name}: the variable {spec.key_env}") if key else ""


def _usable(key: str, where: str) -> str:
    if not key or not key.isascii() or not key.isprintable():
        raise PrimumError(f"{where} does not hold one key on one line")
    return key


def expand(value: Any, spec: EndpointSpec, secrets: Secrets) -> Any:
    """Replaces '${VARIABLE}' from the environment, in texts anywhere inside `value`, and guards what was put in."""

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        found = os.environ.get(name)
        if found is None:
            raise PrimumError(
                f"{spec.name} needs the environment variable {name}: set it, or change primum.toml"
            )
        secrets.add(found)
        return found

    if isinstance(value, str):
        return _VARIABLE.sub(replace, value)
    if isinstance(value, dict):
        return {name: expand(item, spec, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [expand(item, spec, secrets) for item in value]
    return value
