"""One pass over the results: numbers go into columns, only the worst cases stay whole."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import OUTCOMES, CaseResult, Manifest
from primum.errors import PrimumError
from primum.scenarios.model import DIMENSIONS

GROUPS = ("domain", "subdomain", "perspective", "setting", "risk", "scenario")
FAILED, PASSED, UNKNOWN = 1, 0, -1
"""Whether a case failed a critical check; UNKNOWN where there is no verdict or a critical check is undecided."""


@dataclass(frozen=True)
class Columns:
    """The results of one target, one row a case, in the order of the plan."""

    outcome: NDArray[np.int8]
    critical: NDArray[np.int8]
    score: NDArray[np.float64]
    """NaN where the case has no score."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    dimensions: NDArray[np.float64]
    groups: Mapping[str, NDArray[np.int32]]
    names: Mapping[str, tuple[str, ...]]
    """What the codes in `groups` stand for."""

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def judged(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.outcome == OUTCOMES.index("judged")
        return found

    def where(self, mask: NDArray[np.bool_]) -> "Columns":
        """The rows that the mask selects."""
        return Columns(
            outcome=self.outcome[mask],
            critical=self.critical[mask],
            score=self.score[mask],
            low=self.low[mask],
            high=self.high[mask],
            dimensions=self.dimensions[mask],
            groups={name: codes[mask] for name, codes in self.groups.items()},
            names=self.names,
        )


class _Worst:
    """Keeps the few worst cases of a target. A case that lost nothing is never kept."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.heap: list[tuple[tuple[float, ...], CaseResult]] = []

    def offer(self, result: CaseResult) -> None:
        score = result.score
        if score is None or (
            score.value >= 1.0 and not score.critical_failed and not score.critical_undecided
        ):
            return
        goodness = (float(not score.critical_failed), score.value, score.low, float(result.case.index))
        entry = (tuple(-part for part in goodness), result)  # a min-heap whose root is the least bad
        if len(self.heap) < self.size:
            heappush(self.heap, entry)
        elif entry[0] > self.heap[0][0]:
            heappushpop(self.heap, entry)

    def ranked(self) -> list[CaseResult]:
        return [result for _, result in sorted(self.heap, key=lambda entry: entry[0], reverse=True)]


@dataclass
class CheckTally:
    failed: int = 0
    answered: int = 0
    undecided: int = 0
    lowest: tuple[float, int] = (2.0, 0)
    example: str = ""


@dataclass
class Tally:
    """What is counted for one target while its results stream by."""

    worst: _Worst
    rows: defaultdict[str, "array[Any]"] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    checks: defaultdict[tuple[str, str], CheckTally] = field(default_factory=lambda: defaultdict(CheckTally))
    states: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    spend: Counter[str] = field(default_factory=Counter)
    disagreeing_cases: int = 0
    disagreeing_checks: int = 0
    first_reply: float = float("inf")
    last_reply: float = 0.0


class Gathered:
    """Everything one pass over the results yields, by target."""

    def __init__(self, manifest: Manifest, worst: int) -> None:
        self._planned = manifest.planned
        self._seen = bytearray(manifest.planned)
        share = max(3, -(-worst // max(1, len(manifest.targets))))
        self.tallies = {target.name: Tally(_Worst(share)) for target in manifest.targets}
        self._codes: dict[str, dict[str, int]] = {name: {} for name in GROUPS}

    def add(self, result: CaseResult) -> None:
        case = result.case
        tally = self.tallies.get(case.target)
        if tally is None:
            raise PrimumError(
                f"case {case.id} names the target {case.target!r}, which the manifest does not list"
            )
        if not 0 <= case.index < self._planned:
            raise PrimumError(f"case {case.id} is number {case.index} of a plan of {self._planned} cases")
        if self._seen[case.index]:
            raise PrimumError(f"case number {case.index} ({case.id}) occurs twice in the results")
        if (result.outcome == "judged") != (result.score is not None):
            raise PrimumError(
                f"case {case.id} is {result.outcome!r} and has {'a' if result.score else 'no'} score"
            )
        self._seen[case.index] = 1
        self._add_numbers(tally, result)
        _count_spend(tally, result)
        if result.failure is not None:
            tally.failures[result.failure.kind] += 1
        if result.score is not None:
            tally.states[result.state] += 1
            tally.disagreeing_cases += bool(result.disagreements)
            tally.disagreeing_checks += len(result.disagreements)
            _count_checks(tally, result)
            tally.worst.offer(result)

    def _add_numbers(self, tally: Tally, result: CaseResult) -> None:
        rows, score, nan = tally.rows, result.score, float("nan")
        rows["index"].append(result.case.index)
        rows["outcome"].append(OUTCOMES.index(result.outcome))
        rows["critical"].append(_critical(result))
        rows["score"].append(score.value if score else nan)
        rows["low"].append(score.low if score else nan)
        rows["high"].append(score.high if score else nan)
        for dimension in DIMENSIONS:
            rows[dimension].append(score.dimensions.get(dimension, nan) if score else nan)
        named = {"scenario": result.case.scenario, "subdomain": f"{result.domain}/{result.subdomain}"}
        for group in GROUPS:
            codes = self._codes[group]
            name = named.get(group) or getattr(result, group)
            rows[group].append(codes.setdefault(name, len(codes)))

    def columns(self, target: str) -> Columns:
        """The columns of one target in plan order, so that the order of arrival changes no figure."""
        rows = {name: np.asarray(values) for name, values in self.tallies[target].rows.items()}
        order = np.argsort(rows.get("index", np.empty(0)), kind="stable")

        def column(name: str) -> NDArray[np.float64]:
            return rows[name][order] if name in rows else np.empty(0)

        return Columns(
            outcome=column("outcome").astype(np.int8),
            critical=column("critical").astype(np.int8),
            score=column("score"),
            low=column("low"),
            high=column("high"),
            dimensions=np.column_stack([column(name) for name in DIMENSIONS]),
            groups={name: self._rank(name)[column(name).astype(np.int32)] for name in GROUPS},
            names={name: tuple(sorted(codes)) for name, codes in self._codes.items()},
        )

    def _rank(self, group: str) -> NDArray[np.int32]:
        """From codes in order of arrival to codes in order of the names: a bootstrap draws by code."""
        codes = self._codes[group]
        rank = np.zeros(len(codes), dtype=np.int32)
        rank[[codes[name] for name in sorted(codes)]] = np.arange(len(codes))
        return rank

    @property
    def reached(self) -> int:
        return sum(self._seen)

    @property
    def scenarios(self) -> tuple[str, ...]:
        return tuple(self._codes["scenario"])


def gather(manifest: Manifest, results: Iterable[CaseResult], worst: int) -> Gathered:
    """Read the results once."""
    gathered = Gathered(manifest, worst)
    for result in results:
        gathered.add(result)
    return gathered


def _critical(result: CaseResult) -> int:
    if result.score is None:
        return UNKNOWN
    if result.score.critical_failed:
        return FAILED
    return UNKNOWN if result.score.critical_undecided else PASSED


def _count_checks(tally: Tally, result: CaseResult) -> None:
    if not result.verdicts or result.score is None:
        return
    badness = (result.score.value, result.case.index)
    for answer in result.verdicts[0].checks:
        check = tally.checks[result.case.scenario, answer.check]
        if answer.answer in ("met", "not_met"):
            check.answered += 1
        elif answer.answer in ("cannot_judge", "unsupported"):
            check.undecided += 1
        if answer.answer == "not_met":
            check.failed += 1
            if badness < check.lowest:
                check.lowest, check.example = badness, result.case.id


def _count_spend(tally: Tally, result: CaseResult) -> None:
    tally.spend["calls"] += result.calls
    tally.spend["input"] += result.usage.input
    tally.spend["output"] += result.usage.output
    for reply in result.exchange.replies if result.exchange else ():
        tally.spend["target_input"] += reply.usage.input
        tally.spend["target_output"] += reply.usage.output
        if reply.at:
            tally.first_reply = min(tally.first_reply, reply.at)
            tally.last_reply = max(tally.last_reply, reply.at)
