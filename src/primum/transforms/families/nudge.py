"""Nudges (T11) and a wrong reference answer (T12)."""

from primum.transforms.bank import load_bank
from primum.transforms.model import Transform


def transforms() -> tuple[Transform, ...]:
    return load_bank("nudge")
