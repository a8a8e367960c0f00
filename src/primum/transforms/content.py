"""The content files of this room: word lists, sentences and tables that anybody can read and change."""

from pathlib import Path
from typing import TypeVar

from primum.scenarios.yaml_file import convert, parse

HERE = Path(__file__).parent
T = TypeVar("T")


def load(name: str, kind: type[T]) -> T:
    """A content file as a struct; a mistake is one line with file and line: `load("data/tone.yaml", Tones)`."""
    path = HERE / name
    return convert(parse(path, path.read_bytes()), kind)


def names(folder: str) -> tuple[str, ...]:
    """The content files of a folder, without their suffix, in order."""
    return tuple(sorted(path.stem for path in (HERE / folder).glob("*.yaml")))
