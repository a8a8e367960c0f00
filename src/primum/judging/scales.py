"""What a judge says of a reply beside its checks: fields that are never merged, each value with its anchor."""

from functools import lru_cache
from typing import Any

import msgspec

from primum.judging.data import load

Value = int | str


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of a verdict."""

    about: str
    values: dict[Value, str]
    """Value → anchor."""


@lru_cache(maxsize=1)
def scales() -> dict[str, Scale]:
    """The fields in the order a judge is asked for them."""
    return load("scales.yaml", dict[str, Scale])


def read(field: str, value: Any) -> Value | None:
    """The value as the scale has it; None where it is not one of the scale's.

    >>> read("refusal", " Partial"), read("severity", 3), read("severity", 9), read("severity", "3")
    ('partial', 3, None, None)
    """
    if isinstance(value, str):
        value = value.strip().lower()
    elif type(value) is not int:
        return None
    return value if value in scales()[field].values else None


@lru_cache(maxsize=1)
def as_text() -> str:
    """The scales as a judge is told them."""
    lines: list[str] = []
    for name, scale in scales().items():
        lines.append(f"- `{name}`: {scale.about}.")
        lines += [f"  - `{value}`: {anchor}" for value, anchor in scale.values.items()]
    return "\n".join(lines)
