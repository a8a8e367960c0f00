"""One pass over the results: numbers go into columns, only the worst cases stay whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import OUTCOMES, CaseResult, Manifest
from primum.errors import PrimumError
from primum.reporting.attacked import Attacked
from primum.reporting.reviewed import failed, state
from primum.reporting.tally import Tally as Tally
from primum.reporting.tally import Worst
from primum.review.model import Labelled
from primum.scenarios.model import DIMENSIONS, Scenario

GROUPS = ("domain", "subdomain", "perspective", "setting", "risk", "scenario", "attack", "transforms")
Groups = tuple[str, str, str, str, str, str, str, tuple[str, ...]]
"""Where a case belongs, in the order of GROUPS: the subdomain without its domain, the transforms one by one."""
NO_TRANSFORM = "none"
FAILED, PASSED, UNKNOWN = 1, 0, -1
"""Whether a case failed, by a clinician's final label or else by a critical check; UNKNOWN where neither decided."""
ROW = ("index", "trial", "outcome", "critical", "score", "low", "high", *DIMENSIONS, *GROUPS)
"""What is kept of a case, all as floats, one after the other in `Tally.rows`."""
_FIRST_DIMENSION = ROW.index(DIMENSIONS[0])
OUTCOME_CODES: Mapping[str, int] = {name: code for code, name in enumerate(OUTCOMES)}
_NAN = float("nan")
_NO_SCORE = (_NAN,) * (3 + len(DIMENSIONS))


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
    trial: NDArray[np.int16]
    groups: Mapping[str, NDArray[np.int32]]
    names: Mapping[str, tuple[str, ...]]
    """What the codes in `groups` stand for."""

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def judged(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.outcome == OUTCOMES.index("judged")
        return found

    def where(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Columns":
        """The rows that a mask selects, or these rows."""
        rows = np.flatnonzero(mask) if mask.dtype == np.bool_ else mask
        return Columns(
            outcome=self.outcome[rows],
            critical=self.critical[rows],
            score=self.score[rows],
            low=self.low[rows],
            high=self.high[rows],
            dimensions=self.dimensions[rows],
            trial=self.trial[rows],
            groups={name: codes[rows] for name, codes in self.groups.items()},
            names=self.names,
        )


class Gathered:
    """Everything one pass over the results yields, by target."""

    def __init__(
        self,
        manifest: Manifest,
        worst: int,
        known: Mapping[str, Scenario] | None = None,
        labels: Mapping[str, Labelled] | None = None,
    ) -> None:
        self._known = known or {}
        self._labels = labels or {}
        """What clinicians said, by case."""
        self._planned = manifest.planned
        self._seen = bytearray(manifest.planned)
        self.total = manifest.planned + manifest.attack_cases
        """Plain cases, then those of the attacks."""
        self.attacked = Attacked()
        share = max(3, -(-worst // max(1, len(manifest.targets))))
        self.bits: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.tallies = {target.name: Tally(Worst(share), bits=self.bits) for target in manifest.targets}
        self._codes: dict[str, dict[str, int]] = {name: {} for name in GROUPS}
        self._seen_groups: dict[Groups, tuple[int, ...]] = {}

    @property
    def planned(self) -> int:
        return self._planned

    def add(self, result: CaseResult) -> None:
        """An attack counts for itself and in the worst cases, and in no figure of the plain ones."""
        case = result.case
        tally = self.tallies.get(case.target)
        if tally is None:
            raise PrimumError(
                f"case {case.id} names the target {case.target!r}, which the manifest does not list"
            )
        if case.round:
            self._check_attack(case.id, case.index)
            self.attacked.add(result)
            tally.count_spend(result)
            tally.worst.offer(result, failed(result, self._labels.get(case.id)))
            return
        if not 0 <= case.index < self._planned:
            raise PrimumError(f"case {case.id} is number {case.index} of a plan of {self._planned} cases")
        if self._seen[case.index]:
            raise PrimumError(f"case number {case.index} ({case.id}) occurs twice in the results")
        if (result.outcome == "judged") != (result.score is not None):
            raise PrimumError(
                f"case {case.id} is {result.outcome!r} and has {'a' if result.score else 'no'} score"
            )
        self._seen[case.index] = 1
        label = self._labels.get(case.id)
        self._add_numbers(tally, result, failed(result, label))
        tally.count_spend(result)
        tally.opinions.offer(result, self._known.get(case.scenario))
        if result.failure is not None:
            tally.failures[result.failure.kind] += 1
        if result.score is not None:
            tally.states[state(result, label)] += 1
            tally.disagreeing_cases += bool(result.disagreements)
            tally.disagreeing_checks += len(result.disagreements)
            self._count_checks(tally, result)
            tally.worst.offer(result, failed(result, label))
            if result.score.value == 0.0:
                tally.zeros.offer(case.index, case.id)

    def _check_attack(self, case: str, index: int) -> None:
        if not self._planned <= index < self.total:
            raise PrimumError(f"case {case} is number {index} of a plan of {self.total} cases")

    def _add_numbers(self, tally: Tally, result: CaseResult, failed: bool | None) -> None:
        case, score = result.case, result.score
        groups = (
            result.domain, result.subdomain, result.perspective, result.setting, result.risk,
            case.scenario, case.attack, case.transforms,
        )  # fmt: skip
        codes = self.codes_of(groups)
        outcome = OUTCOME_CODES[result.outcome]
        critical = UNKNOWN if failed is None else FAILED if failed else PASSED
        if score is None:
            tally.rows.extend((case.index, case.trial, outcome, critical, *_NO_SCORE, *codes))
            return
        held = score.dimensions.get
        dimensions = [held(dimension, _NAN) for dimension in DIMENSIONS]
        scores = (score.value, score.low, score.high)
        tally.rows.extend((case.index, case.trial, outcome, critical, *scores, *dimensions, *codes))

    def codes_of(self, groups: Groups) -> tuple[int, ...]:
        """The codes of a case in GROUPS; names that have not occurred before get new ones."""
        found = self._seen_groups.get(groups)
        if found is None:
            domain, subdomain, *others, transforms = groups
            names = (domain, f"{domain}/{subdomain}", *others, " + ".join(transforms) or NO_TRANSFORM)
            known = (self._codes[group] for group in GROUPS)
            found = tuple(
                codes.setdefault(name, len(codes)) for codes, name in zip(known, names, strict=True)
            )
            self._seen_groups[groups] = found
        return found

    def _count_checks(self, tally: Tally, result: CaseResult) -> None:
        if not result.verdicts or result.score is None:
            return
        scenario = result.case.scenario
        bits = self.bits[scenario]
        failed = answered = undecided = 0
        for told in result.verdicts[0].checks:
            bit = bits.setdefault(told.check, 1 << len(bits))
            if told.answer == "met":
                answered |= bit
            elif told.answer == "not_met":
                answered |= bit
                failed |= bit
                badness = (result.score.value, result.case.index, result.case.id)
                if badness < tally.lowest.get((scenario, told.check), (2.0,)):
                    tally.lowest[scenario, told.check] = badness
            elif told.answer in ("cannot_judge", "unsupported"):
                undecided |= bit
        tally.answers[scenario, failed, answered, undecided] += 1

    def add_rows(self, target: str, rows: NDArray[np.float64]) -> None:
        """Rows of `ROW` for one target, where there are no whole results."""
        index = rows[:, 0].astype(np.int64)
        if len(index) and not 0 <= index.min() <= index.max() < self._planned:
            raise PrimumError(f"a case of {target!r} is outside the plan of {self._planned} cases")
        seen = np.frombuffer(self._seen, dtype=np.uint8)
        ascending = bool((np.diff(index) > 0).all())
        if seen[index].any() or (not ascending and len(np.unique(index)) < len(index)):
            raise PrimumError(f"a case of {target!r} occurs twice in the results")
        seen[index] = 1
        self.tallies[target].rows.frombytes(rows.tobytes())

    def rows(self, target: str) -> NDArray[np.float64]:
        """One row of ROW a case, in the order of arrival."""
        return np.frombuffer(self.tallies[target].rows).reshape(-1, len(ROW))

    def columns(self, target: str) -> Columns:
        """The columns of one target in plan order, so that the order of arrival changes no figure."""
        rows = self.rows(target)
        rows = rows[np.argsort(rows[:, 0], kind="stable")]

        def column(name: str) -> NDArray[np.float64]:
            found: NDArray[np.float64] = np.ascontiguousarray(rows[:, ROW.index(name)])
            return found

        return Columns(
            outcome=column("outcome").astype(np.int8),
            critical=column("critical").astype(np.int8),
            score=column("score"),
            low=column("low"),
            high=column("high"),
            dimensions=rows[:, _FIRST_DIMENSION : _FIRST_DIMENSION + len(DIMENSIONS)].copy(),
            trial=column("trial").astype(np.int16),
            groups={name: self._rank(name)[column(name).astype(np.int32)] for name in GROUPS},
            names={name: tuple(sorted(codes)) for name, codes in self._codes.items()},
        )

    def _rank(self, group: str) -> NDArray[np.int32]:
        """From codes in order of arrival to codes in order of the names: a bootstrap draws by code."""
        codes = self._codes[group]
        rank = np.zeros(len(codes), dtype=np.int32)
        rank[[codes[name] for name in sorted(codes)]] = np.arange(len(codes))
        return rank

    def cases(self, target: str) -> int:
        """How many cases of a target have a result."""
        return len(self.tallies[target].rows) // len(ROW)

    @property
    def reached(self) -> int:
        return sum(self._seen)

    @property
    def scenarios(self) -> tuple[str, ...]:
        return tuple(self._codes["scenario"])


def gather(
    manifest: Manifest,
    results: Iterable[CaseResult],
    worst: int,
    known: Mapping[str, Scenario] | None = None,
    labels: Mapping[str, Labelled] | None = None,
) -> Gathered:
    """Read the results once. `known` are the scenarios by id, `labels` what clinicians said by case."""
    gathered = Gathered(manifest, worst, known, labels)
    for result in results:
        gathered.add(result)
    return gathered
