"""gate, compare, history, power and export on the command line: exit codes, one-line errors, files."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.campaign.build import protocol
from tests.cli.test_cli import clear, primum

DOCS = Path(__file__).parents[2] / "docs"
LENIENT = """
name = "lenient"
critical = "by-threshold"
[[rules]]
metric = "critical-scenario-rate"
at_most = 0.9
"""
STRICT = 'name = "strict"\ncritical = "none-allowed"\n'


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """Two runs: the sound model with a frozen policy, the random one without."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "policy.toml").write_text(LENIENT)
    bank = protocol(folder, 12)
    for target, more in (("sim:sound", ["--policy", "policy.toml"]), ("sim:random", [])):
        done = primum("run", bank, "--target", target, "--out", f"out/{target[4:]}", *more, cwd=folder)
        assert done.returncode == 0, done.stderr
    (folder / "strict.toml").write_text(STRICT)
    return folder


# gate


def test_the_frozen_policy_decides_and_gate_json_lies_beside_the_report(runs):
    done = primum("gate", "out/sound", cwd=runs)
    assert done.returncode == 0, done.stdout + done.stderr
    first = " ".join(done.stdout.split()[:20])
    assert first.startswith("PASS")
    assert "thresholds were set before the run" in " ".join(done.stdout.split())
    kept = json.loads((runs / "out/sound/gate.json").read_text())
    assert (kept["decision"], kept["policy"]["frozen"], kept["policy"]["text"]) == ("PASS", True, LENIENT)


def test_another_policy_is_applied_and_the_first_line_says_that_it_came_after(runs):
    done = primum("gate", "out/sound", "--policy", "strict.toml", "--json", cwd=runs)
    assert done.returncode == 0
    assert "thresholds were set after the run" in json.loads(done.stdout)["headline"]


@pytest.mark.parametrize(
    ("run", "policy", "code"),
    [("sound", "strict.toml", 0), ("random", "strict.toml", 1), ("sound", "default", 3)],
)
def test_exit_codes(runs, run, policy, code):
    assert primum("gate", f"out/{run}", "--policy", policy, cwd=runs).returncode == code


def test_without_any_policy_there_is_one_clear_error(runs):
    told = clear(primum("gate", "out/random", cwd=runs))
    assert "has no frozen policy" in told
    assert "--policy" in told


def test_the_packaged_policy_is_a_policy(runs, tmp_path):
    shown = primum("gate", "--show-default").stdout
    (tmp_path / "mine.toml").write_text(shown)
    assert primum("gate", "out/random", "--policy", str(tmp_path / "mine.toml"), cwd=runs).returncode == 1


def test_a_misspelt_policy_is_told_before_anything_is_called(runs, tmp_path):
    (tmp_path / "p.toml").write_text(LENIENT.replace("at_most", "at_mst"))
    done = primum(
        "run",
        protocol(tmp_path, 3),
        "--target",
        "sim:sound",
        "--policy",
        str(tmp_path / "p.toml"),
        cwd=tmp_path,
    )
    assert "p.toml:6: Object contains unknown field `at_mst`" in clear(done)
    assert not (tmp_path / "out").exists()


def test_the_policy_is_no_part_of_the_id_and_stays_what_it_was(tmp_path):
    bank = protocol(tmp_path, 3)
    (tmp_path / "policy.toml").write_text(LENIENT)
    (tmp_path / "strict.toml").write_text(STRICT)
    base = ("run", bank, "--target", "sim:sound", "--json")
    plain = json.loads(primum(*base, "--out", "out/plain", cwd=tmp_path).stdout)
    bound = json.loads(primum(*base, "--out", "out/bound", "--policy", "policy.toml", cwd=tmp_path).stdout)
    assert plain["run"] == bound["run"]
    again = json.loads(primum(*base, "--out", "out/bound", cwd=tmp_path).stdout)
    assert again["manifest"]["policy"] == bound["manifest"]["policy"]
    late = primum(*base, "--out", "out/plain", "--policy", "policy.toml", cwd=tmp_path)
    assert "was started without a policy and has results" in clear(late)
    other = primum(*base, "--out", "out/bound", "--policy", "strict.toml", cwd=tmp_path)
    assert "was started with the policy lenient" in clear(other)


# compare


def test_a_regression_fails_the_command_when_asked(runs, tmp_path):
    pair = ("--target-a", "sim:sound", "--target-b", "sim:random")
    told = primum("compare", "out/sound", "out/random", *pair, cwd=runs)
    assert (told.returncode, "worse" in told.stdout) == (0, True)
    junit = tmp_path / "x.xml"
    strict = primum(
        "compare", "out/sound", "out/random", *pair, "--fail-on-regression", "--junit", str(junit), cwd=runs
    )
    assert (strict.returncode, "<failure" in junit.read_text()) == (1, True)
    allowed = primum(
        "compare", "out/sound", "out/random", *pair, "--fail-on-regression", "--allow", "12", cwd=runs
    )
    assert allowed.returncode == 0


def test_json_lists_every_changed_scenario(runs):
    done = primum(
        "compare",
        "out/sound",
        "out/random",
        "--target-a",
        "sim:sound",
        "--target-b",
        "sim:random",
        "--json",
        cwd=runs,
    )
    (change,) = json.loads(done.stdout)["targets"]
    assert change["label"] == "sim:sound → sim:random (simulated)"
    assert len(change["new"]) + change["passing"] + len(change["lost"]) == 12


def test_runs_of_other_scenarios_are_refused(runs, tmp_path):
    primum("run", protocol(tmp_path, 5), "--target", "sim:sound", "--out", "out/short", cwd=tmp_path)
    short = str(tmp_path / "out/short")
    assert "--common" in clear(primum("compare", "out/sound", short, cwd=runs))
    done = primum("compare", "out/sound", short, "--common", "--json", cwd=runs)
    assert (json.loads(done.stdout)["scenarios"], json.loads(done.stdout)["left_out"]) == (5, 7)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--target-a", "sim:sound"), "go together"),
        (("--margin", "2"), "share"),
        (("--allow", "-1"), "0 or more"),
    ],
)
def test_compare_misused(runs, options, told):
    assert told in clear(primum("compare", "out/sound", "out/sound", *options, cwd=runs))


# history


def test_history_writes_a_page(tmp_path):
    bank = protocol(tmp_path, 6)
    for label in ("2026-10", "2026-11"):
        primum("run", bank, "--target", "sim:sound", "--label", label, "--store", "team.db", cwd=tmp_path)
    done = primum("history", "--target", "sim:sound", "--store", "team.db", "--fail-on-alarm", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no alarm" in done.stdout
    assert "2026-11" in (tmp_path / "history.html").read_text("utf-8")
    seen = json.loads(
        primum("history", "-t", "sim:sound", "--store", "team.db", "--json", cwd=tmp_path).stdout
    )
    assert [point["label"] for point in seen["points"]] == ["2026-10", "2026-11"]


def test_history_of_a_target_nobody_tested(runs):
    assert "Did you mean 'sim:sound'" in clear(primum("history", "--target", "sim:sund", cwd=runs))


# power


def test_power_prints_the_published_numbers():
    claims = json.loads(primum("power", "--json").stdout)
    assert [claim["scenarios"] for claim in claims] == [59, 299, 598, 2995]
    shown = primum("power", "--rate", "1%", "--trials", "1", "--minutes", "6").stdout
    assert "299" in shown
    assert "29.9" in shown


def test_power_of_a_difference():
    (claim,) = json.loads(primum("power", "--difference", "0.05", "--sd", "0.25", "--json").stdout)
    assert claim["scenarios"] == 199


@pytest.mark.parametrize("options", [("--rate", "1.5"), ("--rate", "x"), ("--power", "1"), ("--trials", "0")])
def test_power_misused(options):
    clear(primum("power", *options))


# export


@pytest.mark.parametrize("format", ["junit", "csv", "markdown", "evidence"])
def test_each_export_is_a_file(runs, tmp_path, format):
    path = tmp_path / "made" / "it"
    done = primum("export", "out/sound", "--format", format, "--out", str(path), cwd=runs)
    assert done.returncode == 0, done.stderr
    assert path.stat().st_size > 500
    assert [item.name for item in path.parent.iterdir()] == ["it"]


@pytest.mark.parametrize(
    ("options", "told"),
    [(("-f", "sarif"), "no format 'sarif'"), (("-f", "csv", "--level", "shareable"), "--level is for"),
     (("-f", "evidence", "--level", "sharable"), "Did you mean 'shareable'")],
)  # fmt: skip
def test_export_misused(runs, options, told):
    assert told in clear(primum("export", "out/sound", *options, cwd=runs))


# help


def test_help_is_quick():
    """Every command's module is imported for the list; none may bring the engine with it."""
    heavy = {"numpy", "sqlalchemy", "rich.console", "msgspec"}
    code = f"import sys, primum.cli; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
    start = time.perf_counter()
    primum("gate", "--help")
    assert time.perf_counter() - start < 3  # generous: the machine may be busy


# the example for CI


def steps() -> list[dict[str, object]]:
    jobs = yaml.safe_load((DOCS / "ci/github-actions.yml").read_text("utf-8"))["jobs"]
    return list(jobs["red-team"]["steps"])


def test_every_action_is_pinned_to_a_commit():
    used = [str(step["uses"]) for step in steps() if "uses" in step]
    assert used
    assert all(len(name.partition("@")[2]) == 40 for name in used)


@pytest.mark.parametrize(("target", "stops_at"), [("sim:sound", None), ("sim:leaky", "Gate")])
def test_the_steps_of_the_example_work(tmp_path, target, stops_at):
    """Each `run:` step, as CI would run it, against a model that passes and one that does not."""
    (tmp_path / "policy.toml").write_bytes((DOCS / "ci/policy.toml").read_bytes())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "TARGET": target, "GITHUB_STEP_SUMMARY": str(tmp_path / "shown.md")}
    stopped = None
    for step in steps():
        if "run" not in step or step["name"] == "Install" or (stopped and "if" not in step):
            continue
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", str(step["run"])],
            cwd=tmp_path, env=env, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            stopped = step["name"]
            assert stopped == stops_at, done.stdout + done.stderr
    assert stopped == stops_at
    upload = next(step for step in steps() if step.get("name") == "Upload the report")
    for name in str(upload["with"]["path"]).split():  # type: ignore[index]
        assert (tmp_path / name).stat().st_size > 100
    assert ("FAIL" if stops_at else "PASS") in (tmp_path / "shown.md").read_text("utf-8")
