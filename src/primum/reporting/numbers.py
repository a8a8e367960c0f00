"""How figures are written. A rate that is not 0 never reads 0%, and one that is not 1 never reads 100%."""

from primum.reporting.model import Rate
from primum.stats.intervals import Interval

NONE = "–"
"""Stands where a figure cannot be had."""


def percent(value: float | None) -> str:
    """One decimal, without ever rounding a possible failure away.

    >>> percent(0.0281), percent(0.0001), percent(0.0), percent(0.9999)
    ('2.8%', '<0.1%', '0%', '>99.9%')
    """
    if value is None:
        return NONE
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    if value < 0.001:
        return "<0.1%"
    if value > 0.999:
        return ">99.9%"
    return f"{value:.1%}"


def interval(found: Interval | None) -> str:
    """
    >>> interval(Interval(0.0031, 0.0432, "Clopper–Pearson"))
    '0.3%–4.3%'
    """
    return "no interval" if found is None else f"{percent(found.low)}–{percent(found.high)}"


def share(rate: Rate) -> str:
    """
    >>> share(Rate(3, 200, 0.015, None, None, None))
    '3/200'
    """
    return f"{rate.count:,}/{rate.of:,}"


def three(value: float | None) -> str:
    """Mean, SD, median and the like: three decimals.

    >>> three(0.9352), three(1.0)
    ('0.935', '1.000')
    """
    return NONE if value is None else f"{value:.3f}"


def two(value: float | None) -> str:
    """Minimum and maximum: two decimals.

    >>> two(0.19), two(0.0)
    ('0.19', '0.00')
    """
    return NONE if value is None else f"{value:.2f}"


def count(number: int, one: str, many: str = "") -> str:
    """
    >>> count(1, "case"), count(1234, "case"), count(2, "reply", "replies")
    ('1 case', '1,234 cases', '2 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
