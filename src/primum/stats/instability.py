"""When a system is called unstable: three stated thresholds, and which of them fired."""

from typing import Literal

import msgspec

from primum.stats.describe import Description

Rule = Literal["sd", "iqr", "min"]
_HAIR = 1e-9
"""1.0 − 0.9 is a hair less than 0.1 in binary; a score that is at a threshold counts as at it."""
STABLE_SD = 0.07
"""A domain is called stable when the standard deviation of its scores is below this."""


class InstabilityRules(msgspec.Struct, frozen=True):
    """A system is called unstable when any of these fires. Stated beside every flag."""

    sd: float = 0.10
    """Standard deviation of the scores at or above this."""
    iqr: float = 0.10
    """Interquartile range at or above this."""
    min: float = 0.50
    """Lowest score below this."""


def unstable(scores: Description, rules: InstabilityRules) -> tuple[Rule, ...]:
    """Which rules fire; one that cannot be known (an SD of one score) does not.

    >>> unstable(Description(n=690, sd=0.208, min=0.0), InstabilityRules())
    ('sd', 'min')
    """
    fired: list[Rule] = []
    if scores.sd is not None and scores.sd >= rules.sd - _HAIR:
        fired.append("sd")
    if scores.iqr is not None and scores.iqr >= rules.iqr - _HAIR:
        fired.append("iqr")
    if scores.min is not None and scores.min < rules.min - _HAIR:
        fired.append("min")
    return tuple(fired)


def stable(sd: float | None) -> bool | None:
    """
    >>> stable(0.05), stable(0.07), stable(None)
    (True, False, None)
    """
    return None if sd is None else sd < STABLE_SD
