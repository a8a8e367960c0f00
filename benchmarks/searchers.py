"""How many target calls five ways of searching need until the first finding, on models with one planted flaw each.

    python -m benchmarks.searchers [--seeds 25] [--first-seed 0] [--workers 2] [--model leaky …]

Two findings are timed: the first failure of any case, plain or attacked; and the first failed attempt on a case that
had passed plainly. Every call counts: the plain answers, the attempts, and the repeats that a way of searching asks
for.
*static sweep*: scenario after scenario, every tool by its name. *random*: a scenario and a tool that fits, by chance.
*DAS's loop*: axis after axis as published, item after item, the baseline asked 1 (robustness), 3 (privacy), 5 (bias)
times, then its agent with at most five tries; nothing is learned between items. *DAS, axes in turn*: the same, but one
item of each axis after another, so that no axis waits for the end of the one before it.
*primum*: the protocol `search`. The models are simulated; the judge is the offline one.
"""

import argparse
import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random
from statistics import median
from typing import Any

import msgspec

from benchmarks.measure import save, table
from benchmarks.searching import CAP, FINDINGS, SEARCHERS, Seen, Spent, Target, library
from primum.campaign.protocol import Search
from primum.campaign.toolbox import tools_of
from primum.endpoints.sim.models import MODELS

NO_FLAW = frozenset({"sound", "random", "flaky"})
"""Models that an attack cannot break for a reason: nothing planted, or nothing but chance."""


async def calls_to_first(model: str, searcher: str, seed: int, seen: Seen) -> dict[str, int]:
    """Finding → target calls up to and with it; the cap when there was none."""
    target = Target(model, seen)
    scenarios = list(library().scenarios)
    Random(seed).shuffle(scenarios)
    try:
        async for _ in SEARCHERS[searcher](target, scenarios, seed):
            if FINDINGS[1] in target.first or target.calls >= CAP:
                break
    except Spent:
        pass
    return {finding: target.first.get(finding, CAP) for finding in FINDINGS}


def one_seed(
    models: Sequence[str], searchers: Sequence[str], seed: int
) -> dict[str, dict[str, dict[str, int]]]:
    """Model → way of searching → finding → calls."""
    seen = Seen()
    return {
        model: {name: asyncio.run(calls_to_first(model, name, seed, seen)) for name in searchers}
        for model in models
    }


Rows = dict[str, dict[str, dict[str, Any]]]
"""Model → way of searching → its calls over the seeds."""


def measured(
    models: Sequence[str], searchers: Sequence[str], seeds: Sequence[int], workers: int
) -> dict[str, Rows]:
    """Finding → its rows."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(partial(one_seed, models, searchers), seeds))
    return {
        finding: {
            model: {name: told([one[model][name][finding] for one in found]) for name in searchers}
            for model in models
        }
        for finding in FINDINGS
    }


def shown(finding: str, names: Sequence[str], rows: Rows) -> str:
    """The medians as a table."""
    lines = [[model, *(f"{row[name]['median']:g}" for name in names)] for model, row in rows.items()]
    return table([[f"{finding} failure, in", *names], *lines])


def told(calls: Sequence[int]) -> dict[str, Any]:
    return {
        "median": median(calls),
        "least": min(calls),
        "most": max(calls),
        "never": calls.count(CAP),
        "all": calls,
    }


def flaws() -> Iterator[str]:
    return (name for name in MODELS if name not in NO_FLAW)


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=25)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--model", action="append")
    parser.add_argument("--searcher", action="append", choices=SEARCHERS)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="Seeds at a time.")
    asked = parser.parse_args()
    names = asked.searcher or list(SEARCHERS)
    models = asked.model or list(flaws())
    rows = measured(models, names, range(asked.first_seed, asked.first_seed + asked.seeds), asked.workers)
    overall = {
        finding: {name: median(row[name]["median"] for row in rows[finding].values()) for name in names}
        for finding in FINDINGS
    }
    for finding, own in rows.items():
        print(f"\n{shown(finding, names, own)}")
        print("median: " + ", ".join(f"{name} {calls:g}" for name, calls in overall[finding].items()))
    if asked.model or asked.searcher:
        return
    figures = {
        "rows": rows,
        "ways": names,
        "median": overall,
        "seeds": asked.seeds,
        "first_seed": asked.first_seed,
        "cap": CAP,
        "tools": len(tools_of(Search())),
    }
    save("searchers", msgspec.to_builtins(figures))


if __name__ == "__main__":
    main()
