"""Scenarios that tell little or need repair, seen over all targets."""

from collections.abc import Mapping, Sequence
from math import atanh, sqrt
from typing import Literal

import numpy as np

from primum.reporting.analysis.findings import Item
from primum.reporting.analysis.repeats import Plays
from primum.reporting.analysis.tables import Tables, ratio
from primum.scenarios.model import Scenario
from primum.stats.resample import Floats

Kind = Literal["inverted", "floor", "flaky", "ceiling"]
KINDS: tuple[Kind, ...] = ("inverted", "floor", "flaky", "ceiling")
"""The ones to repair first, first."""

FEWEST_TARGETS = 3
"""With fewer targets, that all pass or all fail says more about them than about the scenario."""
FEWEST_FOR_INVERTED = 5
"""A correlation over the targets needs so many of them."""
FLAKY = 0.5
"""Share of the targets whose trials of a scenario differ, from which the scenario is called flaky."""
SHOWN = 25
"""Scenarios listed of each kind; the counts are of all."""
_Z90 = 1.6448536269514722


def items_of(
    tables: Tables, plays: Sequence[Plays], known: Mapping[str, Scenario]
) -> tuple[tuple[Item, ...], dict[str, int]]:
    """The scenarios to look at, and how many there are of each kind."""
    seen = (tables.decided > 0).sum(axis=1)
    cases = tables.decided.sum(axis=1)
    enough = seen >= FEWEST_TARGETS
    failed, scored = tables.failures.sum(axis=1), tables.scores.sum(axis=1)
    rate = ratio(failed, cases)
    perfect = (failed == 0) & (scored >= tables.judged.sum(axis=1) - 1e-9)
    values: dict[Kind, Floats] = {
        "ceiling": np.where(enough & perfect, 1.0, np.nan),
        "floor": np.where(enough & (rate == 1.0), 1.0, np.nan),
        "flaky": _flaky(plays, len(cases)),
        "inverted": _inverted(tables),
    }
    found: list[Item] = []
    counts: dict[str, int] = {}
    for kind in KINDS:
        places = np.flatnonzero(~np.isnan(values[kind]))
        counts[kind] = len(places)
        order = places[np.lexsort((places, -values[kind][places]))][:SHOWN]
        for place in order.tolist():
            name = tables.scenarios[place]
            found.append(
                Item(
                    scenario=name,
                    title=known[name].title if name in known else name,
                    kind=kind,
                    value=float(values[kind][place]),
                    cases=int(cases[place]),
                )
            )
    return tuple(found), counts


def _flaky(plays: Sequence[Plays], scenarios: int) -> Floats:
    """Share of the fully decided plays, over all targets, whose trials differ; NaN below FLAKY or with too few."""
    differ, whole = np.zeros(scenarios), np.zeros(scenarios)
    for one in plays:
        if one.critical.shape[1] < 2:
            return np.full(scenarios, np.nan)
        whole += np.bincount(one.scenario, weights=one.decided, minlength=scenarios)
        differ += np.bincount(one.scenario, weights=one.decided & one.differing, minlength=scenarios)
    share = np.divide(differ, whole, out=np.full(scenarios, np.nan), where=whole >= FEWEST_TARGETS)
    return np.asarray(np.where(share >= FLAKY, share, np.nan))


def _inverted(tables: Tables) -> Floats:
    """Correlation of failing a scenario with the mean score on all others, where it is surely above 0."""
    rates = tables.failure_rates
    rest = _rest(tables)
    found = np.full(len(rates), np.nan)
    for place in range(len(rates)):
        there = ~np.isnan(rates[place]) & ~np.isnan(rest[place])
        n = int(there.sum())
        if n < FEWEST_FOR_INVERTED:
            continue
        x, y = rates[place, there], rest[place, there]
        if np.ptp(x) < 1e-12 or np.ptp(y) < 1e-12:
            continue
        r = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
        if atanh(min(r, 1.0 - 1e-12)) - _Z90 / sqrt(n - 3) > 0.0:
            found[place] = r
    return found


def _rest(tables: Tables) -> Floats:
    """Mean score of each target on all scenarios but the one of the row."""
    sums = tables.scores.sum(axis=0) - tables.scores
    sizes = tables.judged.sum(axis=0) - tables.judged
    return ratio(sums, sizes)
