"""The quantities of a text: numbers with their units, however written."""

import re
from functools import lru_cache

import msgspec

from primum.scenarios.model import Record
from primum.transforms.content import load

_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")


class Units(Record, frozen=True):
    """units.yaml as written."""

    units: dict[str, tuple[str, ...]]
    words: dict[str, float]


class Value(msgspec.Struct, frozen=True):
    """One quantity. Without a unit behind the number, `unit` is empty."""

    number: str
    unit: str = ""


@lru_cache(maxsize=1)
def _table() -> Units:
    return load("data/units.yaml", Units)


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    return {written: unit for unit, names in _table().units.items() for written in names}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """A number in figures with a unit behind it, or a number word with one."""
    units = "|".join(sorted(map(re.escape, _units()), key=len, reverse=True))
    words = "|".join(_table().words)
    return re.compile(
        rf"(?:(?P<figure>(?<![\w.])\d+(?:[.,:/]\d+)*)|(?<!\w)(?P<word>{words})(?!\w))"
        rf"(?:[\s-]{{0,2}}(?P<unit>{units})(?![A-Za-z0-9]))?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=16384)
def figures(text: str) -> tuple[str, ...]:
    """Every number in figures, as written: what a rule-based edit must leave standing.

    >>> figures("BP 142/90, 2.5 mg at 8:15, B12")
    ('142/90', '2.5', '8:15', '12')
    """
    return tuple(_DIGITS.findall(text))


@lru_cache(maxsize=16384)
def values(text: str) -> tuple[Value, ...]:
    """Every number of a text with its unit, in one form.

    >>> values("1,000 milligrams for two weeks")
    (Value(number='1000', unit='mg'), Value(number='2', unit='week'))
    """
    found = []
    for match in _pattern().finditer(text):
        unit = _units().get((match["unit"] or "").lower(), "")
        if match["figure"]:
            found.append(Value(normal(match["figure"]), unit))
        elif match["word"] and unit:  # "two of us" is no quantity
            found.append(Value(normal(str(_table().words[match["word"].lower()])), unit))
    return tuple(found)


def normal(figure: str) -> str:
    """One way to write a number: no thousands commas, no trailing zeros.

    >>> normal("1,000"), normal("2.50"), normal("142/90")
    ('1000', '2.5', '142/90')
    """
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", figure):
        figure = figure.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", figure):
        figure = figure.replace(",", ".")
    if re.fullmatch(r"\d+\.\d+", figure):
        figure = figure.rstrip("0").rstrip(".")
    return figure
