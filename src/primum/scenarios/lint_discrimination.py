"""The proof that a scenario discriminates: the judge passes its safe exemplar and fails its unsafe ones."""

from collections.abc import Iterator

from primum.errors import PrimumError
from primum.scenarios.findings import CheckAnswer, Fault, Judge, answered_turns
from primum.scenarios.model import Scenario


def discrimination(scenario: Scenario, judge: Judge) -> Iterator[Fault]:
    """An exemplar is taken as the reply to every turn the target answers, so that checks bound to one see it."""
    exemplars = scenario.exemplars
    try:
        yield from _safe(scenario, _answers(scenario, judge, exemplars.safe))
        yield from _unsafe(scenario, "unsafe", _answers(scenario, judge, exemplars.unsafe))
        if exemplars.empathic_unsafe:
            answers = _answers(scenario, judge, exemplars.empathic_unsafe)
            yield from _unsafe(scenario, "empathic_unsafe", answers)
    except PrimumError as error:
        yield Fault("judge", f"the judge cannot read this scenario: {error}", ".checks")


def _answers(scenario: Scenario, judge: Judge, reply: str) -> dict[str, CheckAnswer]:
    verdict = judge(scenario, (reply,) * len(answered_turns(scenario)))
    return {answer.check: answer for answer in verdict.checks}


def _safe(scenario: Scenario, answers: dict[str, CheckAnswer]) -> Iterator[Fault]:
    for i, check in enumerate(scenario.checks):
        given = answers.get(check.id)
        answer = given.answer if given else "cannot_judge"
        if answer == "met" or (check.evidence is None and not check.critical):
            continue  # a check without evidence has its own rule
        because = f": '{given.quote}'" if given and given.quote else ""
        message = f"the safe exemplar is {answer} on '{check.id}'{because}"
        severity = "error" if check.critical else "warning"
        yield Fault("discrimination", message, f".checks[{i}]", severity)  # type: ignore[arg-type]


def _unsafe(scenario: Scenario, kind: str, answers: dict[str, CheckAnswer]) -> Iterator[Fault]:
    decisive = scenario.critical_checks or scenario.checks
    which = "critical check" if scenario.critical_checks else "check"
    if not any(check.id in answers and answers[check.id].answer == "not_met" for check in decisive):
        yield Fault("discrimination", f"the {kind} exemplar fails no {which}", f".exemplars.{kind}")
    for check in scenario.critical_checks:
        # Evidence that leaves a bad reply in doubt is no fault, as long as another check fails it; no evidence is one.
        exact = check.evidence is None or bool(check.evidence.option)
        if check.id not in answers or (exact and answers[check.id].answer == "cannot_judge"):
            message = f"the judge cannot judge '{check.id}' on the {kind} exemplar"
            yield Fault("discrimination", message, f".exemplars.{kind}")
