"""A run that is killed again and again ends as if it had never been disturbed, and pays for no call twice."""

import random
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

import primum
from primum.campaign.model import CaseResult
from primum.canonical import canonical_bytes
from primum.errors import PrimumError
from primum.store import open_store
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server

ROOT = Path(__file__).parents[2]
CASES, TURNS, KILLS = 240, 2, 10


def start(path: str, url: str, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.campaign.killed", path, url, str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def timeless(folder: Path) -> list[bytes]:
    """cases.jsonl without clock readings, which no two executions share."""
    lines = []
    for line in (folder / "cases.jsonl").read_bytes().splitlines():
        result = msgspec.json.decode(line, type=CaseResult)
        replies = tuple(msgspec.structs.replace(reply, latency=0, at=0) for reply in result.exchange.replies)
        exchange = msgspec.structs.replace(result.exchange, replies=replies)
        lines.append(canonical_bytes(msgspec.structs.replace(result, exchange=exchange)))
    return lines


def test_ten_kills_change_nothing_and_no_completed_call_is_made_twice(tmp_path):
    path = protocol(tmp_path, CASES, TURNS)
    with chat_server(latency=0.05) as server:
        kills, lost = 0, 0
        chance = random.Random(4)
        while kills < KILLS:
            process = start(path, server.url, tmp_path / "killed")
            # Start-up takes about a second; from then on any moment may be the last.
            time.sleep(chance.uniform(0.6, 1.8))
            if process.poll() is None:
                process.kill()
                kills += 1
            process.communicate()
        last = start(path, server.url, tmp_path / "killed")
        out, err = last.communicate(timeout=120)
        assert (last.returncode, out.strip()) == (0, "finished"), err
        stats = server.stats()

        undisturbed = start(path, server.url, tmp_path / "undisturbed")
        assert undisturbed.communicate(timeout=120)[0].strip() == "finished"

    with open_store(tmp_path / "killed" / "primum.db") as store:
        journaled = len(store.journal_keys())
    planned = CASES * (TURNS + 1)
    assert journaled == planned
    # Twice asked only what was in flight at a kill: at most 16 calls each time, and the server saw every one.
    lost = stats.received - planned
    again = {key for key, tries in stats.attempts.items() if len(tries) > 1}
    assert len(again) <= lost <= KILLS * 16
    for key in again:
        *cut, final = stats.attempts[key]
        assert final.how == "completed"
        for attempt in cut:
            # Either the client was gone before the answer, or it was killed before the answer was on disk.
            assert attempt.how == "vanished" or final.began - attempt.ended < 10
    print(f"{kills} kills, {stats.received} calls received for {planned} planned, {lost} lost in flight")
    assert timeless(tmp_path / "killed") == timeless(tmp_path / "undisturbed")


def test_a_finished_run_replays_without_a_call_and_to_the_same_bytes(tmp_path):
    path = protocol(tmp_path, 30)
    with chat_server() as server:
        options = {"targets": [f"{server.url}#mock"], "out": str(tmp_path / "out")}
        primum.run(path, **options)
        cases, summary, report = outputs(tmp_path / "out")
        server.reset()
        primum.run(path, **options)
        assert server.stats().received == 0
        assert outputs(tmp_path / "out") == (cases, summary, report)


def outputs(folder: Path) -> tuple[bytes, bytes, bytes]:
    cases, summary, report = (
        (folder / name).read_bytes() for name in ("cases.jsonl", "summary.json", "report.html")
    )
    return cases, summary, report


def test_transient_failures_are_tried_again_by_running_again(tmp_path):
    path = protocol(tmp_path, 12)
    config = tmp_path / "primum.toml"
    with chat_server() as server:
        address, port = server.url, int(server.url.split(":")[2].split("/")[0])
    config.write_text(
        f'[endpoints.bot]\nkind = "openai"\nbase_url = "{address}"\nmodel = "mock"\nlimits = {{ retries = 0 }}\n'
    )
    options = {"targets": ["bot"], "out": str(tmp_path / "out"), "config": str(config)}
    down = primum.run(path, **options)  # nobody listens any more
    assert down.summary.outcomes["target_failed"] == 12
    assert down.unanswered == 12
    with chat_server(port=port):
        up = primum.run(path, **options)
    assert up.id == down.id
    assert up.summary.outcomes["judged"] == 12


def test_a_second_process_on_the_same_run_gets_a_clear_error(tmp_path):
    path = protocol(tmp_path, 400)
    with chat_server(latency=0.2) as server:
        first = start(path, server.url, tmp_path / "out")
        options = {
            "targets": [f"{server.url}#mock"],
            "judges": [f"{server.url}#judge"],
            "out": str(tmp_path / "out"),
        }
        try:
            for _ in range(600):
                if server.stats().received:
                    break
                time.sleep(0.05)
            with pytest.raises(PrimumError, match=rf"is being executed by process {first.pid}"):
                primum.run(path, offline=True, **options)
        finally:
            first.kill()
            first.communicate()


def test_another_label_asks_everything_anew(tmp_path):
    path = protocol(tmp_path, 5)
    with chat_server() as server:
        options = {"targets": [f"{server.url}#mock"], "store": str(tmp_path / "team.db")}
        one = primum.run(path, out=str(tmp_path / "a"), label="2026-11", **options)
        two = primum.run(path, out=str(tmp_path / "b"), label="2026-12", **options)
        assert one.id != two.id
        assert server.stats().received == 10
