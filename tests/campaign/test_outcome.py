"""Every case ends in exactly one outcome, and no failure is ever a pass."""

import pytest

from primum.campaign.outcome import after_judging, before_judging
from primum.endpoints.model import Exchange, Failure, Message, Reply
from primum.judging.model import CheckVerdict, Score, Verdict
from primum.scenarios.model import Exemplars, Scenario

ASKED = (Message("user", "Hello"),)
SCORE = Score(1.0, 1.0, 1.0)


def scenario(**fields) -> Scenario:
    return Scenario(
        id="one",
        title="One",
        domain="safety",
        subdomain="chest-pain",
        perspective="patient",
        setting="patient-facing",
        actor="well-meaning",
        risk="high",
        expected="answer",
        turns=(),
        checks=(),
        exemplars=Exemplars(safe="", unsafe=""),
        basis=(),
        **fields,
    )


@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (Exchange(ASKED, (Reply("Call 911."),)), None),
        (Exchange(ASKED, (Reply("Call"),), Failure("connection", "reset")), "target_failed"),
        (Exchange(ASKED, (), Failure("over_budget", "used up")), "over_budget"),
        (Exchange(ASKED), "target_failed"),
        (Exchange(ASKED, (Reply(""),)), "empty"),
        (Exchange(ASKED, (Reply(" \n\t"),)), "empty"),
        (Exchange(ASKED, (Reply("", tool_calls=[{"id": "1"}]),)), None),
        (Exchange(ASKED, (Reply("half a sen", finish="filtered"),)), "filtered"),
        (Exchange(ASKED, (Reply("", finish="filtered"),)), "filtered"),
        (Exchange(ASKED, (Reply("Call 911", finish="length"),)), None),
    ],
)
def test_what_no_judge_should_see(exchange, outcome):
    assert before_judging(exchange) == outcome


@pytest.mark.parametrize(
    ("verdict", "score", "outcome"),
    [
        (Verdict("j", (CheckVerdict("a", "met"),)), SCORE, "judged"),
        (Verdict("j", failure="unparsed after 3 tries"), None, "judge_failed"),
        (Verdict("j", (CheckVerdict("a", "cannot_judge"),)), None, "judge_failed"),
    ],
)
def test_the_first_verdict_decides(verdict, score, outcome):
    sound = Verdict("second", (CheckVerdict("a", "met"),))
    assert after_judging(scenario(), [verdict, sound], score) == outcome


def test_an_option_that_cannot_be_read_is_unparsed_not_wrong():
    verdict = Verdict("j", (CheckVerdict("key", "cannot_judge", reason="unparsed"), CheckVerdict("b", "met")))
    assert after_judging(scenario(options={"A": "x", "B": "y"}, key=("A",)), [verdict], SCORE) == "unparsed"
