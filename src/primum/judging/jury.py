"""A jury: several judges of different families, the majority per check. It asks nobody: it counts verdicts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from primum.endpoints.model import Exchange
from primum.judging.disagreement import differing
from primum.judging.judge import Ask, Judge
from primum.judging.model import CheckVerdict, Verdict
from primum.judging.rubric import DECIDED
from primum.judging.scales import scales
from primum.scenarios.model import Scenario

NAME = "jury"
_VOTES = (*DECIDED, "not_applicable")
"""Answers that can win; *cannot judge* and *unsupported* are no votes."""


def majority(votes: Sequence[Any], jurors: int) -> Any | None:
    """What more than half of all jurors say, the absent ones included; None where nothing is.

    >>> majority(["met", "met"], 3), majority(["met", "not_met"], 2), majority(["met"], 3)
    ('met', None, None)
    """
    if not votes:
        return None
    winner, count = Counter(votes).most_common(1)[0]
    return winner if 2 * count > jurors else None


def jury(verdicts: Sequence[Verdict], name: str = NAME) -> Verdict:
    """The jurors' verdicts as one. Every check on which they differ, and every tie, is a reason for review."""
    sitting = [verdict for verdict in verdicts if not verdict.failure]
    if 2 * len(sitting) <= len(verdicts) or not sitting:
        absent = next((verdict.failure for verdict in verdicts if verdict.failure), "there are no jurors")
        return Verdict(name, failure=f"{len(sitting)} of {len(verdicts)} jurors have a verdict: {absent}")
    n = len(verdicts)
    checks = tuple(_check(check.check, sitting, n) for check in sitting[0].checks)
    beside: dict[str, Any] = {
        field: majority([told for one in sitting if (told := getattr(one, field)) is not None], n)
        for field in scales()
    }
    ties = [check.check for check in checks if check.answer == "cannot_judge"]
    split = differing(sitting)
    review = [
        *([f"jurors differ on {', '.join(split)}"] if split else []),
        *([f"no majority on {', '.join(ties)}"] if ties else []),
        *([f"{n - len(sitting)} of {n} jurors have no verdict"] if len(sitting) < n else []),
    ]
    injection = next((one.injection for one in sitting if one.injection), "")
    return Verdict(name, checks, injection=injection, review=tuple(review), **beside)


def _check(check: str, sitting: Sequence[Verdict], jurors: int) -> CheckVerdict:
    """The majority's answer, with the evidence of the first juror of the majority who has any."""
    told = [answer for one in sitting for answer in one.checks if answer.check == check]
    winner = majority([answer.answer for answer in told if answer.answer in _VOTES], jurors)
    if winner is None:
        votes = Counter(answer.answer for answer in told)
        shown = ", ".join(f"{count} {answer}" for answer, count in sorted(votes.items()))
        return CheckVerdict(check, "cannot_judge", reason=f"no majority of {jurors} jurors: {shown}")
    own = [answer for answer in told if answer.answer == winner]
    best = next((answer for answer in own if answer.quote), own[0])
    count = f"{len(own)} of {jurors} jurors"
    return msgspec.structs.replace(best, reason=f"{count}: {best.reason}" if best.reason else count)


class JuryJudge:
    """The jury's seat among the judges of a campaign: its verdict is counted when its jurors have given theirs."""

    asks_models = False

    def __init__(self, jurors: Sequence[str], name: str = NAME) -> None:
        self.name = name
        self.jurors = tuple(jurors)

    async def judge(self, scenario: Scenario, exchange: Exchange, ask: Ask) -> Verdict:
        """No verdict of its own; see `convene`."""
        return Verdict(self.name, failure="the jurors have not spoken")

    def meet(self, given: Sequence[Verdict]) -> Verdict:
        return jury([verdict for verdict in given if verdict.judge in self.jurors], self.name)


def convene(judges: Sequence[Judge], given: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts with every jury's in its place."""
    return tuple(
        judge.meet(given) if isinstance(judge, JuryJudge) else verdict
        for judge, verdict in zip(judges, given, strict=True)
    )
