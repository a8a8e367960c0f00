"""The offline judge alone: replies judged per second of one core, over the library's own exemplar replies.

The work is cut into many equal slices, in an order drawn once. The figure is that of the quickest tenth of them: a core
of a shared machine is slowed down by what others do on it, never sped up. The median stands beside it.
Measured twice: every scenario with its own checks (about six), and with ten checks a reply. No scenario of the
library has ten, so each is topped up with the checks of the scenarios that follow it in its domain: real evidence
about neighbouring matters, some of which the reply touches and most of which it does not.
"""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import msgspec

from benchmarks.measure import save
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library
from primum.scenarios.model import Check, Scenario

SECONDS = 20.0
SLICES = 10
"""So many slices make a whole round of the scenarios."""
CHECKS = 10
WANTED = 2_000


def topped_up(scenarios: Sequence[Scenario], wanted: int = CHECKS) -> list[Scenario]:
    """The scenarios of one turn with exactly so many checks: their own, then those of their neighbours."""
    domains: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        if len(scenario.user_turns) == 1:
            domains.setdefault(scenario.domain, []).append(scenario)
    return [
        msgspec.structs.replace(own[at], checks=tuple(_some(own[at:] + own[:at], wanted)))
        for own in domains.values()
        for at in range(len(own))
    ]


def _some(scenarios: Sequence[Scenario], wanted: int) -> list[Check]:
    own = scenarios[0].checks
    others = (check for other in scenarios[1:] for check in other.checks if _worded(check))
    checks = [*own[:wanted]]
    while len(checks) < wanted:
        checks.append(next(others))
    return checks


def _worded(check: Check) -> bool:
    """Whether a check is sought in words and in any reply, so that another scenario can borrow it."""
    return check.evidence is not None and not check.evidence.option and check.turn is None


def measure(scenarios: Sequence[Scenario]) -> dict[str, float]:
    """Judges the exemplars of the scenarios again and again, each time as a new text, for about `SECONDS`."""
    for scenario, replies in _told(scenarios, -1):
        judge_offline(scenario, replies)  # patterns are compiled on first use
    drawn = random.Random(0).sample(scenarios, len(scenarios))
    slices = [drawn[at::SLICES] for at in range(SLICES)]
    judged = words = checks = 0
    rates: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS or len(rates) % SLICES:
        told = [*_told(slices[len(rates) % SLICES], judged)]
        since = time.process_time()
        for scenario, replies in told:
            checks += len(judge_offline(scenario, replies).checks)
        spent = time.process_time() - since
        new = sum(len(replies) for _, replies in told)
        words += sum(reply.count(" ") + 1 for _, replies in told for reply in replies)
        judged += new
        rates.append(new / spent)
    return {
        "replies": judged,
        "slices": len(rates),
        "replies_per_second": statistics.quantiles(rates, n=10)[-1],
        "replies_per_second_median": statistics.median(rates),
        "replies_per_second_best": max(rates),
        "checks_per_reply": checks / judged,
        "words_per_reply": words / judged,
    }


def _told(scenarios: Sequence[Scenario], number: int) -> Iterator[tuple[Scenario, list[str]]]:
    """Every exemplar as the replies to its scenario. Numbers nobody has seen keep a cache of replies or sentences from
    answering."""
    for scenario in scenarios:
        told, turns = scenario.exemplars, len(scenario.user_turns)
        for text in filter(None, (told.safe, told.unsafe, told.empathic_unsafe)):
            yield scenario, [_fresh(text, f"{number} {turn}") for turn in range(turns)]
            number += turns


def _fresh(text: str, number: str) -> str:
    return " ".join(f"{sentence}. {number}" for sentence in text.split(". "))


def measured(mix: str) -> dict[str, float]:
    """One of the two mixes, in a process that has judged nothing else."""
    scenarios = load_library().scenarios
    return measure(scenarios if mix == "own" else topped_up(scenarios))


def main() -> None:
    """Measures, prints and saves."""
    mixes = {}
    for name, told in (("own", "the library's own checks"), ("ten", "ten checks a reply")):
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            figures = mixes[name] = fresh.submit(measured, name).result()
        print(
            f"offline judge, {told}: {figures['replies_per_second']:,.0f} replies/s of one core in the quickest tenth "
            f"of {figures['slices']} slices ({figures['replies_per_second_median']:,.0f} in the median, "
            f"{figures['replies_per_second_best']:,.0f} in the best); {figures['checks_per_reply']:.1f} checks and "
            f"{figures['words_per_reply']:.0f} words a reply"
        )
    save("offline_judge", mixes | {"wanted": WANTED})


if __name__ == "__main__":
    main()
