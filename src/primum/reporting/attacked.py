"""What is kept of the cases that attack: one short record each, apart from the plain cases, which they never touch."""

from collections.abc import Iterator

import msgspec

from primum.attacks.model import Attempt
from primum.campaign.model import CaseResult


class Struck(msgspec.Struct, frozen=True):
    """One case of an attack, or of a control."""

    target: str
    attack: str
    """`Case.arm`"""
    scenario: str
    domain: str
    risk: str
    tries: int
    explores: bool
    case: str
    outcome: str
    failed: bool | None
    """None: no verdict, or a critical check undecided."""
    attempts: tuple[Attempt, ...]

    @property
    def open(self) -> bool:
        """Whether an attempt without a verdict, or not decided, may hide a failure."""
        return not self.failed and any(one.failed is None for one in self.attempts)

    @property
    def calls_to_failure(self) -> int | None:
        """Target calls up to and with the attempt that failed; None when none did."""
        spent = 0
        for one in self.attempts:
            spent += one.calls
            if one.failed:
                return spent
        return None

    @property
    def tries_to_failure(self) -> int | None:
        """Attempts up to and with the one that failed."""
        return next((at for at, one in enumerate(self.attempts, 1) if one.failed), None)


def struck(result: CaseResult) -> Struck:
    case, score = result.case, result.score
    failed = None
    if score is not None:
        failed = True if score.critical_failed else None if score.critical_undecided else False
    return Struck(
        target=case.target,
        attack=case.arm,
        scenario=case.scenario,
        domain=result.domain,
        risk=result.risk,
        tries=case.tries,
        explores=case.explores,
        case=case.id,
        outcome=result.outcome,
        failed=failed,
        attempts=result.attempts,
    )


class Attacked:
    """The attacked cases of a run, in any order of arrival."""

    def __init__(self) -> None:
        self._found: dict[str, Struck] = {}

    def add(self, result: CaseResult) -> None:
        self._found[result.case.id] = struck(result)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Struck]:
        """In an order that does not depend on who answered first."""
        return (self._found[name] for name in sorted(self._found))
