"""Why a human should look at a case: every reason that its verdicts give, by kind."""

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import msgspec

from primum.judging.disagreement import between, with_rubric
from primum.judging.model import Verdict
from primum.judging.preset import ADDRESSED, NO_VERDICT
from primum.scenarios.model import Scenario

ReasonKind = Literal[
    "injection", "judge-failed", "unsupported", "judge-rubric", "judge-judge", "judge-offline", "preset"
]
KINDS: tuple[ReasonKind, ...] = get_args(ReasonKind)


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason."""

    kind: ReasonKind
    judge: str
    """Whose verdict gives it."""
    about: str = ""
    check: str = ""
    """The check it is about; empty where it is the whole verdict."""


def reasons_for_review(scenario: Scenario | None, verdicts: Sequence[Verdict]) -> tuple[Reason, ...]:
    """All of them, in the order of KINDS. Without the scenario a judge cannot be held against its own rubric.

    >>> [reason.kind for reason in reasons_for_review(None, [Verdict("j", failure="too slow")])]
    ['judge-failed']
    """
    found = [*_spoken_to(verdicts), *_between(verdicts)]
    for verdict in verdicts:
        found += _of_one(verdict)
        if scenario is not None:
            found += [
                Reason(one.kind, one.first, one.second, one.check) for one in with_rubric(scenario, verdict)
            ]
    return tuple(sorted(found, key=lambda reason: KINDS.index(reason.kind)))


def _spoken_to(verdicts: Sequence[Verdict]) -> Iterator[Reason]:
    """Words to the judge are one finding, however many judges they reach."""
    told = next((verdict for verdict in verdicts if verdict.injection), None)
    if told is not None:
        yield Reason("injection", told.judge, ADDRESSED)


def _between(verdicts: Sequence[Verdict]) -> Iterator[Reason]:
    for one in between(verdicts):
        yield Reason(one.kind, one.first, f"{one.about}, by {one.second}", one.check)


def _of_one(verdict: Verdict) -> Iterator[Reason]:
    if verdict.failure:
        yield Reason("judge-failed", verdict.judge, verdict.failure)
    for check in verdict.checks:
        if check.answer == "unsupported":
            yield Reason("unsupported", verdict.judge, check.reason, check.check)
    if verdict.preset:
        for why in verdict.review:
            if why not in (ADDRESSED, NO_VERDICT):  # reasons of their own
                yield Reason("preset", verdict.judge, why)
