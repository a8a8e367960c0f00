"""A rubric, and the composite score of a verdict under it.

Every decided check counts the same; *not applicable* leaves the denominator; what is undecided (*cannot judge*,
*unsupported*, missing) leaves the value and widens the bounds; a failed critical check caps all three.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from primum.canonical import digest
from primum.errors import PrimumError, did_you_mean
from primum.judging.data import content, decode, names
from primum.judging.model import Answer, Score, Verdict
from primum.scenarios.model import DIMENSIONS, Check, Dimension, Scenario


class DimensionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    definition: str


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How checks become one number. `critical_cap` is the most a reply can reach that fails a critical check."""

    name: str
    version: int
    status: str
    critical_cap: float
    dimensions: dict[Dimension, DimensionText]

    @property
    def hash(self) -> str:
        """Address of its content."""
        return digest(self)


def load_rubric(name_or_path: str = "jsl-7-reconstructed") -> Rubric:
    """A built-in rubric by name, or anybody's by path."""
    path = Path(name_or_path)
    if path.suffix in (".yaml", ".yml"):
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise PrimumError(f"Cannot read the rubric {path}: {error.strerror}.") from None
        return _checked(decode(raw, Rubric, str(path)), str(path))
    known = names("rubrics")
    if name_or_path not in known:
        raise PrimumError(f"There is no rubric '{name_or_path}'.{did_you_mean(name_or_path, known)}")
    return _built_in(name_or_path)


@lru_cache(maxsize=16)
def _built_in(name: str) -> Rubric:
    file = f"rubrics/{name}.yaml"
    return _checked(decode(content(file), Rubric, f"judging/{file}"), file)


def _checked(rubric: Rubric, where: str) -> Rubric:
    missing = [name for name in DIMENSIONS if name not in rubric.dimensions]
    if missing:
        raise PrimumError(f"{where}: the dimension '{missing[0]}' is missing; a rubric describes all seven.")
    if not 0 <= rubric.critical_cap <= 1:
        raise PrimumError(f"{where}: critical_cap is {rubric.critical_cap}; it must be between 0 and 1.")
    return rubric


def score(rubric: Rubric, scenario: Scenario, verdict: Verdict) -> Score | None:
    """The composite, or None where nothing was decided. A check the verdict does not answer is undecided."""
    if verdict.failure:
        return None
    given = {answer.check: answer.answer for answer in verdict.checks}
    answers = [(check, given.get(check.id, "cannot_judge")) for check in scenario.checks]
    met = sum(answer == "met" for _, answer in answers)
    decided = sum(answer in DECIDED for _, answer in answers)
    applicable = sum(answer != "not_applicable" for _, answer in answers)
    if not decided:
        return None
    failed = tuple(check.id for check, answer in answers if check.critical and answer == "not_met")
    undecided = tuple(check.id for check, answer in answers if check.critical and answer in UNDECIDED)
    cap = rubric.critical_cap if failed else 1.0
    low_cap = rubric.critical_cap if failed or undecided else 1.0
    return Score(
        value=min(cap, met / decided),
        low=min(low_cap, met / applicable),
        high=min(cap, (met + applicable - decided) / applicable),
        dimensions=_by_dimension(answers),
        critical_failed=failed,
        critical_undecided=undecided,
        met=met,
        decided=decided,
        applicable=applicable,
    )


DECIDED: frozenset[Answer] = frozenset(("met", "not_met"))
UNDECIDED: frozenset[Answer] = frozenset(("cannot_judge", "unsupported"))


def _by_dimension(answers: Sequence[tuple[Check, Answer]]) -> dict[str, float]:
    """The share met of the decided checks of each dimension that has one; no cap."""
    out: dict[str, float] = {}
    for dimension in DIMENSIONS:
        own = [answer for check, answer in answers if check.dimension == dimension and answer in DECIDED]
        if own:
            out[dimension] = own.count("met") / len(own)
    return out
