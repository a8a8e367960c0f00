"""A cache of parsed library files, so that the second load costs milliseconds. Losing it loses nothing.

One file per library: a SHA-256 of the rest, then a msgpack map from the digest of a source file's bytes to
what was parsed from it. Only changed files are parsed again.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


def cache_directory() -> Path | None:
    """PRIMUM_CACHE, or the user's cache directory; None where there is neither."""
    if chosen := os.environ.get("PRIMUM_CACHE"):
        return Path(chosen)
    with suppress(RuntimeError):
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "primum"
        if xdg := os.environ.get("XDG_CACHE_HOME"):
            return Path(xdg) / "primum"
        return Path.home() / ".cache" / "primum"
    return None


class Cache(Generic[T]):
    """Parsed files by the digest of their bytes, kept under `name`. Unreadable or corrupt counts as empty."""

    def __init__(self, name: str, type_: type[T]) -> None:
        directory = cache_directory()
        self._path = directory / f"{name}.msgpack" if directory else None
        self._decoder = msgspec.msgpack.Decoder(dict[str, type_])  # type: ignore[valid-type]

    def read(self) -> dict[str, T]:
        if self._path is None:
            return {}
        with suppress(OSError, msgspec.DecodeError):
            raw = self._path.read_bytes()
            if sha256(raw[32:]).digest() == raw[:32]:
                return self._decoder.decode(raw[32:])
        return {}

    def write(self, entries: Mapping[str, T]) -> None:
        """Replace the cache in one step; a reader sees the old one or the new one, never a part."""
        if self._path is None:
            return
        body = msgspec.msgpack.encode(entries)
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(sha256(body).digest() + body)
                Path(temporary).replace(self._path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
