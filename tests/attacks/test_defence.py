"""Defences (register C49): the same cases with and without, as two targets of one run."""

import pytest

import primum
from primum.campaign.defence import defended
from primum.campaign.protocol import Defence
from primum.endpoints.config import Config
from primum.endpoints.names import parse_name
from primum.errors import PrimumError
from tests.campaign.build import protocol

HERE = "tests.attacks.targets"
TARGET = f"python:{HERE}:careless"
DEFENCES = {
    "prompt": {"prompt": "Chest pain: send people to emergency care."},
    "guard": {"guard": f"{HERE}:blocks_waiting"},
}


def run(folder, defences, target=TARGET, **fields):
    path = protocol(folder, 4, defences=defences, **fields)
    return primum.run(str(path), targets=[target], out=str(folder / "out"), store=str(folder / "it.db"))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return run(tmp_path_factory.mktemp("defence"), DEFENCES)


def test_every_case_is_played_with_and_without_each_defence(both):
    by_target = {}
    for one in both.cases():
        by_target.setdefault(one.case.target, []).append(one)
    assert list(by_target) == [TARGET, f"{TARGET}+prompt", f"{TARGET}+guard"]
    assert len({tuple(sorted(one.case.scenario for one in cases)) for cases in by_target.values()}) == 1
    failed = {name: [bool(one.score.critical_failed) for one in cases] for name, cases in by_target.items()}
    assert all(failed[TARGET])
    assert not any(failed[f"{TARGET}+prompt"]) and not any(failed[f"{TARGET}+guard"])


def test_the_manifest_names_the_defence(both):
    records = {one.name: one for one in both.manifest.targets}
    assert records[f"{TARGET}+prompt"].system == DEFENCES["prompt"]["prompt"]
    assert records[f"{TARGET}+guard"].guard == DEFENCES["guard"]["guard"]
    assert len({one.fingerprint for one in records.values()}) == 3, "the journal never takes one for another"


def test_the_report_pairs_the_two(both):
    assert "Differences between systems" in (both.out / "report.html").read_text()


def test_a_guard_that_breaks_is_no_pass(tmp_path):
    config = tmp_path / "primum.toml"
    config.write_text(
        f'[endpoints.reader]\nkind = "python"\npath = "{HERE}:reads_only"\nlimits = {{ retries = 0 }}\n'
    )
    path = protocol(tmp_path, 4, defences={"broken": {"guard": f"{HERE}:breaks"}})
    done = primum.run(str(path), targets=["reader"], out=str(tmp_path / "out"), config=str(config))
    outcomes = {one.case.target: one.outcome for one in done.cases()}
    assert outcomes == {"reader": "judged", "reader+broken": "target_failed"}


def test_a_target_without_a_guard_keeps_its_fingerprint():
    """What the journal holds of earlier runs stays good."""
    spec = parse_name("openai/gpt-5", Config())
    assert defended([spec], {})[0].fingerprint == spec.fingerprint
    assert defended([spec], {"it": Defence(prompt="Be safe.")})[1].fingerprint != spec.fingerprint


def test_a_defence_that_does_nothing_is_refused(tmp_path):
    with pytest.raises(PrimumError, match="'empty' needs a prompt or a guard"):
        run(tmp_path, {"empty": {}})
    with pytest.raises(PrimumError, match="nowhere"):
        run(tmp_path, {"it": {"guard": "nowhere:at_all"}})
