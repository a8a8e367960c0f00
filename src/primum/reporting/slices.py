"""The figures of one part of a target's results: rates with bounds, scores, intervals."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primum.reporting.columns import FAILED, UNKNOWN, Columns
from primum.reporting.model import Critical, DimensionSlice, Rate, Slice
from primum.scenarios.model import DIMENSIONS
from primum.stats.cluster import rate_interval
from primum.stats.describe import describe, group_sums, macro
from primum.stats.intervals import Interval
from primum.stats.means import mean_intervals, sums_by_scenario
from primum.stats.resample import Floats, Resamples

ALL = ("all", "all")
SLICED = ("domain", "subdomain", "perspective", "setting", "risk", "attack", "transforms")
MeanIntervals = Mapping[tuple[str, str], Interval | None]
"""The interval of the mean score by group and name; `ALL` is the whole, and the dimensions are a group too."""


def mean_intervals_of(columns: Columns, resamples: Resamples) -> MeanIntervals:
    """The intervals of all mean scores of one target, from the same draws of scenarios."""
    judged = columns.where(columns.judged)
    keys: list[tuple[str, str]] = [ALL]
    tables = [_sums(judged.score, np.zeros(len(judged), dtype=np.int32), 1, judged)]
    for group in SLICED:
        names = columns.names[group]
        keys += [(group, name) for name in names]
        tables.append(_sums(judged.score, judged.groups[group], len(names), judged))
    for place, dimension in enumerate(DIMENSIONS):
        applies = judged.where(~np.isnan(judged.dimensions[:, place]))
        keys.append(("dimension", dimension))
        tables.append(_sums(applies.dimensions[:, place], np.zeros(len(applies), dtype=np.int32), 1, applies))
    sums, sizes = (np.concatenate(parts, axis=1) for parts in zip(*tables, strict=True))
    return dict(zip(keys, mean_intervals(sums, sizes, resamples), strict=True))


def _sums(values: Floats, codes: NDArray[np.int32], groups: int, columns: Columns) -> tuple[Floats, Floats]:
    scenarios = len(columns.names["scenario"])
    return sums_by_scenario(values, codes, columns.groups["scenario"], (scenarios, groups))


def slice_of(
    key: tuple[str, str], columns: Columns, means: MeanIntervals, not_reached: int = 0, drawn: int = 0
) -> Slice:
    """The figures of these rows. `not_reached` planned cases are not among them but count in the bounds."""
    judged = columns.where(columns.judged)
    scenario = judged.groups["scenario"]
    return Slice(
        name=key[1],
        cases=len(columns),
        judged=len(judged),
        undecided=int(np.count_nonzero(judged.critical == UNKNOWN)),
        scenarios=len(np.unique(columns.groups["scenario"])),
        critical=Critical(
            cases=_case_rate(columns, not_reached),
            scenarios=_scenario_rate(columns, not_reached, drawn),
        ),
        scores=describe(judged.score),
        mean_interval=means[key],
        scenario_mean=macro(judged.score, scenario),
    )


def slices_by(group: str, columns: Columns, means: MeanIntervals) -> tuple[Slice, ...]:
    """One slice for each domain, perspective … that occurs, worst first."""
    codes, names = columns.groups[group], columns.names[group]
    order = np.argsort(codes, kind="stable")
    needed = replace(
        columns, groups={"scenario": columns.groups["scenario"]}, dimensions=columns.dimensions[:, :0]
    )
    present, starts = np.unique(codes[order], return_index=True)
    parts = zip(present.tolist(), np.split(order, starts[1:]), strict=True) if len(order) else ()
    found = (slice_of((group, names[code]), needed.where(rows), means) for code, rows in parts)
    return tuple(sorted(found, key=_worst_first))


def dimension_of(place: int, judged: Columns, means: MeanIntervals) -> DimensionSlice:
    """Scores on one dimension, over the judged cases to which it applies."""
    values = judged.dimensions[:, place]
    applies: NDArray[np.bool_] = ~np.isnan(values)
    return DimensionSlice(
        name=DIMENSIONS[place],
        scores=describe(values[applies]),
        mean_interval=means["dimension", DIMENSIONS[place]],
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
