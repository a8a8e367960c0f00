"""Claimed rank (T20), and stressors: pressures apart from the edit."""

from primum.transforms.bank import load_bank
from primum.transforms.model import Transform


def transforms() -> tuple[Transform, ...]:
    return load_bank("pressure")
