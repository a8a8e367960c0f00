"""Disguises of a request for what is private (T16)."""

from primum.transforms.bank import load_bank
from primum.transforms.model import Transform


def transforms() -> tuple[Transform, ...]:
    return load_bank("privacy")
