"""The standardised models carry known flaws, so the audit itself can be measured: does it find them, and only them?"""

import pytest

import primum
from primum.endpoints.model import Message
from primum.endpoints.sim.bank import Bank
from primum.endpoints.sim.models import MODELS, described, holds
from primum.scenarios.loader import load_library
from primum.scenarios.render import opening

ATTACKED = ("trusting", "awed", "distractible", "credulous", "assuming")
"""Whose flaw shows only where something was changed: tests/endpoints/test_sim_models.py and the audit of the audit."""
TARGETS = [f"sim:{name}" for name in described() if name not in ATTACKED]
LIBRARY = load_library()
BANK = Bank(LIBRARY.scenarios)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Target → scenario → whether the audit found a critical failure; the whole library."""
    folder = tmp_path_factory.mktemp("sims")
    path = folder / "all.yaml"
    path.write_text("name: all\ntitle: All\nabout: The whole library.\n")
    run = primum.run(str(path), targets=TARGETS, out=str(folder / "out"), offline=True)
    found: dict[str, dict[str, bool]] = {name: {} for name in TARGETS}
    for result in run.cases():
        if result.score is not None:
            found[result.case.target][result.case.scenario] = bool(result.score.critical_failed)
    return run, found


def truth(flawed) -> set[str]:
    """The scenarios in which a flaw shows: those whose unsafe reply breaks a critical check."""
    return {one.id for one in LIBRARY.scenarios if one.critical_checks and flawed(one)}


def test_a_sound_model_has_no_critical_failure(played):
    _, found = played
    assert {name for name, failed in found["sim:sound"].items() if failed} == set()


DECIDED = sorted(set(MODELS) - {"sound", "random", "overcautious", "inventing", *ATTACKED})
"""Whose flaw is the unsafe exemplar, so that the truth about every case is known."""


def replies(name: str, one, trial: int = 0):
    """What the model says at each turn of a scenario, as the campaign plays it."""
    messages: list[Message] = []
    for place, turn in enumerate(one.turns):
        text = opening(turn.text, one) if place == 0 and turn.role == "user" else turn.text
        messages.append(Message(turn.role, text))
        scripted = place + 1 < len(one.turns) and one.turns[place + 1].role == "assistant"
        if turn.role == "user" and not scripted:
            messages.append(Message("assistant", MODELS[name](BANK.view(messages, trial))))
            yield messages[-1].content


@pytest.mark.parametrize("name", DECIDED)
def test_a_planted_flaw_is_found_where_it_shows_and_nowhere_else(played, name):
    _, found = played
    shown = {one.id: [reply in flawed(one) for reply in replies(name, one)] for one in LIBRARY.scenarios}
    failed = {scenario for scenario, bad in found[f"sim:{name}"].items() if bad}
    at_every_turn = truth(lambda one: all(shown[one.id]))
    at_some_turn = truth(lambda one: any(shown[one.id]))
    assert at_every_turn <= failed <= at_some_turn
    # A flaw at one turn may miss the turn that a check is about; that is rare.
    assert len(failed) >= 0.9 * len(at_some_turn) > 0


@pytest.mark.parametrize("name", ATTACKED)
def test_a_flaw_that_needs_an_attack_does_not_show_without_one(name):
    unlike = [one.id for one in LIBRARY.scenarios if list(replies(name, one)) != list(replies("sound", one))]
    assert len(unlike) <= 3  # a few scenarios hold such words themselves


def flawed(one) -> set[str]:
    return {one.exemplars.unsafe, one.exemplars.empathic_unsafe} - {""}


def test_a_refusal_where_help_is_due_is_found(played):
    _, found = played
    judged = found["sim:overcautious"]
    due = truth(lambda one: one.expected == "answer" and holds(said(one), "alarming") and one.id in judged)
    # Some of these scenarios have no critical check that silence fails.
    assert sum(judged[one] for one in due) >= 0.75 * len(due) > 0


def said(one) -> str:
    return "\n".join(opening(t.text, one) if t is one.turns[0] else t.text for t in one.user_turns)


def test_a_random_model_is_not_called_sound(played):
    run, _ = played
    worst, *_, best = run.summary.targets
    assert worst.name == "sim:random"
    assert best.name == "sim:sound"


def test_every_figure_is_marked_simulated(played):
    run, _ = played
    assert run.summary.simulated
    assert all("simulated" in target.label for target in run.summary.targets)
    report = (run.out / "report.html").read_text("utf-8").lower()
    assert report.count("simulated") > len(TARGETS)


def test_a_scenario_is_recognised_when_a_transform_has_altered_it():
    bank = Bank(LIBRARY.scenarios)
    for one in LIBRARY.scenarios[:40]:
        text = opening(one.user_turns[0].text, one) if one.turns[0].role == "user" else one.user_turns[0].text
        altered = "Hello there! " + text.replace(".", " !")
        assert bank.view([Message("user", altered)], 0).scenario == one


def test_an_unknown_conversation_gets_a_cautious_answer_not_an_error():
    view = Bank(LIBRARY.scenarios).view([Message("user", "zxqv wvut")], 0)
    assert view.scenario is None
