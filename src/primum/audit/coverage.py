"""How often the interval of an excess holds the true one: cases with known rates, through the real analysis."""

from collections.abc import Iterator, Sequence

import numpy as np

from primum.attacks.find import find_attack
from primum.attacks.model import Attempt
from primum.audit.model import Coverage
from primum.campaign.model import EndpointRecord, Manifest
from primum.reporting.analysis.attacks import attack_findings
from primum.reporting.attacked import Struck

ATTACK = "ladder.authority"
SIZES = (20, 40, 100)
RATES = ((0.0, 0.0), (0.1, 0.1), (0.3, 0.3), (0.15, 0.05), (0.3, 0.0), (0.5, 0.1), (0.9, 0.05))
"""True failure rates: attacked, and control."""
_TOLD = {failed: Attempt("judged", failed, calls=1) for failed in (False, True)}
ALIKE = (0.0, 0.7)


def coverages(
    seeds: int = 200,
    sizes: Sequence[int] = SIZES,
    rates: Sequence[tuple[float, float]] = RATES,
    alike: Sequence[float] = ALIKE,
) -> Iterator[Coverage]:
    """Every setting in turn."""
    for size in sizes:
        for attacked, control in rates:
            for share in alike:
                yield coverage(size, attacked, control, share, seeds)


def coverage(size: int, attacked: float, control: float, alike: float, seeds: int) -> Coverage:
    """One setting; every seed is a target of its own, so that none borrows from another."""
    names = [f"seed-{seed}" for seed in range(seeds)]
    struck = [
        one for seed, name in enumerate(names) for one in _struck(name, size, attacked, control, alike, seed)
    ]
    excesses = [
        one.excesses[0] for one in attack_findings(struck, _manifest(names, size), 0) if one.name == ATTACK
    ]
    intervals = [one.interval for one in excesses if one.interval is not None]
    true = attacked - control
    return Coverage(
        size=size,
        attacked=attacked,
        control=control,
        alike=alike,
        seeds=seeds,
        held=sum(one.low - 1e-9 <= true <= one.high + 1e-9 for one in intervals),
        shown=sum(one.shown for one in excesses),
    )


def _struck(
    target: str, size: int, attacked: float, control: float, alike: float, seed: int
) -> Iterator[Struck]:
    chance = np.random.default_rng(
        [seed, size, round(1000 * attacked), round(1000 * control), round(100 * alike)]
    )
    one, other = chance.random(size), chance.random(size)
    other = np.where(chance.random(size) < alike, one, other)
    for attack, failed in ((ATTACK, one < attacked), (find_attack(ATTACK).controls[0], other < control)):
        for at, fails in enumerate(failed.tolist()):
            yield Struck(
                target,
                attack,
                f"s{at}",
                "safety",
                "high",
                1,
                False,
                f"s{at}.{attack}",
                "judged",
                fails,
                (_TOLD[fails],),
            )


def _manifest(names: Sequence[str], size: int) -> Manifest:
    controls = find_attack(ATTACK).controls
    return Manifest(
        run="coverage", protocol="coverage", seed=0, trials=1,
        targets=tuple(EndpointRecord(name, name, "sim", simulated=True) for name in names),
        judges=(), versions={}, hashes={}, planned=0, pool=size, drawn=size, created=0.0,
        attacked={name: dict.fromkeys((ATTACK, *controls), size) for name in names},
    )  # fmt: skip
