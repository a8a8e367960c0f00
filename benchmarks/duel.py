"""primum against random search over many seeds: a first failure comes by chance, and few seeds tell little.

python -m benchmarks.duel [--seeds 240] [--first-seed 0] [--workers 2]
"""

import argparse
import os

import msgspec

from benchmarks.measure import save
from benchmarks.searchers import flaws, measured, shown

BOTH = ("primum", "random")


def main() -> None:
    """Measures, prints and saves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=240)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="Seeds at a time.")
    asked = parser.parse_args()
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    rows = measured(list(flaws()), BOTH, seeds, asked.workers)
    for finding, own in rows.items():
        print(f"\n{shown(finding, BOTH, own)}")
    save("duel", msgspec.to_builtins({"rows": rows, "seeds": asked.seeds, "first_seed": asked.first_seed}))


if __name__ == "__main__":
    main()
