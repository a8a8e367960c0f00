"""primum against random search over many seeds: a first failure comes by chance, and few seeds tell little.

python -m benchmarks.duel [--seeds 240] [--first-seed 0] [--workers 2]
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import msgspec

from benchmarks.measure import save, table
from benchmarks.searchers import flaws, one_seed, told
from benchmarks.searching import FINDINGS

BOTH = ("primum", "random")


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=240)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="Seeds at a time.")
    asked = parser.parse_args()
    models = list(flaws())
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    with ProcessPoolExecutor(asked.workers) as pool:
        found = list(pool.map(partial(one_seed, models, BOTH), seeds))
    rows = {
        finding: {
            model: {name: told([one[model][name][finding] for one in found]) for name in BOTH}
            for model in models
        }
        for finding in FINDINGS
    }
    for finding in FINDINGS:
        medians = {model: [row[name]["median"] for name in BOTH] for model, row in rows[finding].items()}
        print(f"\nuntil {finding}")
        lines = [[model, f"{ours:g}", f"{theirs:g}"] for model, (ours, theirs) in medians.items()]
        print(table([["", *BOTH], *lines]))
    save("duel", msgspec.to_builtins({"rows": rows, "seeds": asked.seeds, "first_seed": asked.first_seed}))


if __name__ == "__main__":
    main()
