"""How much of each stratum is read, so that it fits a cap. What is short is drawn smaller at random, never ranked."""

from collections.abc import Mapping

import msgspec

from primum.errors import PrimumError
from primum.review.chance import at_least
from primum.review.policy import Policy

CERTAIN, ROUTINE = "certain", "routine"


def is_routine(stratum: str) -> bool:
    """Whether a stratum is one of cases that gave no reason."""
    return ROUTINE in stratum.split("/")[:2]


class Size(msgspec.Struct, frozen=True):
    """How many of everything."""

    cells: dict[tuple[str, str], int]
    """Stratum and target → cases drawn."""
    double_certain: int
    double_routine: int
    gold: int
    repeats: int

    @property
    def cases(self) -> int:
        return sum(self.cells.values())

    @property
    def readings(self) -> int:
        return self.cases + self.double_certain + self.double_routine + self.gold + self.repeats


def fit(wanted: Mapping[tuple[str, str], int], policy: Policy, others: int = 0) -> Size:
    """All that is wanted where the cap allows it; else second readings go first, then every cell shrinks alike.

    `others` are readings that the cap has to pay for too.
    """
    size = _size(dict(wanted), policy)
    if policy.max_readings is None or size.readings + others <= policy.max_readings:
        return size
    cap = policy.max_readings - others
    for field in ("double_routine", "double_certain"):
        over = max(0, size.readings - cap)
        size = msgspec.structs.replace(size, **{field: max(0, getattr(size, field) - over)})
    if size.readings <= cap:
        return size
    return _shrunk(wanted, policy, cap)


def _size(cells: dict[tuple[str, str], int], policy: Policy, doubled: bool = True) -> Size:
    cases = sum(cells.values())
    routine = sum(count for (stratum, _), count in cells.items() if is_routine(stratum))
    double = policy.double
    second = min(routine, max(at_least(double.routine, routine), double.routine_min))
    return Size(
        cells,
        double_certain=at_least(double.certainty, cases - routine) if doubled else 0,
        double_routine=second if doubled else 0,
        gold=at_least(policy.controls.gold, cases),
        repeats=at_least(policy.controls.repeat, cases),
    )


def _shrunk(wanted: Mapping[tuple[str, str], int], policy: Policy, cap: int) -> Size:
    """The largest common factor that fits; at least one case of every cell, or nothing could be said of it."""

    def at(factor: float) -> Size:
        return _size({cell: max(1, int(factor * count)) for cell, count in wanted.items()}, policy, False)

    least = at(0.0)
    if least.readings > cap:
        raise PrimumError(
            f"{cap} readings are too few: one case of every kind, domain and target takes {least.readings};"
            " allow more, or review a run of fewer targets"
        )
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).readings <= cap else (low, middle)
    return at(low)
