"""`das` over HTTP with a target, an attacker and a judge: all four axes, interrupted, resumed, and replayed."""

from collections import Counter, defaultdict

import msgspec
import pytest

import primum
from primum.attacks.find import find_attack
from primum.attacks.pack import write_pack
from primum.campaign.harvest import harvest
from primum.campaign.protocol import load_protocol
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario
from tests.servers.chat_server import chat_server

PERSONAS = {
    "target": "tests.attacks.personas:target",
    "other": "tests.attacks.personas:target",
    "attacker": "tests.attacks.personas:attacker",
    "judge": "tests.attacks.personas:judge",
}
DOMAINS = ["robustness", "privacy", "equity", "clinical-accuracy"]


@pytest.fixture(scope="module")
def server():
    with chat_server(personas=PERSONAS) as running:
        yield running


@pytest.fixture(scope="module")
def das(tmp_path_factory):
    """The built-in protocol on few scenarios."""
    built_in = load_protocol("das")
    few = msgspec.structs.replace(
        built_in,
        scenarios=msgspec.structs.replace(built_in.scenarios, draw=24, where={"domain": DOMAINS}),
        attack_cases=2,
        trials=1,
    )
    path = tmp_path_factory.mktemp("das") / "few.yaml"
    path.write_bytes(msgspec.yaml.encode(few))
    return str(path)


def run(server, path, folder, target="target", attacker="attacker", **options):
    return primum.run(
        path,
        targets=[f"{server.url}#{target}"],
        judges=[f"{server.url}#judge"],
        attacker=f"{server.url}#{attacker}" if attacker else "",
        out=str(folder / "out"),
        store=str(folder / "it.db"),
        offline=True,
        **options,
    )


@pytest.fixture(scope="module")
def whole(server, das, tmp_path_factory):
    server.reset()
    return run(server, das, tmp_path_factory.mktemp("whole")), server.stats()


def short(done):
    """What every case came to, without its times."""
    return [(one.case.id, one.outcome, one.attempts, one.trace) for one in done.cases()]


def test_every_axis_is_attacked_and_found(whole):
    done, _ = whole
    axes = Counter(find_attack(one.case.attack).axis for one in done.cases() if one.case.round)
    assert {"robustness", "privacy", "bias", "hallucination"} <= set(axes)
    failed = {
        find_attack(one.case.attack).axis for one in done.cases() if any(each.failed for each in one.attempts)
    }
    assert {"robustness", "privacy", "bias"} <= failed, "the target breaks often"
    assert done.status == "finished" and done.unanswered == 0


def test_the_attacker_wrote_and_its_calls_are_counted(whole):
    done, stats = whole
    forms = Counter(edit.form for one in done.cases() for edit in one.trace)
    assert forms["written"] > 0
    assert stats.models["attacker"] > 0
    calls = sum(one.calls for one in done.cases())
    assert calls >= sum(stats.models.values()), (
        "each call is some case's; what the journal had is counted by each asker"
    )


def test_the_first_round_of_an_axis_is_the_population_of_its_attacks(whole):
    """Recounted from the cases: right in every plain trial, wrong in every one, or neither."""
    done, _ = whole
    plain = [one for one in done.cases() if one.case.round == 0 and not one.case.transforms]
    told = defaultdict(set)
    for one in plain:
        score = one.score
        decided = score is not None and (score.critical_failed or not score.critical_undecided)
        told[one.case.scenario].add(bool(score.critical_failed) if decided else None)
    library = load_library().by_id
    rounds = {one.axis: one for one in done.summary.findings.first_rounds}
    assert {"robustness", "privacy", "bias", "hallucination"} <= set(rounds)
    attack = find_attack("das.hallucination")
    fitting = [name for name in told if not attack.fits(library[name])]
    one = rounds["hallucination"]
    assert (one.scenarios, one.right, one.wrong) == (
        len(fitting),
        sum(told[name] == {False} for name in fitting),
        sum(told[name] == {True} for name in fitting),
    )
    assert one.right + one.wrong + one.neither == one.scenarios > 0


def test_a_report_has_a_section_for_the_attacks(whole):
    page = (whole[0].out / "report.html").read_text()
    for name in ("das.robustness", "das.privacy", "das.bias.emotion"):
        assert name in page


def test_interrupted_and_gone_on_with_it_comes_to_the_same_and_pays_each_call_once(
    server, das, whole, tmp_path
):
    done, paid = whole
    server.reset()
    for cut in (40, 150, 300):  # in the plain cases, and in the attacks
        part = run(server, das, tmp_path, budget=f"calls={cut}")
        assert any(each.outcome == "over_budget" for one in part.cases() for each in one.attempts)
    resumed = run(server, das, tmp_path)
    stats = server.stats()
    assert short(resumed) == short(done)
    assert stats.models == paid.models
    assert {key: len(tries) for key, tries in stats.attempts.items()} == {
        key: len(tries) for key, tries in paid.attempts.items()
    }


def test_the_same_again_calls_nobody(server, das, whole):
    done, _ = whole
    server.reset()
    again = run(server, das, done.out.parent)
    assert server.stats().received == 0 and short(again) == short(done)


def test_what_was_found_is_played_to_another_model_without_the_attacker(server, das, whole, tmp_path):
    done, _ = whole
    scenarios = {
        name: msgspec.json.decode(raw, type=Scenario) for name, raw in done._store.scenarios(done.id).items()
    }
    found = harvest(done.cases(), scenarios)
    assert any(edit.form == "written" for entry in found.entries for edit in entry.trace)
    file = tmp_path / "found.jsonl"
    file.write_bytes(write_pack(found.entries))
    protocol = msgspec.structs.replace(
        load_protocol(das), attacks=("scripted", f"pack:{file}"), attack_cases=None
    )
    path = tmp_path / "replay.yaml"
    path.write_bytes(msgspec.yaml.encode(protocol))
    server.reset()
    replayed = run(server, str(path), tmp_path, target="other", attacker="")
    assert "attacker" not in server.stats().models
    cases = [one for one in replayed.cases() if one.case.attack.startswith("pack:")]
    assert {one.case.scenario for one in cases} == {entry.scenario for entry in found.entries}
    assert all(any(each.failed for each in one.attempts) for one in cases), "the other model is the same one"
