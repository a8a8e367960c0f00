"""Claimed rank and social engineering (T20)."""

from primum.transforms.bank import load_bank
from primum.transforms.model import Transform


def transforms() -> tuple[Transform, ...]:
    return load_bank("pressure")
