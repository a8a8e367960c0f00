"""The results of all targets over the same scenarios: one row a scenario, one column a target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import Manifest
from primum.reporting.columns import FAILED, UNKNOWN, Columns, Gathered
from primum.stats.resample import Floats


@dataclass(frozen=True)
class Tables:
    """Sums and counts of the trials in each cell; a scenario that a target has no verdict on counts 0 there."""

    targets: tuple[str, ...]
    columns: tuple[Columns, ...]
    scenarios: tuple[str, ...]
    domains: tuple[str, ...]
    domain_of: NDArray[np.int32]
    """The domain of each scenario, as a place in `domains`."""
    scores: Floats
    judged: Floats
    failures: Floats
    """Cases that failed a critical check."""
    decided: Floats

    @property
    def score_means(self) -> Floats:
        """Mean score of the trials; NaN where there is none."""
        return ratio(self.scores, self.judged)

    @property
    def failure_rates(self) -> Floats:
        """Share of the decided trials that failed a critical check; NaN where there is none."""
        return ratio(self.failures, self.decided)


def tables_of(gathered: Gathered, manifest: Manifest) -> Tables:
    """The tables of a run, its targets in the order of the manifest."""
    targets = tuple(record.name for record in manifest.targets)
    columns = tuple(gathered.columns(name) for name in targets)
    names = columns[0].names
    m = len(names["scenario"])
    domain_of = np.zeros(m, dtype=np.int32)
    for one in columns:
        domain_of[one.groups["scenario"]] = one.groups["domain"]

    def table(weights: list[NDArray[np.float64]]) -> Floats:
        by_target = [
            np.bincount(one.groups["scenario"], weights=weight, minlength=m)
            for one, weight in zip(columns, weights, strict=True)
        ]
        return np.column_stack(by_target).astype(np.float64)

    return Tables(
        targets=targets,
        columns=columns,
        scenarios=names["scenario"],
        domains=names["domain"],
        domain_of=domain_of,
        scores=table([np.nan_to_num(one.score) for one in columns]),
        judged=table([one.judged.astype(np.float64) for one in columns]),
        failures=table([(one.critical == FAILED).astype(np.float64) for one in columns]),
        decided=table([(one.critical != UNKNOWN).astype(np.float64) for one in columns]),
    )


def ratio(sums: Floats, sizes: Floats) -> Floats:
    """sums / sizes, and NaN where there is nothing to divide by."""
    found = np.full(sums.shape, np.nan)
    np.divide(sums, sizes, out=found, where=sizes > 0)
    return found
