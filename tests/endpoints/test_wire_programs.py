"""Endpoints that are no servers: a child process, a Python function, a file of recorded answers."""

import asyncio
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from primum.endpoints.model import Exchange, Message, Params, Reply, Usage
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec, Limits
from primum.endpoints.wires import WireError, build_wire
from primum.errors import PrimumError
from tests.endpoints.wire_help import HELLO, ask, fail, wired

PRELUDE = """
import json, os, sys, time
def read():
    for line in sys.stdin:
        yield json.loads(line)
def write(**answer):
    print(json.dumps(answer), flush=True)
"""


def program(folder: Path, code: str, **limits: Any) -> EndpointSpec:
    file = folder / "bot.py"
    file.write_text(PRELUDE + code)
    path = shlex.join([sys.executable, str(file)])
    return EndpointSpec("bot", "command", path=path, limits=Limits(**{"timeout": 10.0, **limits}))


async def test_a_program_reads_and_writes_json_lines(tmp_path: Path) -> None:
    code = """
for r in read():
    write(id=r["id"], text=json.dumps([r["messages"], r["params"], r["sample"]]), usage={"input": 3}, extra=1)
"""
    async with wired(program(tmp_path, code)) as wire:
        reply = await wire.send(HELLO, Params({"seed": 7}), 2)
    assert msgspec.json.decode(reply.text) == [
        [{"role": "user", "content": "I took ten tablets."}],
        {"sampling": {"seed": 7}},
        2,
    ]
    assert reply.usage == Usage(input=3)


async def test_one_program_answers_many_at_once_in_any_order(tmp_path: Path) -> None:
    code = """
held = []
for r in read():
    held.append(r)
    if len(held) == 20:
        for h in reversed(held):
            write(id=h["id"], text=h["messages"][0]["content"] + " " + str(os.getpid()))
"""
    async with wired(program(tmp_path, code)) as wire:
        asked = [wire.send([Message("user", f"q{n}")], Params(), 0) for n in range(20)]
        replies = await asyncio.gather(*asked)
    assert [reply.text.split()[0] for reply in replies] == [f"q{n}" for n in range(20)]
    assert len({reply.text.split()[1] for reply in replies}) == 1


async def test_a_program_that_dies_is_started_again_and_its_last_words_are_shown(tmp_path: Path) -> None:
    code = """
for r in read():
    if r["messages"][0]["content"] == "die":
        print("out of memory\\nat layer 3", file=sys.stderr, flush=True)
        sys.exit(3)
    write(id=r["id"], text="alive")
"""
    async with wired(program(tmp_path, code)) as wire:
        for _ in range(3):
            assert (await wire.send(HELLO, Params(), 0)).text == "alive"
            with pytest.raises(WireError) as caught:
                await wire.send([Message("user", "die")], Params(), 0)
            assert caught.value.failure.kind == "connection"
            assert "ended (3); its last words: out of memory at layer 3" in caught.value.failure.message


async def test_a_program_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("")
    code = f"open({str(tmp_path / 'count')!r}, 'a').write('x'); sys.exit('no model file')"
    kinds = []
    async with wired(program(tmp_path, code)) as wire:
        for _ in range(4):
            with pytest.raises(WireError, match="no model file") as caught:
                await wire.send(HELLO, Params(), 0)
            kinds.append(caught.value.failure.kind)
    assert kinds == ["connection", "connection", "not_found", "not_found"]
    assert (tmp_path / "count").read_text() == "xx"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("for r in read(): write(id=r['id'], error='no GPU')", "server_error", "no GPU"),
        ("for r in read(): print('Loading model', flush=True)", "malformed", "Loading model"),
        ("for r in read(): write(id=r['id'], texts='?')", "malformed", "text"),
        ("for r in read(): write(id=r['id'], text='x' * 300_000)", "too_large", "100,000 bytes"),
        ("for r in read(): time.sleep(60)", "timeout", "1 s"),
    ],
)
async def test_a_program_that_does_not_answer(tmp_path: Path, code: str, kind: str, words: str) -> None:
    limit = 1.0 if kind == "timeout" else 10.0
    failure = await fail(program(tmp_path, code, timeout=limit, max_reply_bytes=100_000))
    assert (failure.kind, words in failure.message) == (kind, True)


async def test_closing_ends_the_program_and_its_children(tmp_path: Path) -> None:
    code = """
import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
for r in read():
    write(id=r["id"], text=f"{os.getpid()} {child.pid}")
time.sleep(600)
"""
    async with wired(program(tmp_path, code)) as wire:
        reply = await wire.send(HELLO, Params(), 0)
    parent, child = map(int, reply.text.split())
    deadline = time.monotonic() + 5
    while _runs(parent) or _runs(child):
        assert time.monotonic() < deadline, "a process outlived its wire"
        await asyncio.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("path", ["no-such-program-here --x", "", "'open"])
async def test_a_program_that_is_not_there_is_said_at_once(path: str) -> None:
    with pytest.raises(PrimumError, match=r"^bot: "):
        build_wire(EndpointSpec("bot", "command", path=path), Network([]))


MODULE = """
import asyncio, time
calls = []
def plain(messages): return messages[-1]["content"].upper()
def text(prompt: str) -> str: return prompt
async def later(messages, sample, params):
    await asyncio.sleep(0)
    return {"text": f"{sample} {params}", "finish": "length", "usage": {"output": 2}}
def fails(messages): raise ValueError("no weights")
def exits(messages): raise SystemExit(2)
def gone(messages): raise ConnectionResetError("gone")
def number(messages): return 7
def slow(messages): time.sleep(30)
async def slow_async(messages): await asyncio.sleep(30)
def nap(messages): time.sleep(0.3); return "ok"
class Bot:
    async def __call__(self, messages): return "bot"
bot = Bot()
answer = lambda messages: asyncio.sleep(0, "awaited")
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"ward_bot_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return name


def function(module: str, name: str) -> EndpointSpec:
    return EndpointSpec("bot", "python", path=f"{module}:{name}", limits=Limits(timeout=0.5))


async def test_python_functions_of_every_shape(module: str) -> None:
    two = [Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Help")]
    assert (await ask(function(module, "plain"))).text == "I TOOK TEN TABLETS."
    assert (await ask(function(module, "text"))).text == "I took ten tablets."
    assert (await ask(function(module, "text"), two)).text == "User: Hi\n\nAssistant: Hello\n\nUser: Help"
    assert (await ask(function(module, "later"))) == Reply("0 {}", "length", Usage(output=2))
    assert (await ask(function(module, "bot"))).text == "bot"
    assert (await ask(function(module, "answer"))).text == "awaited"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("fails", "server_error", "raised ValueError: no weights"),
        ("exits", "server_error", "SystemExit"),
        ("gone", "connection", "gone"),
        ("number", "malformed", "returned something else than a reply"),
        ("slow", "timeout", "within 0.5 s"),
        ("slow_async", "timeout", "within 0.5 s"),
    ],
)
async def test_python_functions_that_fail(module: str, name: str, kind: str, words: str) -> None:
    failure = await fail(function(module, name))
    assert (failure.kind, words in failure.message) == (kind, True)


async def test_functions_that_block_run_side_by_side(module: str) -> None:
    async with wired(function(module, "nap")) as wire:
        replies = await asyncio.gather(*(wire.send(HELLO, Params(), n) for n in range(40)))
    assert {reply.text for reply in replies} == {"ok"}  # one after another they would take 12 s, and time out


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no_such_module_here:f", "cannot import no_such_module_here"),
        ("{m}:plane", "has no function 'plane'. Did you mean 'plain'?"),
        ("{m}", "write python:MODULE:FUNCTION"),
    ],
)
async def test_a_function_that_is_not_there_is_said_at_once(module: str, path: str, words: str) -> None:
    with pytest.raises(PrimumError) as caught:
        build_wire(EndpointSpec("bot", "python", path=path.format(m=module)), Network([]))
    assert words in str(caught.value)


def recorded(folder: Path, *lines: Any) -> EndpointSpec:
    file = folder / "answers.jsonl"
    file.write_text(
        "".join(
            line if isinstance(line, str) else msgspec.json.encode(line).decode() + "\n" for line in lines
        )
    )
    return EndpointSpec("old", "replay", path=str(file))


async def test_recorded_answers_are_found_by_the_text_of_the_conversation(tmp_path: Path) -> None:
    two = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Help"},
    ]
    lines = [
        {"prompt": "I  took ten\ntablets. ", "reply": "Call 911."},
        {"messages": two, "reply": {"text": "Sure.", "finish": "length"}},
        "\n",
        {"prompt": "I took ten tablets.", "reply": "Wait."},
    ]
    async with wired(recorded(tmp_path, *lines)) as wire:
        assert (await wire.send(HELLO, Params(), 0)).text == "Call 911."
        assert (await wire.send([Message("system", "Be brief."), *HELLO], Params(), 1)).text == "Wait."
        assert (await wire.send(msgspec.convert(two, list[Message]), Params(), 0)) == Reply("Sure.", "length")
        with pytest.raises(WireError, match="2 replies for this prompt; number 3"):
            await wire.send(HELLO, Params(), 2)
        with pytest.raises(WireError, match="has no reply for this prompt") as caught:
            await wire.send([Message("user", "Hi")], Params(), 0)
    assert caught.value.failure.kind == "rejected"


async def test_the_cases_of_a_run_can_be_replayed(tmp_path: Path) -> None:
    messages = (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "scripted"),
        Message("user", "Help"),
        Message("assistant", "first"),
        Message("user", "More"),
        Message("assistant", "second"),
    )
    exchange = Exchange(messages, (Reply("first", model="m"), Reply("second", model="m")))
    lines = [
        {"case": {"id": "x"}, "outcome": "judged", "exchange": exchange},
        {"case": {}, "outcome": "over_budget"},
    ]
    async with wired(recorded(tmp_path, *lines)) as wire:
        assert (await wire.send(messages[:4], Params(), 0)) == Reply("first", model="m")
        assert (await wire.send(messages[:6], Params(), 0)).text == "second"
        with pytest.raises(WireError):
            await wire.send(messages[:2], Params(), 0)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"prompt": "x"}', "answers.jsonl:2: a line needs 'reply'"),
        ('{"prompt": "x", "reply": 3}', "answers.jsonl:2: Expected"),
        ("{broken", "answers.jsonl:2: "),
    ],
)
async def test_a_bad_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(PrimumError) as caught:
        build_wire(recorded(tmp_path, {"prompt": "a", "reply": "b"}, line), Network([]))
    assert words in str(caught.value)


async def test_litellm_absent_or_offline_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm", None)
    spec = EndpointSpec("litellm/x/y", "litellm", "x/y")
    with pytest.raises(PrimumError, match=r"litellm/x/y needs an extra: pip install primum\[litellm\]"):
        build_wire(spec, Network([]))
    assert (await fail(spec, offline=True)).kind == "offline"
