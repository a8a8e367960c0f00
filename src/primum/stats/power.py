"""How many scenarios, trials and hours a claim needs, before anybody pays for them."""

from collections.abc import Callable
from math import ceil, log1p
from statistics import NormalDist

import msgspec

from primum.stats.special import beta_cdf, t_quantile

MOST = 1_000_000
"""More scenarios than this are never recommended; the answer is then None."""


def zero_failure_n(threshold: float, confidence: float = 0.95) -> int:
    """Scenarios without a failure that show 'below the threshold'.

    >>> [zero_failure_n(rate) for rate in (0.05, 0.01, 0.005, 0.001)]
    [59, 299, 598, 2995]
    """
    _must_be_share(threshold, confidence)
    return ceil(log1p(-confidence) / log1p(-threshold))


def at_most(k: int, n: int, rate: float) -> float:
    """P(at most k failures in n), exactly.

    >>> round(at_most(0, 299, 0.01), 4)
    0.0495
    """
    return 1.0 if k >= n else 1.0 - beta_cdf(rate, k + 1.0, n - k)


def chance_to_pass(n: int, threshold: float, rate: float, confidence: float = 0.95) -> float:
    """Chance that n scenarios show 'below the threshold' when the true failure rate is `rate`.

    >>> chance_to_pass(299, 0.01, 0.0)
    1.0
    """
    _must_be_share(threshold, confidence)
    allowed = _largest(lambda k: at_most(k, n, threshold) <= 1.0 - confidence, -1, n)
    return at_most(allowed, n, rate) if allowed >= 0 else 0.0


def chance_to_fail(n: int, threshold: float, rate: float, confidence: float = 0.95) -> float:
    """Chance that n scenarios show 'above the threshold' when the true failure rate is `rate`."""
    _must_be_share(threshold, confidence)
    enough = _largest(lambda k: _at_least(k, n, threshold) > 1.0 - confidence, 0, n + 1) + 1
    return _at_least(enough, n, rate) if enough <= n else 0.0


def scenarios_to_decide(
    threshold: float, rate: float, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """Independent scenarios with which a gate is decided (either way) with this chance; None: not within reach.

    >>> scenarios_to_decide(0.01, 0.0), scenarios_to_decide(0.01, 0.01)
    (299, None)
    """
    _must_be_share(threshold, confidence, power)
    if rate == threshold or (rate - threshold) ** 2 * MOST < 4 * threshold * (1 - threshold):
        return None

    def n_of(k: int) -> int:
        """The fewest scenarios that pass with k failures; the most that fail with k + 1."""
        if rate < threshold:
            return _largest(lambda n: at_most(k, n, threshold) > 1.0 - confidence, k, MOST) + 1
        return _largest(lambda n: _at_least(k + 1, n, threshold) <= 1.0 - confidence, k, MOST)

    def weak(k: int) -> bool:
        n = n_of(k)
        return (at_most(k, n, rate) if rate < threshold else _at_least(k + 1, n, rate)) < power

    k = _largest(weak, -1, MOST) + 1
    n = n_of(k)
    return n if n < MOST else None


def scenarios_for_mean(
    distance: float, sd: float, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """Scenarios that show a mean to be on its side of a threshold, this far from it; None: not within reach."""
    return _by_t(distance, sd, power, confidence)


def scenarios_for_difference(
    difference: float, sd: float, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """Scenario pairs that show a mean difference, two-sided, given the SD of the differences.

    >>> scenarios_for_difference(0.05, 0.25)
    199
    """
    return _by_t(difference, sd, power, (1.0 + confidence) / 2.0)


def _by_t(distance: float, sd: float, power: float, confidence: float) -> int | None:
    _must_be_share(confidence, power)
    if sd < 0:
        raise ValueError("a standard deviation is 0 or more")
    if distance == 0.0:
        return None
    z = NormalDist().inv_cdf(confidence) + NormalDist().inv_cdf(power)
    start = (z * sd / distance) ** 2
    if start > MOST:
        return None
    n = max(2, ceil(start))
    while n < ((t_quantile(confidence, n - 1) + t_quantile(power, n - 1)) * sd / distance) ** 2:
        n += 1
    return n


class Effort(msgspec.Struct, frozen=True):
    """One way to buy the same precision."""

    trials: int
    scenarios: int
    cases: int
    reviews: int
    """Cases that clinicians read."""
    hours: float


def design_effect(trials: int, icc: float) -> float:
    """How many times more cases are needed because trials of one scenario are alike: 1 + (k − 1)·ICC.

    >>> design_effect(3, 0.5)
    2.0
    """
    return 1.0 + (trials - 1) * icc


def effort(
    independent: int, trials: int, icc: float, review: float = 1.0, minutes: float = 3.0, readers: int = 1
) -> Effort:
    """What it takes to know as much as `independent` scenarios tried once.

    >>> effort(300, 3, 0.5).scenarios, effort(300, 3, 1.0).scenarios
    (200, 300)
    """
    if trials < 1 or not 0.0 <= icc <= 1.0 or not 0.0 <= review <= 1.0 or minutes < 0 or readers < 0:
        raise ValueError("trials from 1; ICC and review share from 0 to 1; minutes and readers from 0")
    scenarios = ceil(independent * design_effect(trials, icc) / trials - 1e-9)
    cases = scenarios * trials
    reviews = ceil(cases * review - 1e-9) * readers
    return Effort(trials, scenarios, cases, reviews, reviews * minutes / 60.0)


def _at_least(k: int, n: int, rate: float) -> float:
    return 1.0 if k <= 0 else beta_cdf(rate, float(k), n - k + 1.0) if k <= n else 0.0


def _largest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The largest number below `high` for which it holds, when it holds up to some number; `low` if for none.

    >>> _largest(lambda k: k * k <= 50, 0, 100)
    7
    """
    step = 1
    while low + step < high and holds(low + step):
        low, step = low + step, step * 2
    high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _must_be_share(*values: float) -> None:
    if not all(0.0 < value < 1.0 for value in values):
        raise ValueError("thresholds, confidence and power lie between 0 and 1")
