"""The figures of a very large run, from the store's columns alone.

A run whose records can all be read is summarised in full instead (`summary.py`).
"""

import msgspec
import numpy as np

from primum.campaign.model import OUTCOMES, EndpointRecord, Manifest
from primum.reporting.analysis.analyse import analyse
from primum.reporting.analysis.findings import Findings
from primum.reporting.columns import Gathered
from primum.reporting.model import Slice, States
from primum.reporting.slices import ALL, SLICED, mean_intervals_of, slice_of, slices_by
from primum.reporting.stored import gather_stored
from primum.reporting.summary import planned_by_target
from primum.stats.resample import REPLICATES, Resamples
from primum.store import Store


class TargetOverview(msgspec.Struct, frozen=True):
    """One target. `label` carries the word 'simulated' where that is so."""

    name: str
    label: str
    planned: int
    outcomes: dict[str, int]
    not_reached: int
    overall: Slice
    slices: dict[str, tuple[Slice, ...]]
    """By group (domain, subdomain, perspective …), worst first."""
    states: States


class Overview(msgspec.Struct, frozen=True):
    """What the columns tell. Checks, dimensions, failure patterns and texts are in the records and not here."""

    run: str
    planned: int
    reached: int
    targets: tuple[TargetOverview, ...]
    """In the order of the manifest."""
    findings: Findings
    """Without failure patterns and decoupling, which need the records."""


def overview(manifest: Manifest, store: Store, replicates: int = REPLICATES) -> Overview:
    """The figures of a run without reading a record: a million cases in seconds."""
    gathered = gather_stored(manifest, store)
    planned = planned_by_target(manifest, gathered)
    resamples = Resamples(len(gathered.scenarios), manifest.seed, replicates)
    return Overview(
        run=manifest.run,
        planned=manifest.planned,
        reached=gathered.reached,
        targets=tuple(
            _target(gathered, record, planned[record.name], manifest.drawn, resamples)
            for record in manifest.targets
        ),
        findings=analyse(gathered, manifest, None, manifest.seed, resamples=resamples),
    )


def _target(
    gathered: Gathered, record: EndpointRecord, planned: int, drawn: int, resamples: Resamples
) -> TargetOverview:
    columns = gathered.columns(record.name)
    means = mean_intervals_of(columns, resamples)
    not_reached = planned - len(columns)
    counts = np.bincount(columns.outcome, minlength=len(OUTCOMES)).tolist()
    return TargetOverview(
        name=record.name,
        label=f"{record.name} (simulated)" if record.simulated else record.name,
        planned=planned,
        outcomes=dict(zip(OUTCOMES, counts, strict=True)),
        not_reached=not_reached,
        overall=slice_of(ALL, columns, means, not_reached, drawn),
        slices={group: slices_by(group, columns, means) for group in SLICED},
        states=States(**gathered.tallies[record.name].states),
    )
