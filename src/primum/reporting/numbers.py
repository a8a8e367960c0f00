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


def words(name: str) -> str:
    """An id as it is read.

    >>> words("transform_noop"), words("clinical-accuracy/consent")
    ('transform noop', 'clinical accuracy › consent')
    """
    return name.replace("_", " ").replace("-", " ").replace("/", " › ")


def when(moment: str) -> str:
    """
    >>> when("2026-09-21T14:13:20Z")
    '2026-09-21 14:13 UTC'
    """
    return f"{moment[:10]} {moment[11:16]} UTC"


def signed(value: float | None) -> str:
    """A difference: its sign is always written.

    >>> signed(0.25), signed(-0.0312), signed(0.0)
    ('+0.250', '−0.031', '0.000')
    """
    if value is None:
        return NONE
    sign = "" if round(value, 3) == 0 else "+" if value > 0 else "−"
    return f"{sign}{abs(value):.3f}"


def signed_interval(found: Interval | None) -> str:
    """
    >>> signed_interval(Interval(-0.1, 0.25, "bootstrap"))
    '−0.100 to +0.250'
    """
    return "no interval" if found is None else f"{signed(found.low)} to {signed(found.high)}"


def probability(value: float | None) -> str:
    """
    >>> probability(0.0312), probability(0.00002), probability(None)
    ('0.031', '<0.001', '–')
    """
    if value is None:
        return NONE
    return "<0.001" if value < 0.001 else f"{value:.3f}"
