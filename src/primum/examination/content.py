"""The examination's own sentences and limits: files that anybody can read and change."""

from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

from primum.errors import PrimumError
from primum.examination.model import Limit
from primum.judging.data import decode


class Around(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences put before and after a reply."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class Abandons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refusals: tuple[str, ...]
    may_be_met: tuple[str, ...]
    """Beginnings of checks that a bare refusal may meet."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a label. `skip`: the rater gave none."""

    met: tuple[str, ...]
    not_met: tuple[str, ...]
    skip: tuple[str, ...] = ("",)


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """content.yaml as written."""

    warmth: Around
    padding: Around
    hedges: Around
    injections: tuple[str, ...]
    ordering: tuple[str, ...]
    """Words by which a check says that something must come first."""
    refusing: tuple[str, ...]
    """Beginnings of checks that ask for a refusal."""
    abandons: Abandons
    paraphrases: dict[str, str]
    unrecorded: str
    generic: dict[str, str]
    words: dict[str, Words]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """limits.yaml as written."""

    version: int
    scenarios: int
    coverage: float
    limits: tuple[Limit, ...]


def _built_in(name: str) -> bytes:
    return (resources.files("primum.examination") / name).read_bytes()


@lru_cache(maxsize=1)
def load_content() -> Content:
    return decode(_built_in("content.yaml"), Content, "examination/content.yaml")


def load_limits(path: str = "") -> Limits:
    """The built-in limits, or anybody's by path."""
    try:
        raw = Path(path).read_bytes() if path else _built_in("limits.yaml")
    except OSError as error:
        raise PrimumError(f"Cannot read the limits {path}: {error.strerror}.") from None
    found = decode(raw, Limits, path or "examination/limits.yaml")
    for one in found.limits:
        if (one.at_least is None) == (one.at_most is None):
            raise PrimumError(f"{path}: the limit '{one.figure}' needs at_least or at_most, one of them")
    return found
