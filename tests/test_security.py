"""Keys stay secret, nothing is contacted but what was named, and replies are hostile input."""

import os
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

import primum
from primum.errors import PrimumError
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server
from tests.servers.faults import FAULTS, FaultPlan

PRIMUM = Path(sys.executable).with_name("primum")
CANARY = "sk-canary-7f3a9c51d2e84b60"


def test_a_key_reaches_the_server_and_not_one_byte_of_what_is_written(tmp_path):
    """Every fault is played with the key in use, since errors are where keys leak."""
    plan = FaultPlan(weights=dict.fromkeys(FAULTS, 1.0), share=0.7, seed=3)
    config = tmp_path / "primum.toml"
    with chat_server(faults=plan, retry_after="0.1") as server:
        config.write_text(
            f'[endpoints.bot]\nkind = "openai"\nbase_url = "{server.url}"\nmodel = "mock"\nkey_env = "CANARY"\n'
            'headers = { "X-Team" = "${CANARY}" }\nlimits = { timeout = 1.0, retries = 0 }\n'
        )
        env = {**os.environ, "CANARY": CANARY}
        command = [PRIMUM, "run", protocol(tmp_path, 60), "-t", "bot", "-j", "bot", "--config", str(config)]
        done = subprocess.run(
            [*command, "--out", str(tmp_path / "out")],
            capture_output=True,
            env=env,
            cwd=tmp_path,
            timeout=120,
        )
        subprocess.run(
            [PRIMUM, "doctor", "-t", "bot", "--config", str(config)], env=env, cwd=tmp_path, timeout=120
        )
        assert f"Bearer {CANARY}" in server.stats().headers["authorization"], "the key was used"
    assert done.returncode == 3
    assert CANARY.encode() not in done.stdout + done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "primum.db" for path in written)
    for path in written:
        assert CANARY.encode() not in path.read_bytes(), path


def test_a_key_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(CANARY + "\n")
    config = tmp_path / "primum.toml"
    with chat_server() as server:
        config.write_text(
            f'[endpoints.bot]\nbase_url = "{server.url}"\nmodel = "mock"\nkey_file = "{tmp_path / "key"}"\n'
        )
        primum.run(protocol(tmp_path, 2), targets=["bot"], config=str(config), out=str(tmp_path / "out"))
        assert server.stats().headers["authorization"] == [f"Bearer {CANARY}"]


def test_offline_refuses_an_address_outside_this_machine(tmp_path):
    with pytest.raises(PrimumError, match="offline"):
        primum.run(
            protocol(tmp_path, 2),
            targets=["http://192.0.2.1:8000/v1#m"],
            offline=True,
            out=str(tmp_path / "out"),
        )


WATCHED = """
import sys
from base64 import b64encode
from hashlib import sha256
attempts = []
def hook(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        attempts.append((event, str(args[1] if event != "socket.getaddrinfo" else args[0])))
sys.addaudithook(hook)
import primum, primum.api, primum.cli
assert not attempts, attempts
primum.run(sys.argv[1], targets=sys.argv[3:], out=sys.argv[2])
for attempt in attempts:
    print(*attempt)
"""


def sockets(tmp_path: Path, *targets: str) -> list[str]:
    """Every address that a whole run tries to reach, as the interpreter itself sees it."""
    path = protocol(tmp_path, 3)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, path, str(tmp_path / "out"), *targets],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_simulated_run_opens_no_socket_at_all(tmp_path):
    assert sockets(tmp_path, "sim:sound") == []


def test_only_the_configured_endpoint_is_contacted(tmp_path):
    with chat_server() as server:
        port = server.url.split(":")[2].split("/")[0]
        seen = sockets(tmp_path, f"{server.url}#mock")
    assert seen
    assert {line for line in seen if "connect" in line} == {f"socket.connect ('127.0.0.1', {port})"}


def test_hostile_replies_are_kept_whole_and_shown_harmless(tmp_path):
    plan = FaultPlan(weights={"script": 1.0, "invalid_utf8": 1.0})
    with chat_server(faults=plan) as server:
        run = primum.run(protocol(tmp_path, 6), targets=[f"{server.url}#mock"], out=str(tmp_path / "out"))
    assert run.summary.outcomes["judged"] == 6
    assert any("<script>" in text for result in run.cases() for text in result.exchange.reply_texts)
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert report.lower().count("<script") == 1  # the report's own, which its policy names by hash
    assert "javascript:alert" not in report.replace("](javascript:alert", "")
    assert "\u202e" not in report and "\x1b" not in report
    assert "default-src 'none'" in report
    script = report[report.index("<script>") + 8 : report.rindex("</script>")]
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in report
