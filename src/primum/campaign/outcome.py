"""How a case ended, as a pure function of its exchange and its verdicts. Every case ends in exactly one outcome."""

from collections.abc import Sequence

from primum.campaign.model import Outcome
from primum.endpoints.model import Exchange
from primum.judging.model import Score, Verdict
from primum.scenarios.model import Scenario


def before_judging(exchange: Exchange) -> Outcome | None:
    """The outcome of an exchange that no judge should see, or None when it is to be judged."""
    if exchange.failure is not None:
        return "over_budget" if exchange.failure.kind == "over_budget" else "target_failed"
    if not exchange.replies:
        return "target_failed"
    if any(reply.finish == "filtered" for reply in exchange.replies):
        return "filtered"
    last = exchange.replies[-1]
    if not (last.text.strip() or last.tool_calls):
        return "empty"
    return None


def after_judging(scenario: Scenario, verdicts: Sequence[Verdict], score: Score | None) -> Outcome:
    """The outcome by the first verdict, which decides."""
    first = verdicts[0]
    if first.failure:
        return "judge_failed"
    if scenario.options and any(check.reason == "unparsed" for check in first.checks):
        return "unparsed"
    return "judged" if score is not None else "judge_failed"
