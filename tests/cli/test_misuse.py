"""Options and files used wrongly: one clear line, nothing half done, and no secret or text left behind."""

import json
from pathlib import Path

import pytest

from tests.campaign.build import protocol
from tests.cli.test_cli import clear, primum
from tests.servers.chat_server import chat_server

SECRET = "hunter2-and-more"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("limits = { timeout = 0 }", "limits.timeout: Expected `float` > 0"),
        ("limits = { concurrency = 0 }", "limits.concurrency: Expected `int` >= 1"),
        ("limits = { retries = -1 }", "limits.retries: Expected `int` >= 0"),
        ("limits = { requests_per_minute = -5 }", "limits.requests_per_minute: Expected `float` > 0"),
        ("limits = { max_reply_bytes = 0 }", "limits.max_reply_bytes: Expected `int` >= 1"),
        ("price = { input = -1.0 }", "price.input: Expected `float` >= 0"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_its_line(tmp_path, setting, words):
    (tmp_path / "primum.toml").write_text(
        f'[endpoints.a]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n{setting}\n'
    )
    line = clear(primum("plan", protocol(tmp_path), "-t", "a", cwd=tmp_path))
    assert f"primum.toml:4: [endpoints.a] {words}" in line


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"attacks": []}, "at least one attack"),
        ({"attacks": ["scripted", "scripted"]}, "none twice"),
        ({"scenarios": {"draw": 0}}, "draw must be above 0"),
    ],
)
def test_a_protocol_that_tests_nothing_is_refused(tmp_path, fields, words):
    assert words in clear(primum("run", protocol(tmp_path, **fields), "-t", "sim:sound", cwd=tmp_path))


@pytest.mark.parametrize("form", ["{user}#m", "{query}#m", "{user}"])
def test_a_password_or_key_in_an_address_is_refused_and_not_repeated(tmp_path, form):
    user, query = f"http://ann:{SECRET}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?api-key={SECRET}"
    done = primum(
        "run", protocol(tmp_path), "-t", form.format(user=user, query=query), "-o", "o", cwd=tmp_path
    )
    assert "holds a password or a key" in clear(done)
    assert SECRET not in done.stdout + done.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("field", ["base_url", "http.login_url"])
def test_a_password_in_an_address_of_primum_toml_is_refused_too(tmp_path, field):
    url = f"https://ann:{SECRET}@example.org/v1"
    (tmp_path / "primum.toml").write_text(
        f'[endpoints.a]\nkind = "http"\nmodel = "m"\n{field} = "{url}"\nhttp.body = {{ q = "{{{{prompt}}}}" }}\n'
    )
    done = primum("plan", protocol(tmp_path), "-t", "a", cwd=tmp_path)
    assert "holds a password or a key" in clear(done)
    assert SECRET not in done.stderr


def test_json_stays_pure_when_a_target_prints(tmp_path):
    (tmp_path / "bot.py").write_text("def answer(messages):\n    print('debug')\n    return 'Call 911.'\n")
    done = primum("run", protocol(tmp_path, 3), "-t", "python:bot:answer", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["planned"] == 3
    assert "debug" in done.stderr


def test_half_a_surrogate_pair_in_an_answer_is_no_crash(tmp_path):
    (tmp_path / "bot.py").write_text("def answer(messages):\n    return 'Call \\ud800 911 now.'\n")
    done = primum("run", protocol(tmp_path, 2), "-t", "python:bot:answer", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["outcomes"]["judged"] == 2, done.stderr


def test_a_mistyped_store_is_an_error_and_not_a_new_file(tmp_path):
    assert "there is no store typo.db" in clear(primum("list", "runs", "--store", "typo.db", cwd=tmp_path))
    assert not (tmp_path / "typo.db").exists()


def test_the_beginning_of_several_ids_is_said_to_fit_several(tmp_path):
    primum("run", protocol(tmp_path), "-t", "sim:sound", cwd=tmp_path)
    assert "fits several cases" in clear(primum("show", "engine-0", cwd=tmp_path))


def texts_in(folder: Path) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.is_file() and b"my chest hurts" in path.read_bytes()
    ]


def test_forget_finds_outputs_beside_a_shared_store(tmp_path):
    bank = tmp_path / "bank"
    primum("run", protocol(bank), "-t", "sim:sound", "--store", "team.db", "--out", "results", cwd=tmp_path)
    run = json.loads((tmp_path / "results/summary.json").read_text())["run"]
    assert "cases.jsonl" in texts_in(tmp_path / "results")
    unsaid = primum("forget", run, "--store", "team.db", "--yes", cwd=tmp_path)
    assert "forget again with --out" in unsaid.stdout, "it does not claim to have erased what it did not find"
    said = primum("forget", run, "--store", "team.db", "--out", "results", "--yes", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert texts_in(tmp_path / "results") == []
    assert b"my chest hurts" not in (tmp_path / "team.db").read_bytes()


def test_forget_erases_the_drafts_of_a_killed_process_too(tmp_path):
    primum("run", protocol(tmp_path / "bank"), "-t", "sim:sound", "--out", "out/x", cwd=tmp_path)
    (tmp_path / "out/x/.cases.jsonl.4711").write_text("my chest hurts")
    primum("forget", "out/x", "--yes", cwd=tmp_path)
    assert texts_in(tmp_path / "out") == []


def test_doctor_examines_the_others_when_one_has_no_key(tmp_path):
    with chat_server() as server:
        (tmp_path / "primum.toml").write_text(
            f'[endpoints.well]\nbase_url = "{server.url}"\nmodel = "m"\n'
            '[endpoints.keyless]\nkind = "openai"\nmodel = "m"\n'
        )
        done = primum("doctor", "--json", cwd=tmp_path, OPENAI_API_KEY="")
    well, keyless = json.loads(done.stdout)
    assert done.returncode == 2
    assert well["answers"]
    assert "OPENAI_API_KEY" in keyless["problem"]


def test_a_disk_that_is_full_is_one_line_and_the_run_goes_on_later(tmp_path):
    """A limit on the size of a file stands for the full disk: writing fails in the middle of a run."""
    import subprocess

    from tests.cli.test_cli import PRIMUM

    command = [str(PRIMUM), "run", protocol(tmp_path / "bank", 300), "-t", "sim:sound", "--out", "out/x"]
    limited = f"ulimit -f 800; exec {' '.join(command)}"
    full = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert full.returncode == 2, full.stderr
    assert "Traceback" not in full.stderr
    assert len(full.stderr.strip().splitlines()) <= 2, "the progress so far, and what went wrong"
    assert "failed" in full.stderr.splitlines()[-1]
    again = primum(*command[1:], cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "out/x/summary.json").read_text())["outcomes"]["judged"] == 300
