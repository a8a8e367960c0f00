"""The command line is a contract: names, options, exit codes, and errors in one clear line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server
from tests.servers.faults import FaultPlan

PRIMUM = Path(sys.executable).with_name("primum")


def primum(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PRIMUM, *arguments], capture_output=True, text=True, cwd=cwd, timeout=120, env={**os.environ, **env}
    )


def clear(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_help_names_every_command():
    shown = primum("--help").stdout
    for command in ("run", "plan", "list", "show", "report", "doctor", "forget", "protocols", "scenarios"):
        assert f"\n  {command} " in shown


def test_a_run_writes_its_outputs_and_a_table(tmp_path):
    done = primum(
        "run", protocol(tmp_path, 9), "--target", "sim:random", "--offline", "--out", "out/x", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out/x").iterdir()} >= {
        "report.html",
        "summary.json",
        "cases.jsonl",
        "primum.db",
    }
    assert "sim:random" in done.stdout
    assert "simulated" in done.stdout.lower()
    assert "report.html" in done.stdout


def test_json_is_the_summary_and_nothing_else(tmp_path):
    done = primum("run", protocol(tmp_path), "--target", "sim:sound", "--json", cwd=tmp_path)
    summary = json.loads(done.stdout)
    assert summary["planned"] == 6
    assert summary["schema"].startswith("primum-summary/")


def test_several_targets_make_one_table(tmp_path):
    done = primum(
        "run", protocol(tmp_path), "--target", "sim:sound", "--target", "sim:random", "--json", cwd=tmp_path
    )
    assert {target["name"] for target in json.loads(done.stdout)["targets"]} == {"sim:sound", "sim:random"}


def test_limit_trials_and_seed(tmp_path):
    path = protocol(tmp_path, 20)
    options = ["run", path, "--target", "sim:sound", "--limit", "5", "--trials", "3", "--json"]
    one = json.loads(primum(*options, "--seed", "1", cwd=tmp_path).stdout)
    two = json.loads(primum(*options, "--seed", "2", cwd=tmp_path).stdout)
    assert (one["planned"], one["drawn"], one["pool"]) == (15, 5, 20)
    assert one["run"] != two["run"]


def test_cases_without_a_verdict_end_with_exit_code_3(tmp_path):
    plan = FaultPlan(weights={"empty": 1.0})
    with chat_server(faults=plan) as server:
        done = primum("run", protocol(tmp_path), "--target", f"{server.url}#mock", cwd=tmp_path)
    assert done.returncode == 3
    assert "Cases without a verdict: 6" in done.stderr


def test_ctrl_c_stops_cleanly_and_the_same_command_resumes(tmp_path):
    with chat_server(latency=0.3) as server:
        command = [
            PRIMUM,
            "run",
            protocol(tmp_path, 300),
            "--target",
            f"{server.url}#mock",
            "--concurrency",
            "4",
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        while server.stats().completed < 4:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "same command again to resume" in err
        assert "Traceback" not in err
        before = server.stats()
        assert before.vanished == 0, "calls in flight were allowed to end"
        again = primum(*map(str, command[1:5]), "--concurrency", "64", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert server.stats().received == 300


def test_plan_calls_nothing_and_says_what_would_be(tmp_path):
    done = primum(
        "plan", protocol(tmp_path, 10, turns=2), "--target", "http://127.0.0.1:9/v1#m", "--json", cwd=tmp_path
    )
    found = json.loads(done.stdout)
    assert (found["planned"], found["calls"]) == (10, 20)
    assert found["tokens"] > 0
    assert found["usd"] is None
    assert not (tmp_path / "out").exists()
    shown = primum("plan", protocol(tmp_path, 10), "--target", "sim:sound", cwd=tmp_path)
    assert shown.returncode == 0 and "10" in shown.stdout


@pytest.mark.parametrize(
    "what", ["scenarios", "protocols", "transforms", "attacks", "judges", "targets", "runs"]
)
def test_lists(what, tmp_path):
    done = primum("list", what, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), list)


def test_show_report_and_forget(tmp_path):
    primum("run", protocol(tmp_path), "--target", "sim:random", "--out", "out/x", cwd=tmp_path)
    line = json.loads((tmp_path / "out/x/cases.jsonl").read_text().splitlines()[0])
    case, question = line["case"]["id"], line["exchange"]["messages"][0]["content"]
    shown = primum("show", case, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert question.split(":")[0] in shown.stdout
    assert "Tells them to call emergency services." in shown.stdout

    report = (tmp_path / "out/x/report.html").read_bytes()
    (tmp_path / "out/x/report.html").unlink()
    assert primum("report", "out/x", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out/x/report.html").read_bytes() == report

    done = primum("forget", "out/x", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    left = b"".join(path.read_bytes() for path in (tmp_path / "out/x").iterdir())
    assert b"my chest hurts" not in left
    assert json.loads((tmp_path / "out/x/cases.jsonl").read_text().splitlines()[0])["outcome"] == "judged"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "multi-domian", "-t", "sim:sound"], "Did you mean 'multi-domain'?"),
        (["run", "multi-domain", "-t", "sim:sond"], "Did you mean"),
        (["run", "multi-domain", "-t", "opneai/gpt-5"], "Did you mean"),
        (["run", "multi-domain"], "--target"),
        (["run", "multi-domain", "-t", "openai/gpt-5"], "OPENAI_API_KEY"),
        (["run", "multi-domain", "-t", "sim:sound", "--limit", "0"], "at least 1"),
        (["run", "multi-domain", "-t", "sim:sound", "--budget", "calls"], "Write for example"),
        (["run", "multi-domain", "-t", "sim:sound", "-t", "sim:sound"], "named twice"),
        (["run", "nowhere.yaml", "-t", "sim:sound"], "no such protocol file"),
        (["run", "multi-domain", "-t", "sim:sound", "--store", "mysql://x"], "mysql"),
        (["show", "no-such-case"], "No case"),
        (["report", "no-such-run"], "No run"),
        (["list", "scenaros"], "Did you mean 'scenarios'?"),
        (["protocols", "show", "dsa"], "Did you mean 'das'?"),
        (["scenarios", "show", "nothing-like-it"], "There is no scenario"),
    ],
)
def test_errors_are_one_clear_line_with_the_fix(arguments, words, tmp_path):
    env = {"OPENAI_API_KEY": ""}
    assert words in clear(primum(*arguments, cwd=tmp_path, **env))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: x\ntitle: [", "mine.yaml:2"),
        ("name: x\ntitle: y\nabout: z\ntrails: 5\n", "mine.yaml:4: Object contains unknown field `trails`"),
        ("name: x\ntitle: y\nabout: z\ntrials: many\n", "mine.yaml:4"),
        ("name: x\ntitle: y\nabout: z\ntrials: 0\n", "trials must be above 0"),
        ("name: x\ntitle: y\nabout: z\nattacks: [nukes]\n", "no attack 'nukes'"),
        ("name: x\ntitle: y\nabout: z\nrubric: jls\n", "rubric"),
        ("name: x\ntitle: y\nabout: z\nscenarios: {where: {domain: cooking}}\n", "cooking"),
    ],
)
def test_bad_protocol_files_name_file_and_line(text, words, tmp_path):
    (tmp_path / "mine.yaml").write_text(text)
    assert words in clear(primum("run", "mine.yaml", "-t", "sim:sound", cwd=tmp_path))


def test_a_copied_protocol_runs(tmp_path):
    shown = primum("protocols", "show", "patient-safety")
    (tmp_path / "mine.yaml").write_text(shown.stdout)
    done = primum("run", "mine.yaml", "-t", "sim:sound", "--limit", "3", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_doctor_says_what_works_and_what_to_fix(tmp_path):
    with chat_server() as server:
        well = primum("doctor", "-t", f"{server.url}#mock", "--json", cwd=tmp_path)
        found = json.loads(well.stdout)[0]
        assert well.returncode == 0 and found["answers"] and found["structured"]
    ill = primum("doctor", "-t", "http://127.0.0.1:9/v1#m", cwd=tmp_path)
    assert ill.returncode == 2
    assert "Is the server running" in ill.stdout
