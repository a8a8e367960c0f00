"""Reading what attacks say from the YAML files beside them."""

from importlib.resources import files
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")


def load(name: str, kind: type[T]) -> T:
    """One content file, typed."""
    loaded: Any = yaml.safe_load((files("primum.attacks") / name).read_text("utf-8"))
    return msgspec.convert(loaded, kind)
