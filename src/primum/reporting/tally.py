"""What is counted for one target while its results stream by; of the results themselves only the worst are kept."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heappush, heappushpop

from primum.campaign.model import CaseResult
from primum.reporting.opinions import Opinions

ZERO_KEPT = 50
"""Ids of zero-score replies kept for each target."""


class Worst:
    """Keeps the few worst cases of a target, the worst try of each scenario. What lost nothing is never kept."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: dict[str, tuple[tuple[float, ...], CaseResult]] = {}
        self.limit: tuple[float, ...] = ()
        """The least bad of those kept."""

    def offer(self, result: CaseResult, failed: bool | None) -> None:
        """`failed` by a clinician or else by the judge; None is undecided."""
        score = result.score
        if score is None or (score.value >= 1.0 and failed is False):
            return
        goodness = (float(not failed), score.value, score.low, float(result.case.index))
        kept, scenario = self.kept, result.case.scenario
        if len(kept) == self.size and goodness >= self.limit:
            return
        if scenario in kept:
            if goodness >= kept[scenario][0]:
                return
        elif len(kept) == self.size:
            del kept[max(kept, key=lambda name: kept[name][0])]
        kept[scenario] = goodness, result
        self.limit = max(entry[0] for entry in kept.values())

    def ranked(self) -> list[CaseResult]:
        return [result for _, result in sorted(self.kept.values(), key=lambda entry: entry[0])]


class Zeros:
    """Keeps the ids of the first few replies that scored exactly 0, in plan order."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, str]] = []

    def offer(self, index: int, case: str) -> None:
        entry = (-index, case)
        if len(self.heap) < ZERO_KEPT:
            heappush(self.heap, entry)
        elif entry > self.heap[0]:
            heappushpop(self.heap, entry)

    def ranked(self) -> tuple[str, ...]:
        return tuple(case for _, case in sorted(self.heap, reverse=True))


@dataclass
class CheckTally:
    """How often one check of a scenario failed, was answered at all, and was not decided."""

    failed: int = 0
    answered: int = 0
    undecided: int = 0
    example: str = ""


Answers = tuple[str, int, int, int]
"""A scenario, and as bit sets over its checks: which failed, which were answered, which are undecided."""


@dataclass
class Tally:
    """What is counted for one target while its results stream by."""

    worst: Worst
    rows: "array[float]" = field(default_factory=lambda: array("d"))
    """One row of `columns.ROW` after the other."""
    answers: Counter[Answers] = field(default_factory=Counter)
    """How many judged cases had exactly these answers."""
    bits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Scenario → check → its bit in `answers`."""
    lowest: dict[tuple[str, str], tuple[float, int, str]] = field(default_factory=dict)
    """Scenario and failed check → score, index and id of the worst-scored case in which it failed."""
    zeros: Zeros = field(default_factory=Zeros)
    opinions: Opinions = field(default_factory=Opinions)
    states: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    spend: Counter[str] = field(default_factory=Counter)
    disagreeing_cases: int = 0
    disagreeing_checks: int = 0
    first_reply: float = float("inf")
    last_reply: float = 0.0

    @property
    def checks(self) -> dict[tuple[str, str], CheckTally]:
        """The answers counted by scenario and check."""
        found: defaultdict[tuple[str, str], CheckTally] = defaultdict(CheckTally)
        for (scenario, failed, answered, undecided), cases in self.answers.items():
            for check, bit in self.bits[scenario].items():
                tally = found[scenario, check]
                tally.failed += cases * bool(failed & bit)
                tally.answered += cases * bool(answered & bit)
                tally.undecided += cases * bool(undecided & bit)
        for key, (_, _, case) in self.lowest.items():
            found[key].example = case
        return dict(found)

    def count_spend(self, result: CaseResult) -> None:
        """The calls and tokens of one result, and when its replies came."""
        self.spend["calls"] += result.calls
        self.spend["input"] += result.usage.input
        self.spend["output"] += result.usage.output
        for reply in result.exchange.replies if result.exchange else ():
            self.spend["target_input"] += reply.usage.input
            self.spend["target_output"] += reply.usage.output
            if reply.at:
                self.first_reply = min(self.first_reply, reply.at)
                self.last_reply = max(self.last_reply, reply.at)
