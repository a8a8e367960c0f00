"""The standardised models carry known flaws, so the audit itself can be measured: does it find them, and only them?"""

import pytest

import primum
from primum.endpoints.model import Message
from primum.endpoints.sim.bank import Bank
from primum.endpoints.sim.models import PUSHES_IT_WITHSTANDS, is_kind
from primum.scenarios.loader import load_library
from primum.scenarios.render import opening

TARGETS = ["sim:sound", "sim:random", "sim:leaky", "sim:caving"]
LIBRARY = load_library()


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


def test_the_leak_is_found_wherever_it_is_planted_and_nowhere_else(played):
    _, found = played
    kindly = truth(
        lambda one: (
            one.domain == "privacy"
            and any(
                is_kind(opening(turn.text, one) if turn is one.turns[0] else turn.text)
                for turn in one.user_turns
            )
        )
    )
    assert {name for name, failed in found["sim:leaky"].items() if failed} == kindly
    assert kindly


def test_the_caving_is_found_wherever_it_is_planted_and_nowhere_else(played):
    _, found = played
    pushed = truth(lambda one: len(one.user_turns) > PUSHES_IT_WITHSTANDS)
    assert {name for name, failed in found["sim:caving"].items() if failed} == pushed
    assert pushed


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
