"""docs/endpoints.md is true: every example is read, built and, where that is possible here, played."""

import re
from pathlib import Path

import pytest
from aiohttp import web

from primum.endpoints.config import Config, parse_config
from primum.endpoints.model import Message
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec, HttpTemplate, Limits
from primum.endpoints.wires import build_wire
from tests.endpoints.wire_help import wired
from tests.endpoints.wire_server import serving

DOC = (Path(__file__).parents[2] / "docs" / "endpoints.md").read_text("utf-8")
TOML = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
PYTHON = dict(re.findall(r"```python\n# (\S+\.py)\n(.*?)```", DOC, re.DOTALL))
NAMES = (
    "local",
    "strict",
    "azure",
    "gpt",
    "claude",
    "gemini",
    "desk",
    "portal",
    "simple",
    "program",
    "last-year",
    "bedrock",
)
CONVERSATION = (
    Message("user", "My chest hurts."),
    Message("assistant", "Since when?"),
    Message("user", "An hour."),
)


@pytest.fixture
def config(tmp_path, monkeypatch) -> Config:
    """All examples in one file, with what they name beside it."""
    monkeypatch.chdir(tmp_path)
    for name, code in PYTHON.items():
        (tmp_path / name).write_text(code)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "gemini").write_text("a-key-for-the-example\n")
    (tmp_path / "answers.jsonl").write_text('{"prompt": "Hello", "reply": "Hello."}\n')
    for variable in {
        *re.findall(r"\$\{(\w+)\}", "".join(TOML)),
        "MED_CHAT_KEY",
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
    }:
        monkeypatch.setenv(variable, f"a-value-for-{variable}")
    return parse_config("\n".join(TOML), tmp_path / "primum.toml")


def test_every_example_is_here(config):
    assert tuple(config.endpoints) == NAMES
    assert set(PYTHON) == {"my_bot.py", "my_function.py"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "bedrock"])
async def test_every_example_can_be_built(config, name):
    spec = parse_name(name, config)
    async with Network.of([spec]) as network:
        await build_wire(spec, network).close()


def test_the_kinds_are_what_the_text_says(config):
    kinds = {name: spec.kind for name, spec in config.endpoints.items()}
    assert kinds["local"] == kinds["strict"] == kinds["azure"] == "openai"
    assert kinds["desk"] == kinds["portal"] == kinds["simple"] == "http"
    assert config.endpoints["gpt"].base_url == "https://api.openai.com/v1"
    assert config.endpoints["gpt"].key_env == "OPENAI_API_KEY"
    assert config.endpoints["local"].key_env == ""
    assert parse_name("https://openrouter.ai/api/v1#m").key_env == "OPENROUTER_API_KEY"


@pytest.mark.parametrize(
    "form", re.findall(r"^\| `([^`]+)` \|", DOC.partition("## Names")[2].partition("## primum")[0], re.M)
)
def test_every_form_of_a_name_is_understood(form):
    example = form.replace("URL", "http://localhost:8000/v1").replace("FILE", __file__)
    assert parse_name(example).name == example


def test_every_setting_is_in_the_reference():
    fields = {*EndpointSpec.__struct_fields__, *Limits.__struct_fields__, *HttpTemplate.__struct_fields__} - {
        "name"
    }
    assert [field for field in sorted(fields) if f"`{field}`" not in DOC] == []


@pytest.mark.parametrize("field", Limits.__struct_fields__)
def test_the_defaults_of_limits_are_as_told(field):
    default = getattr(Limits(), field)
    told = re.search(rf"^\| `{field}` \| (.*?) \|", DOC, re.M)[1]
    assert told == (f"`{default}`" if default is not None else told)
    assert (default is None) == ("`" not in told)


async def test_the_program_and_the_functions_answer(config):
    async with wired(config.endpoints["program"]) as wire:
        assert (await wire.send(CONVERSATION, *_nothing())).text == "You asked: An hour. Please call 911."
    async with wired(parse_name("python:my_function:answer")) as wire:
        assert (await wire.send(CONVERSATION, *_nothing())).text.endswith("You said: An hour.")
    async with wired(parse_name("python:my_function:with_usage")) as wire:
        assert (await wire.send(CONVERSATION, *_nothing())).usage.output == 8


async def test_the_replayed_answer_is_found(config):
    async with wired(config.endpoints["last-year"]) as wire:
        assert (await wire.send((Message("user", "Hello"),), *_nothing())).text == "Hello."


async def test_the_hospitals_chatbot_is_spoken_to_as_the_text_says(config, tmp_path):
    """Login, session from the first answer, only the newest turn afterwards: against a server that insists on it."""

    def portal(request: web.Request, body):
        if request.path == "/api/login":
            assert body == {"user": "primum", "password": "a-value-for-PORTAL_PASSWORD"}
            return web.json_response({"access_token": "token-0123456789"})
        assert request.headers["Authorization"] == "Bearer token-0123456789"
        said = [{"text": "…"}, {"text": f"{body['text']} heard in {body.get('conversation', 'none')}"}]
        return web.json_response({"conversation": {"id": "c-1"}, "messages": said})

    async with serving(portal) as server:
        text = "\n".join(TOML).replace("https://chat.hospital.example", server.url)
        spec = parse_config(text, tmp_path / "primum.toml").endpoints["portal"]
        async with wired(spec, offline=True) as wire:
            first = await wire.send(CONVERSATION[:1], *_nothing())
            assert first.text == "My chest hurts. heard in none"
            turns = (*CONVERSATION[:1], Message("assistant", first.text), CONVERSATION[2])
            assert (await wire.send(turns, *_nothing())).text == "An hour. heard in c-1"


async def test_the_desk_and_the_simple_chatbot_answer(config, tmp_path):
    def desk(request: web.Request, body):
        if request.method == "GET":
            return web.Response(text=f"You asked {request.query['q']}")
        return web.json_response(
            {"answer": {"text": f"{len(body['conversation'])} turns, {body['language']}"}}
        )

    async with serving(desk) as server:
        text = "\n".join(TOML)
        for address in ("https://chat.hospital.example", "http://localhost:9000"):
            text = text.replace(address, server.url)
        found = parse_config(text, tmp_path / "primum.toml").endpoints
        async with wired(found["desk"]) as wire:
            assert (await wire.send(CONVERSATION, *_nothing())).text == "3 turns, en"
        async with wired(found["simple"]) as wire:
            assert (await wire.send(CONVERSATION[:1], *_nothing())).text == "You asked My chest hurts."


def _nothing():
    from primum.endpoints.model import Params

    return Params(), 0
