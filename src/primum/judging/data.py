"""The judging room's content files: word lists, prompts and rubrics that anybody can read and change."""

from importlib import resources
from typing import TypeVar

import msgspec
import yaml

from primum.errors import PrimumError

T = TypeVar("T")


def content(name: str) -> bytes:
    """The bytes of a content file of this package, by its path: `content("lexicon.yaml")`."""
    return (resources.files("primum.judging") / name).read_bytes()


def decode(raw: bytes, kind: type[T], name: str) -> T:
    """YAML into a struct; a mistake is one line that names the file and the place."""
    try:
        return msgspec.yaml.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise PrimumError(f"{name}: {error}") from None
    except (msgspec.DecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error.__cause__, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = (
            getattr(error, "problem", None) or getattr(error.__cause__, "problem", None) or "not valid YAML"
        )
        raise PrimumError(f"{name}{line}: {problem}.") from None


def load(name: str, kind: type[T]) -> T:
    """A content file of this package as a struct."""
    return decode(content(name), kind, f"judging/{name}")


def names(folder: str, suffix: str = ".yaml") -> tuple[str, ...]:
    """The content files of a folder, without their suffix."""
    files = (resources.files("primum.judging") / folder).iterdir()
    return tuple(sorted(file.name.removesuffix(suffix) for file in files if file.name.endswith(suffix)))
