"""Pictures of a turn: passed through to an endpoint as they are, never looked at by primum."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import msgspec

from primum.errors import PrimumError
from primum.scenarios.model import Scenario, Turn

MEDIA = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
LARGEST = 5_000_000
"""Bytes; what the providers accept."""


def inlined(scenario: Scenario, folder: Path) -> Scenario:
    """The scenario with its picture files read from beside the scenario file, as data: URLs."""
    if not any(turn.pictures for turn in scenario.turns):
        return scenario
    turns = tuple(_inlined(turn, folder) for turn in scenario.turns)
    return msgspec.structs.replace(scenario, turns=turns)


def _inlined(turn: Turn, folder: Path) -> Turn:
    return msgspec.structs.replace(turn, pictures=tuple(_url(picture, folder) for picture in turn.pictures))


def _url(picture: str, folder: Path) -> str:
    if picture.startswith(("https://", "data:image/")):
        return picture
    path = folder / picture
    media = MEDIA.get(path.suffix.lower())
    if media is None or "://" in picture:
        known = ", ".join(sorted(MEDIA))
        raise PrimumError(
            f"the picture '{picture}' is no {known} file beside the scenario, nor an https: URL"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PrimumError(f"the picture {path}: {error.strerror}; put it beside the scenario file") from None
    if len(raw) > LARGEST:
        raise PrimumError(
            f"the picture {path} has {len(raw):,} bytes; make it smaller than {LARGEST:,}, endpoints refuse more"
        )
    return f"data:{media};base64,{b64encode(raw).decode()}"


def picture_name(url: str) -> str:
    """A picture in a few words, the same for the same picture.

    >>> picture_name("https://example.org/rash.png")
    '[picture https://example.org/rash.png]'
    """
    if not url.startswith("data:"):
        return f"[picture {url}]"
    return f"[picture {url[5 : url.index(';')]} {sha256(url.encode()).hexdigest()[:12]}]"
