"""The same columns from the store's own columns: for runs too large to read every record.

What records hold is not there: checks, dimensions, bounds of the scores, texts, tokens.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import Manifest, State
from primum.errors import PrimumError
from primum.reporting.columns import FAILED, GROUPS, OUTCOME_CODES, PASSED, ROW, UNKNOWN, Gathered
from primum.reporting.tally import ZERO_KEPT
from primum.store import Store
from primum.store.store import JOINT

_NUMBERS = ("index", "trial", "score", "critical_failed", "critical_undecided")
_NAMES = ("target", "outcome", "state", "scenario", "attack", "transforms")
_OF_SCENARIO = ("domain", "subdomain", "perspective", "setting", "risk")
"""The same in every case of a scenario, so read once for each."""
_STATES: tuple[str, ...] = get_args(State)

Chunk = Mapping[str, Sequence[Any]]


def gather_stored(manifest: Manifest, store: Store) -> Gathered:
    """Read the columns of a run once, a chunk at a time."""
    gathered = Gathered(manifest, worst=0)
    named = _Named(gathered)
    for chunk in store.case_chunks(manifest.run, _NUMBERS, joined=_NAMES):
        named.learn(chunk, lambda indices: store.cases_at(manifest.run, indices, _OF_SCENARIO))
        _add(gathered, chunk, named)
    for tally, zeros in ((gathered.tallies[name], _first_zeros(gathered, name)) for name in gathered.tallies):
        for index, (case,) in store.cases_at(manifest.run, zeros, ("id",)).items():
            tally.zeros.offer(index, case)
    return gathered


class _Named:
    """The combinations of names that occur, each taken apart once; a case then is a place in this list."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._targets = {name: code for code, name in enumerate(gathered.tallies)}
        self._places: dict[str, int] = {}
        self._scenarios: dict[str, tuple[str, ...]] = {}
        self._codes: list[tuple[int, ...]] = []

    def learn(self, chunk: Chunk, look_up: Callable[[list[int]], Mapping[int, tuple[str, ...]]]) -> None:
        """Take in the combinations that this chunk is the first to hold."""
        first = dict(zip(reversed(chunk["joined"]), reversed(chunk["index"]), strict=True))
        new = {text: index for text, index in first.items() if text not in self._places}
        unknown = {text.split(JOINT)[3]: index for text, index in new.items()}
        indices = [index for name, index in unknown.items() if name not in self._scenarios]
        groups = look_up(indices)
        self._scenarios |= {name: groups[index] for name, index in unknown.items() if index in groups}
        for text in sorted(new, key=new.__getitem__):
            self._places[text] = len(self._places)
            self._codes.append(self._take_apart(text))

    def codes(self, joined: Sequence[str]) -> NDArray[np.int64]:
        """Target, outcome, state and groups of each case."""
        place = np.fromiter(map(self._places.__getitem__, joined), dtype=np.intp, count=len(joined))
        found: NDArray[np.int64] = np.array(self._codes, dtype=np.int64).reshape(-1, 3 + len(GROUPS))[place]
        return found

    def _take_apart(self, text: str) -> tuple[int, ...]:
        target, outcome, state, scenario, attack, transforms = text.split(JOINT)
        if target not in self._targets:
            raise PrimumError(f"a stored case names the target {target!r}, which the manifest does not list")
        if outcome not in OUTCOME_CODES:
            raise PrimumError(f"a stored case has the outcome {outcome!r}, which this primum does not know")
        edits = tuple(transforms.split(",")) if transforms else ()
        groups = (*self._scenarios[scenario], scenario, attack, edits)
        codes = self._gathered.codes_of(groups)  # type: ignore[arg-type]
        return (self._targets[target], OUTCOME_CODES[outcome], _STATES.index(state), *codes)


def _add(gathered: Gathered, chunk: Chunk, named: _Named) -> None:
    codes = named.codes(chunk["joined"])
    rows = _rows(chunk, codes)
    scored = ~np.isnan(rows[:, ROW.index("score")])
    place = rows[:, ROW.index("index")]
    if len(place) and place.max() >= gathered.total:
        raise PrimumError(f"a case is outside the plan of {gathered.total} cases")
    plain = place < gathered.planned
    for code, (target, tally) in enumerate(gathered.tallies.items()):
        mine = (codes[:, 0] == code) & plain
        gathered.add_rows(target, rows[mine])
        for state, count in zip(
            _STATES, np.bincount(codes[mine & scored, 2], minlength=len(_STATES)), strict=True
        ):
            tally.states[state] += int(count)


def _rows(chunk: Chunk, codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows of ROW; what is not known here, or is None, is NaN."""
    read = {name: np.array(chunk[name], dtype=np.float64) for name in _NUMBERS}
    outcome, scored = codes[:, 1], ~np.isnan(read["score"])
    wrong = np.flatnonzero(scored != (outcome == OUTCOME_CODES["judged"]))
    if len(wrong):
        has = "a" if scored[wrong[0]] else "no"
        number = chunk["index"][wrong[0]]
        raise PrimumError(f"case number {number} has {has} score, which does not fit its outcome")
    undecided = (read["critical_undecided"] > 0) | ~scored
    critical = np.where(read["critical_failed"] > 0, FAILED, np.where(undecided, UNKNOWN, PASSED))
    rows = np.full((len(outcome), len(ROW)), np.nan)
    for at, column in enumerate((read["index"], read["trial"], outcome, critical, read["score"])):
        rows[:, at] = column
    rows[:, ROW.index(GROUPS[0]) :] = codes[:, 3:]
    return rows


def _first_zeros(gathered: Gathered, target: str) -> list[int]:
    """The numbers of the first replies that scored exactly 0."""
    rows = gathered.rows(target)
    zero = rows[:, ROW.index("score")] == 0.0
    found: list[int] = np.sort(rows[zero, ROW.index("index")])[:ZERO_KEPT].astype(np.int64).tolist()
    return found
