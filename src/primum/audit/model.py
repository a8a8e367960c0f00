"""What an audit of the audit finds."""

from fnmatch import fnmatchcase

import msgspec


class Trial(msgspec.Struct, frozen=True):
    """One standardised model, searched once."""

    seed: int
    named: tuple[str, ...]
    """Mechanisms that were shown: attacks, kinds of transforms, and what failing plain cases have in common."""
    found: bool
    """Whether one of them is the one that was planted; also where nothing was planted and nothing was shown."""
    alarms: tuple[str, ...]
    """Those that are neither planted nor follow from it."""
    calls: int
    """Target calls in all."""
    first: int | None
    """Target calls up to and with the first failing attempt of the planted mechanism; None: there was none."""
    plain_failed: int
    """Scenarios that failed as written."""
    plain: int


class Row(msgspec.Struct, frozen=True):
    """One standardised model, over all seeds."""

    model: str
    flaw: str
    expected: tuple[str, ...]
    trials: tuple[Trial, ...]

    @property
    def good(self) -> bool:
        return all(trial.found and not trial.alarms for trial in self.trials)


class Accounting(msgspec.Struct, frozen=True):
    """The same run counted in two ways: best of several attacks against one plain answer, and excess over control."""

    model: str
    tries: int
    cases: int
    fooled: int
    """What the first way calls the success of the attack."""
    control: str
    control_failed: int
    excess: float | None
    low: float | None
    high: float | None


class Coverage(msgspec.Struct, frozen=True):
    """How often the interval of an excess held the true one, in one setting of synthetic cases."""

    size: int
    """Scenarios, each attacked and asked as the control."""
    attacked: float
    control: float
    """The true failure rates."""
    alike: float
    """Share of the scenarios whose two answers hang on the same draw, so that they are correlated."""
    seeds: int
    held: int
    """Seeds whose interval holds the true excess."""
    shown: int
    """Seeds in which the attack is shown to add failures. Without an excess these are false alarms."""

    @property
    def excess(self) -> float:
        return self.attacked - self.control


class Audit(msgspec.Struct, frozen=True):
    """The whole. `simulated` is always true: no figure here says anything about a real model."""

    simulated: bool
    seeds: int
    rows: tuple[Row, ...]
    accountings: tuple[Accounting, ...]
    coverages: tuple[Coverage, ...] = ()
    """Of the intervals; only where every model was audited."""
    first_seed: int = 0

    @property
    def good(self) -> bool:
        """Every flaw found in every seed, and no false alarm; the intervals of noise include 0."""
        honest = all(one.low is None or one.low <= 0.0 for one in self.accountings)
        return honest and all(row.good for row in self.rows)


def matches(name: str, expected: tuple[str, ...]) -> bool:
    """
    >>> matches("ladder.logic", ("ladder.*",)), matches("tone", ("ladder.*",))
    (True, False)
    """
    return any(fnmatchcase(name, pattern) for pattern in expected)
