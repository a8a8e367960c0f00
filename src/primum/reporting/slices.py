"""The figures of one part of a target's results: rates with bounds, scores, intervals."""

import numpy as np
from numpy.typing import NDArray

from primum.reporting.columns import FAILED, UNKNOWN, Columns
from primum.reporting.model import Critical, DimensionSlice, Rate, Slice
from primum.scenarios.model import DIMENSIONS
from primum.stats.cluster import mean_interval, rate_interval
from primum.stats.describe import describe, group_sums, macro


def slice_of(name: str, columns: Columns, seed: int, not_reached: int = 0, drawn: int = 0) -> Slice:
    """The figures of these rows. `not_reached` planned cases are not among them but count in the bounds."""
    judged = columns.where(columns.judged)
    scenario = judged.groups["scenario"]
    return Slice(
        name=name,
        cases=len(columns),
        judged=len(judged),
        undecided=int(np.count_nonzero(judged.critical == UNKNOWN)),
        scenarios=len(np.unique(columns.groups["scenario"])),
        critical=Critical(
            cases=_case_rate(columns, not_reached),
            scenarios=_scenario_rate(columns, not_reached, drawn),
        ),
        scores=describe(judged.score),
        mean_interval=mean_interval(judged.score, scenario, seed),
        scenario_mean=macro(judged.score, scenario),
    )


def slices_by(group: str, columns: Columns, seed: int) -> tuple[Slice, ...]:
    """One slice for each domain, perspective … that occurs, worst first."""
    codes, names = columns.groups[group], columns.names[group]
    present = np.unique(codes).tolist()
    return tuple(
        sorted(
            (slice_of(names[code], columns.where(codes == code), seed) for code in present), key=_worst_first
        )
    )


def dimension_of(place: int, judged: Columns, seed: int) -> DimensionSlice:
    """Scores on one dimension, over the judged cases to which it applies."""
    values = judged.dimensions[:, place]
    applies: NDArray[np.bool_] = ~np.isnan(values)
    scenario = judged.groups["scenario"][applies]
    return DimensionSlice(
        name=DIMENSIONS[place],
        scores=describe(values[applies]),
        mean_interval=mean_interval(values[applies], scenario, seed),
    )


def _case_rate(columns: Columns, not_reached: int) -> Rate:
    decided = columns.critical != UNKNOWN
    failed = columns.critical[decided] == FAILED
    k, n, planned = int(failed.sum()), len(failed), len(columns) + not_reached
    return Rate(
        count=k,
        of=n,
        value=_ratio(k, n),
        interval=rate_interval(failed, columns.groups["scenario"][decided]) if n else None,
        best=_ratio(k, planned),
        worst=_ratio(k + planned - n, planned),
    )


def _scenario_rate(columns: Columns, not_reached: int, drawn: int) -> Rate:
    """Scenarios with any critical failure. They are independent of one another, so the interval is exact."""
    scenario = columns.groups["scenario"]
    failures, _ = group_sums(columns.critical == FAILED, scenario)
    unknown, sizes = group_sums(columns.critical == UNKNOWN, scenario)
    k = int(np.count_nonzero(failures))
    n = int(np.count_nonzero(unknown < sizes))
    open_ = int(np.count_nonzero((failures == 0) & (unknown > 0)))
    planned = max(len(sizes), drawn) if not_reached else len(sizes)
    return Rate(
        count=k,
        of=n,
        value=_ratio(k, n),
        interval=rate_interval(np.arange(n) < k, np.arange(n)) if n else None,
        best=_ratio(k, planned),
        worst=_ratio(min(planned, k + open_ + not_reached), planned),
    )


def _ratio(k: int, n: int) -> float | None:
    return k / n if n else None


def _worst_first(part: Slice) -> tuple[float, float, str]:
    rate, minimum = part.critical.cases.value, part.scores.min
    return (-2.0 if rate is None else -rate, 2.0 if minimum is None else minimum, part.name)
