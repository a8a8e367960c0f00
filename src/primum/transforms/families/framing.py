"""Indirect framings and role play (T15)."""

from primum.transforms.bank import load_bank
from primum.transforms.model import Transform


def transforms() -> tuple[Transform, ...]:
    return load_bank("framing")
