"""The score interval for paired yes/no answers (Tango, Statistics in Medicine 1998), also for few pairs."""

from math import sqrt
from statistics import NormalDist

from primum.stats.intervals import Interval

_HALVINGS = 60


def paired_score_interval(won: int, lost: int, n: int, level: float = 0.95) -> Interval | None:
    """Interval for (won − lost) / n: `won` pairs are yes in the first column only, `lost` in the second only.

    It holds every difference that a score test does not reject, so it never leaves [−1, 1].

    >>> found = paired_score_interval(6, 0, 40)
    >>> round(found.low, 3), round(found.high, 3)
    (0.049, 0.291)
    """
    if won < 0 or lost < 0 or won + lost > n:
        raise ValueError(f"won and lost are parts of n, not {won}, {lost} of {n}")
    if n < 2:
        return None
    z, found = NormalDist().inv_cdf((1.0 + level) / 2.0), (won - lost) / n
    low = -1.0 if found == -1.0 else _crossing(won, lost, n, -1.0, found, z)
    high = 1.0 if found == 1.0 else _crossing(won, lost, n, found, 1.0, -z)
    return Interval(low, high, "score interval of paired yes/no answers", level)


def _crossing(won: int, lost: int, n: int, low: float, high: float, wanted: float) -> float:
    """Where the score, which falls as the difference grows, is as wanted."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if _score(won, lost, n, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _score(won: int, lost: int, n: int, difference: float) -> float:
    """How many standard errors the pairs lie above a difference, which fixes the most likely share of losses."""
    b = (2 * n - won + lost) * difference - won - lost
    c = -lost * difference * (1.0 - difference)
    losses = (sqrt(max(0.0, b * b - 8.0 * n * c)) - b) / (4.0 * n)
    variance = n * (2.0 * losses + difference * (1.0 - difference))
    above = won - lost - n * difference
    if variance <= 1e-15:
        return 0.0 if abs(above) < 1e-9 else above * float("inf")
    return above / sqrt(variance)
