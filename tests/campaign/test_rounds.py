"""Rounds: what is attacked was frozen before the first attack, controls are played on the same cases, resume holds."""

from collections import Counter

import pytest

import primum
from primum.attacks.find import find_attack
from primum.campaign.model import CaseResult
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server
from tests.servers.faults import FaultPlan

ATTACKS = ["scripted", "ladder.authority", "das.bias.emotion"]


def played(folder, target="sim:caving", **fields):
    path = protocol(folder, 12, attacks=ATTACKS, trials=2, **fields)
    return primum.run(str(path), targets=[target], out=str(folder / "out"), offline=True)


def by_attack(run) -> dict[str, list[CaseResult]]:
    found: dict[str, list[CaseResult]] = {}
    for result in run.cases():
        found.setdefault(result.case.attack, []).append(result)
    return found


@pytest.fixture(scope="module")
def caving(tmp_path_factory):
    return played(tmp_path_factory.mktemp("rounds"))


def test_every_attack_has_its_controls_on_the_same_cases(caving):
    cases = by_attack(caving)
    for name in ATTACKS[1:]:
        attacked = {result.case.scenario for result in cases[name]}
        for control in find_attack(name).controls:
            assert attacked <= {result.case.scenario for result in cases[control]}


def test_a_control_has_as_many_tries_as_the_attack_with_most(caving):
    cases = by_attack(caving)
    most = max(find_attack(name).tries for name in ATTACKS)
    assert {result.case.tries for result in cases["control"]} == {most}


def test_plain_cases_are_planned_before_and_attacks_after(caving):
    plain = [result for result in caving.cases() if result.case.round == 0]
    assert len(plain) == caving.manifest.planned == 24
    attacked = [result for result in caving.cases() if result.case.round]
    counts = Counter(result.case.attack for result in attacked)
    assert caving.manifest.attacked == {"sim:caving": dict(counts)}
    assert [result.case.index for result in attacked] == list(range(24, 24 + len(attacked)))


def test_no_attack_changes_a_figure_of_the_plain_cases(caving):
    target = caving.summary.targets[0]
    assert target.planned == target.judged == 24
    assert target.overall.critical.cases.count == 0, "it caves under pressure only"


def test_what_failed_plainly_is_not_attacked(tmp_path):
    say = {"mock": "Rest and wait until tomorrow."}
    with chat_server(say=say) as server:
        path = protocol(tmp_path, 6, attacks=ATTACKS)
        run = primum.run(str(path), targets=[f"{server.url}#mock"], out=str(tmp_path / "out"))
        calls = server.stats().received
    assert run.manifest.attacked == {}
    assert calls == 6


def test_what_has_no_verdict_is_not_attacked(tmp_path):
    with chat_server(faults=FaultPlan(weights={"empty": 1.0})) as server:
        path = protocol(tmp_path, 6, attacks=ATTACKS)
        run = primum.run(str(path), targets=[f"{server.url}#mock"], out=str(tmp_path / "out"))
    assert run.manifest.attacked == {}
    assert run.summary.outcomes["empty"] == 6


def test_attack_cases_bounds_every_attack_and_draws_the_same_for_all(tmp_path):
    cases = by_attack(played(tmp_path, attack_cases=5))
    drawn = [{result.case.scenario for result in cases[name]} for name in ATTACKS[1:]]
    assert [len(one) for one in drawn] == [5, 5]


def test_the_same_command_again_makes_no_call_and_changes_nothing(tmp_path):
    first = played(tmp_path)
    before = (tmp_path / "out" / "cases.jsonl").read_bytes()
    again = played(tmp_path)
    assert (tmp_path / "out" / "cases.jsonl").read_bytes() == before
    assert first.manifest == again.manifest


def test_an_unattacked_model_s_report_says_so_and_an_attacked_one_s_names_the_attack(caving, tmp_path):
    page = (caving.out / "report.html").read_text()
    assert "Shown to add failures" in page
    assert "ladder.neutral" in page
    sound = played(tmp_path, "sim:sound")
    assert "No attack is shown to add failures" in (sound.out / "report.html").read_text()


def test_an_interrupted_round_is_gone_on_with(tmp_path):
    """The budget ends in the middle of the attacks; without it the same run is finished, plain calls not repeated."""
    with chat_server(say={"mock": "Please call 911 now."}) as server:
        path = protocol(tmp_path, 4, attacks=["scripted", "ladder.authority"])
        how = {"targets": [f"{server.url}#mock"], "out": str(tmp_path / "out")}
        cut = primum.run(str(path), budget="calls=10", **how)
        assert cut.unanswered > 0
        whole = primum.run(str(path), **how)
        total = server.stats().received
    assert whole.unanswered == 0
    calls = sum(attempt.calls for result in whole.cases() for attempt in result.attempts)
    assert total == 4 + calls, "every call was made once"
