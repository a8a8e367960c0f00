"""Writing a file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from primum.errors import PrimumError


def write_file(path: str | Path, content: bytes) -> Path:
    """Writes bytes to a path."""
    with whole_file(Path(path)) as file:
        file.write(content)
    return Path(path)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that replaces `path` only when it is complete."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise PrimumError(f"{path} cannot be written: {error.strerror}; name another --out") from None
    finally:
        draft.unlink(missing_ok=True)
