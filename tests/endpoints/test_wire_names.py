"""Names on the command line, primum.toml, keys, and wires of third parties."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.endpoints.config import Config, load_config, parse_config
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec, HttpTemplate, Limits, Price
from primum.endpoints.wires import build_wire
from primum.errors import PrimumError


@pytest.mark.parametrize(
    ("name", "kind", "model", "base_url", "path", "key_env"),
    [
        ("openai/gpt-5", "openai", "gpt-5", "https://api.openai.com/v1", "", "OPENAI_API_KEY"),
        ("anthropic/claude", "anthropic", "claude", "https://api.anthropic.com/v1", "", "ANTHROPIC_API_KEY"),
        (
            "google/gemini",
            "google",
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta",
            "",
            "GEMINI_API_KEY",
        ),
        ("ollama/llama3.2:1b", "openai", "llama3.2:1b", "http://localhost:11434/v1", "", ""),
        ("http://localhost:8000/v1#org/m-7b", "openai", "org/m-7b", "http://localhost:8000/v1", "", ""),
        (
            "https://openrouter.ai/api/v1#x/y",
            "openai",
            "x/y",
            "https://openrouter.ai/api/v1",
            "",
            "OPENROUTER_API_KEY",
        ),
        ("https://vllm.example.org/v1#m", "openai", "m", "https://vllm.example.org/v1", "", ""),
        ("sim:sound", "sim", "", "", "sound", ""),
        ("python:mybot:answer", "python", "", "", "mybot:answer", ""),
        ("command:./bot --fast", "command", "", "", "./bot --fast", ""),
        ("litellm/bedrock/x", "litellm", "bedrock/x", "", "", ""),
    ],
)
def test_names(name: str, kind: str, model: str, base_url: str, path: str, key_env: str) -> None:
    spec = parse_name(name)
    assert (spec.name, spec.kind, spec.model) == (name, kind, model)
    assert (spec.base_url, spec.path, spec.key_env) == (base_url, path, key_env)


def test_what_an_api_demands_is_in_the_spec_and_so_on_record() -> None:
    assert parse_name("anthropic/claude").sampling == {"max_tokens": 4096}
    assert parse_name("openai/gpt-5").sampling == {}


def test_a_changed_replay_file_is_another_endpoint(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"prompt": "a", "reply": "b"}')
    first = parse_name(f"replay:{file}")
    file.write_text('{"prompt": "a", "reply": "c"}')
    assert parse_name(f"replay:{file}").fingerprint != first.fingerprint
    with pytest.raises(PrimumError, match="cannot read"):
        parse_name(f"replay:{tmp_path / 'none.jsonl'}")


CONFIG = Config({"ward-bot": EndpointSpec("ward-bot", "http", base_url="http://x/ask")})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("opanai/gpt-5", "unknown endpoint 'opanai/gpt-5'. Did you mean 'openai/gpt-5'?"),
        ("antropic/claude", "Did you mean 'anthropic/claude'?"),
        ("simm:sound", "Did you mean 'sim:sound'?"),
        ("ward-bt", "Did you mean 'ward-bot'?"),
        ("gpt-5", "Write openai/MODEL"),
        ("openai/", "Write openai/MODEL"),
        ("sim:", "does not say what comes after the colon"),
        ("", "Write openai/MODEL"),
        ("http://localhost:8000/v1", "write URL#MODEL, for example http://localhost:8000/v1#llama3.2"),
        ("http://#m", "write URL#MODEL"),
        ("http://[#m", "write URL#MODEL"),
    ],
)
def test_a_name_that_means_nothing_is_told_what_to_write(name: str, words: str) -> None:
    with pytest.raises(PrimumError) as caught:
        parse_name(name, CONFIG)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_name_from_the_file_wins() -> None:
    assert parse_name("ward-bot", CONFIG) is CONFIG.endpoints["ward-bot"]


@given(st.text(max_size=40))
def test_no_name_ends_in_a_traceback(name: str) -> None:
    try:
        parse_name(name, CONFIG)
    except PrimumError as error:
        assert str(error)


FULL = """
[endpoints.ward]
base_url = "https://chat.example.org/api/ask"
key_file = "keys/ward"
headers = { X-Site = "north", Authorization = "Bearer ${WARD_TOKEN}" }
price = { input = 1.5, output = 6 }

[endpoints.ward.limits]
concurrency = 2
timeout = 30

[endpoints.ward.http]
body = { question = "{{prompt}}", history = ["{{messages}}"] }
reply = "data.answers[0].text"
session = "client"

[endpoints.judge]
kind = "anthropic"
model = "claude"
sampling = { temperature = 0 }

[endpoints."my vllm"]
base_url = "http://localhost:8000/v1"
model = "m"
system = "Be brief."
"""


def test_the_full_form(tmp_path: Path) -> None:
    file = tmp_path / "primum.toml"
    file.write_text(FULL)
    config = load_config(file)
    assert config.endpoints["ward"] == EndpointSpec(
        "ward",
        "http",
        base_url="https://chat.example.org/api/ask",
        key_file=str(tmp_path / "keys/ward"),
        headers={"X-Site": "north", "Authorization": "Bearer ${WARD_TOKEN}"},
        price=Price(1.5, 6),
        limits=Limits(concurrency=2, timeout=30),
        http=HttpTemplate(
            body={"question": "{{prompt}}", "history": ["{{messages}}"]},
            reply="data.answers[0].text",
            session="client",
        ),
    )
    judge = config.endpoints["judge"]
    assert (judge.base_url, judge.key_env) == ("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY")
    assert judge.sampling == {"temperature": 0, "max_tokens": 4096}
    assert config.endpoints["my vllm"].kind == "openai"


def test_without_a_file_there_is_nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config() == Config()
    with pytest.raises(PrimumError, match=r"there is no file other\.toml"):
        load_config("other.toml")


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (
            ("concurrency", "concurency"),
            9,
            "[endpoints.ward.limits] unknown field 'concurency'. Did you mean 'concurrency'?",
        ),
        (("reply =", "replay ="), 14, "[endpoints.ward.http] unknown field 'replay'. Did you mean 'reply'?"),
        (("timeout = 30", 'timeout = "long"'), 10, "[endpoints.ward] limits.timeout: Expected `float`"),
        (
            ('session = "client"', 'session = "clients"'),
            15,
            "[endpoints.ward] http.session: Invalid enum value 'clients'",
        ),
        (
            ('kind = "anthropic"', 'kind = "antropic"'),
            18,
            "[endpoints.judge] kind: Invalid enum value 'antropic'",
        ),
        (('kind = "anthropic"', ""), 17, "[endpoints.judge] needs kind, or base_url"),
        (("Bearer ${WARD_TOKEN}", "Bearer abc"), 5, "keys do not belong in this file"),
        (('model = "m"', 'api_key = "sk-1"'), 24, "keys do not belong in this file: name the variable"),
        (
            ('[endpoints."my vllm"]', "[endpoint.x]"),
            22,
            "unknown table [endpoint]. Did you mean 'endpoints'?",
        ),
        (('model = "claude"', "model = claude"), 19, "Invalid value"),
        (
            ("{ input = 1.5, output = 6 }", "{ inputs = 1.5 }"),
            6,
            "[endpoints.ward.price] unknown field 'inputs'.",
        ),
    ],
)
def test_an_error_names_file_line_and_table(change: tuple[str, str], line: int, words: str) -> None:
    with pytest.raises(PrimumError) as caught:
        parse_config(FULL.replace(*change), Path("primum.toml"))
    said = str(caught.value)
    assert words in said
    assert said.startswith(f"primum.toml:{line}: ") or f"at line {line}" in said
    assert "sk-1" not in said and "Bearer abc" not in said


def built(spec: EndpointSpec) -> Any:
    return build_wire(spec, Network.of([spec]))


def test_a_missing_key_is_said_before_the_first_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(PrimumError) as caught:
        built(parse_name("openai/gpt-5"))
    assert str(caught.value) == "openai/gpt-5 needs a key: set OPENAI_API_KEY (or key_file in primum.toml)"
    built(parse_name("ollama/llama3.2"))
    built(EndpointSpec("local", "openai", "m", "http://localhost/v1", key_env="OPENAI_API_KEY"))
    with pytest.raises(PrimumError, match="cannot read the key file"):
        built(EndpointSpec("a", "openai", "m", "https://a.example/v1", key_file=str(tmp_path / "none")))
    with pytest.raises(PrimumError, match="needs the environment variable NO_SUCH_TOKEN"):
        built(EndpointSpec("a", "openai", "m", "https://a.example/v1", headers={"X": "${NO_SUCH_TOKEN}"}))


def test_a_key_file_is_read_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("key-0123456789\n")
    spec = EndpointSpec("a", "openai", "m", "https://a.example/v1", key_file=str(file))
    wire = built(spec)
    assert wire._headers["Authorization"] == "Bearer key-0123456789"
    assert "0123456789" not in repr(wire) + repr(spec)
    file.write_text("two\nlines")
    with pytest.raises(PrimumError, match="does not hold one key on one line"):
        built(spec)


def test_a_key_goes_only_to_the_service_it_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-0123456789")
    wire = built(parse_name("https://api.openai.com.evil.example/v1#m"))
    assert "Authorization" not in wire._headers


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://x/y", "http://"])
def test_a_bad_address_is_said(url: str) -> None:
    with pytest.raises(PrimumError, match="base_url must be an http"):
        built(EndpointSpec("a", "openai", "m", url))


PLUGIN = """
from primum.endpoints.model import Reply
class Wire:
    def __init__(self, spec, network): self.spec = spec
    async def send(self, messages, params, sample): return Reply(f"{self.spec.model} says hello")
    async def close(self): pass
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A third party's distribution, as an installer would lay it out."""
    (tmp_path / "acme_wire.py").write_text(PLUGIN)
    info = tmp_path / "acme_wire-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-wire\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[primum.endpoints]\nacme = acme_wire:Wire\n")
    return lambda: monkeypatch.syspath_prepend(str(tmp_path))


async def test_a_third_party_adds_a_wire_by_entry_point(plugin: Callable[[], None]) -> None:
    with pytest.raises(PrimumError, match="unknown endpoint"):
        parse_name("acme/m-1")
    plugin()
    spec = parse_name("acme/m-1")
    reply = await built(spec).send((), None, 0)
    assert reply.text == "m-1 says hello"
    with pytest.raises(PrimumError, match="Did you mean 'acme/m-1'"):
        parse_name("acmee/m-1")


def test_naming_an_endpoint_does_not_load_an_http_client() -> None:
    code = (
        "import sys; from primum.endpoints.names import parse_name; parse_name('openai/m');"
        "print('aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
