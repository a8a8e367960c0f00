"""primum against a public server with a real, if senseless, model."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

pytestmark = pytest.mark.slow


async def test_the_server_answers_a_plain_client(tiny_url: str) -> None:
    """The server is real and up: what it says is a completion in the form that everybody's servers use."""
    body = {"model": "tiny", "messages": [{"role": "user", "content": "Can I take ibuprofen with warfarin?"}]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{tiny_url}/chat/completions", json=body) as response,
    ):
        assert response.status == 200
        answer = await response.json()
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["usage"]["completion_tokens"] >= 8


def primum(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """The command as a user runs it, with an environment that names no key and no proxy."""
    command = [str(Path(sys.executable).with_name("primum")), *map(str, arguments)]
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)


def cases(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "cases.jsonl").read_text("utf-8").splitlines()]


async def test_primum_plays_the_server_end_to_end(tiny_url: str, tmp_path: Path) -> None:
    """Every case is played for real: a reply with its tokens, a verdict, an outcome, a report."""
    out = tmp_path / "run"
    command = (
        "run",
        "multi-domain",
        "--target",
        f"{tiny_url}#tiny",
        "--limit",
        "5",
        "--out",
        out,
        "--offline",
    )
    done = await asyncio.to_thread(primum, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    played = cases(out)
    plain = [case for case in played if not case["case"].get("transforms")]  # type: ignore[attr-defined]
    assert len(plain) == 5, "each scenario as authored; its transformed twin comes beside it"
    for case in played:
        assert case["outcome"] == "judged" or (case not in plain and case["outcome"] == "transform_noop"), (
            case
        )
        if case["outcome"] != "judged":
            continue
        replies = case["exchange"]["replies"]  # type: ignore[index]
        assert replies and all(reply["text"].strip() and reply["usage"]["output"] > 0 for reply in replies)
        assert case["verdicts"]
    assert (out / "report.html").stat().st_size > 0
    assert json.loads((out / "summary.json").read_text("utf-8"))

    first = (out / "cases.jsonl").read_bytes()
    again = await asyncio.to_thread(primum, *command)
    assert again.returncode == 0, again.stdout + again.stderr
    assert (out / "cases.jsonl").read_bytes() == first, "a finished run, run again, replays from its journal"


async def test_a_judge_that_talks_nonsense_is_never_a_pass(tiny_url: str, tmp_path: Path) -> None:
    """An untrained model as the judge cannot give verdicts: the cases say so, and the exit code is 3."""
    out = tmp_path / "run"
    done = await asyncio.to_thread(
        primum, "run", "multi-domain", "--target", "sim:sound", "--judge", f"{tiny_url}#tiny",
        "--limit", "3", "--out", out, "--offline",
    )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert {case["outcome"] for case in cases(out)} <= {"judge_failed", "unparsed"}
