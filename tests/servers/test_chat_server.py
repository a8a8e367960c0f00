"""The test server does what it says: it is the yardstick for the engine's tests, so it is tested itself."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.answers import instance, plain_text
from tests.servers.chat_server import Running, chat_server
from tests.servers.faults import FAULTS, Fault, FaultPlan, content_key
from tests.servers.options import Options

SCHEMA = {
    "type": "object",
    "properties": {
        "checks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "check": {"enum": ["see-doctor", "red-flags"]},
                    "answer": {"enum": ["met", "not_met"]},
                    "quote": {"type": "string"},
                },
            },
        },
        "severity": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
    },
}


def messages(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        yield session


async def ask(client: aiohttp.ClientSession, server: Running, text: str, **body: Any) -> Any:
    """Status and decoded body (or raw text) of one request."""
    request = {"model": "mock", "messages": messages(text), **body}
    async with client.post(f"{server.url}/chat/completions", json=request) as response:
        raw = await response.read()
        try:
            return response.status, json.loads(raw)
        except ValueError:
            return response.status, raw


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 — the other side is another process
            await asyncio.sleep(0.01)


@given(st.text(), st.integers())
def test_the_planted_fault_is_a_function_of_content_and_seed(text: str, seed: int) -> None:
    plan = FaultPlan(weights=dict.fromkeys(FAULTS, 1.0), seed=seed)
    assert plan.planted("m", messages(text)) == plan.planted("m", messages(text)) in FAULTS


def test_the_mix_follows_weights_and_share() -> None:
    plan = FaultPlan(weights={"reset": 3, "hang": 1}, share=0.5)
    planted = [plan.planted("m", messages(str(number))) for number in range(4_000)]
    assert 1_900 < planted.count(None) < 2_100
    assert 1_400 < planted.count("reset") < 1_600


def test_faults_can_be_kept_to_some_models() -> None:
    plan = FaultPlan(weights={"reset": 1.0}, models=("judge",))
    assert plan.planted("mock", messages("hi")) is None
    assert plan.planted("judge", messages("hi")) == "reset"


def test_replies_differ_from_content_to_content_and_have_the_asked_length() -> None:
    assert plain_text("aaaaaaaa", 400) != plain_text("bbbbbbbb", 400)
    assert 400 <= len(plain_text("aaaaaaaa", 400)) < 500


def test_an_instance_of_a_schema_has_its_shape() -> None:
    made = instance(SCHEMA, "seed", {"quote": "as said"})
    assert [check["check"] for check in made["checks"]] == ["see-doctor", "red-flags"]
    assert all(check["answer"] in ("met", "not_met") for check in made["checks"])
    assert all(check["quote"] == "as said" for check in made["checks"])
    assert made["severity"] == 0


async def test_a_request_is_answered_and_counted(client: aiohttp.ClientSession) -> None:
    with chat_server(latency=0.01, say={"fixed": "as told"}) as server:
        began = time.perf_counter()
        status, first = await ask(client, server, "hi")
        assert time.perf_counter() - began >= 0.01
        _, second = await ask(client, server, "hi")
        _, told = await ask(client, server, "hi", model="fixed")
        text = first["choices"][0]["message"]["content"]
        assert status == 200 and text
        assert second["choices"][0]["message"]["content"] == text, "the same content has the same answer"
        assert told["choices"][0]["message"]["content"] == "as told"
        stats = server.stats()
        assert (stats.received, stats.completed, stats.vanished, stats.in_flight) == (3, 3, 0, 0)
        assert stats.models == {"mock": 2, "fixed": 1}
        assert stats.completed_twice == [content_key("mock", messages("hi"))]
        server.reset()
        assert server.stats().received == 0


async def test_repeats_can_vary_as_from_a_model_that_samples(client: aiohttp.ClientSession) -> None:
    with chat_server(vary=True) as server:
        replies = [(await ask(client, server, "hi"))[1]["choices"][0]["message"]["content"] for _ in range(3)]
        assert len(set(replies)) == 3


async def test_a_judge_gets_json_that_fits_its_schema_and_quotes_the_reply(
    client: aiohttp.ClientSession,
) -> None:
    with chat_server() as server:
        _, reply = await ask(client, server, "hi")
        text = reply["choices"][0]["message"]["content"]
        wanted = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": SCHEMA}}
        _, judged = await ask(client, server, f"Judge this: {text}", response_format=wanted)
        verdict = json.loads(judged["choices"][0]["message"]["content"])
        assert set(verdict) == {"checks", "severity"}
        assert all(check["quote"] and check["quote"] in text for check in verdict["checks"])


async def test_a_client_that_goes_away_is_counted(client: aiohttp.ClientSession) -> None:
    with chat_server(latency=5) as server:
        call = asyncio.create_task(ask(client, server, "hi"))
        await until(lambda: server.stats().in_flight == 1)
        call.cancel()
        await until(lambda: server.stats().in_flight == 0)
        stats = server.stats()
        assert (stats.completed, stats.vanished) == (0, 1)
        [attempt] = stats.attempts[content_key("mock", messages("hi"))]
        assert attempt.how == "vanished" and attempt.ended >= attempt.began


async def test_a_request_that_is_no_chat_is_refused(client: aiohttp.ClientSession) -> None:
    with chat_server() as server:
        assert (await ask(client, server, "hi", messages="not a list"))[0] == 400
        assert server.stats().received == 0


async def test_too_many_at_once_are_turned_away(client: aiohttp.ClientSession) -> None:
    with chat_server(latency=0.1, max_in_flight=3) as server:
        statuses = [
            status for status, _ in await asyncio.gather(*(ask(client, server, str(n)) for n in range(8)))
        ]
        assert sorted(statuses) == [200] * 3 + [429] * 5
        assert server.stats().most_in_flight == 8


async def test_a_transient_fault_is_met_once_a_content(client: aiohttp.ClientSession) -> None:
    with chat_server(faults=FaultPlan(weights={"server_error": 1.0}, attempts=1)) as server:
        statuses = [(await ask(client, server, text))[0] for text in ("a", "a", "b", "a", "b")]
        assert statuses == [500, 200, 500, 200, 200]
        assert server.stats().faulted == {"server_error": 2}


@pytest.fixture(scope="module")
def faulty() -> Iterator[Running]:
    plan = FaultPlan(weights=dict.fromkeys(FAULTS, 1.0))
    with chat_server(Options(faults=plan, huge_bytes=2_000_000, drip_seconds=0.1)) as server:
        yield server


def met_by(server: Running, fault: Fault) -> str:
    """A text that meets this fault."""
    plan = server.options.faults
    return next(text for text in map(str, range(10_000)) if plan.planted("mock", messages(text)) == fault)


@pytest.mark.parametrize(
    ("fault", "status"), [("rate_limited_after", 429), ("rate_limited", 429), ("server_error", 500)]
)
async def test_refusals_by_status(
    client: aiohttp.ClientSession, faulty: Running, fault: Fault, status: int
) -> None:
    body = {"model": "mock", "messages": messages(met_by(faulty, fault))}
    async with client.post(f"{faulty.url}/chat/completions", json=body) as response:
        assert response.status == status
        assert ("Retry-After" in response.headers) == (fault == "rate_limited_after")


@pytest.mark.parametrize("fault", ["reset", "cut_short"])
async def test_broken_connections(client: aiohttp.ClientSession, faulty: Running, fault: Fault) -> None:
    with pytest.raises(aiohttp.ClientError):
        await ask(client, faulty, met_by(faulty, fault))


@pytest.mark.parametrize("fault", ["hang", "slow_drip"])
async def test_answers_that_never_end(client: aiohttp.ClientSession, faulty: Running, fault: Fault) -> None:
    with pytest.raises(TimeoutError):
        await ask(client, faulty, met_by(faulty, fault))


async def test_bodies_that_are_not_what_they_should_be(
    client: aiohttp.ClientSession, faulty: Running
) -> None:
    async def body(fault: Fault) -> Any:
        return (await ask(client, faulty, met_by(faulty, fault)))[1]

    assert isinstance(await body("truncated_json"), bytes)
    assert (await body("malformed_json"))["choices"] == [{"message": "not an object"}]
    assert (await body("empty"))["choices"][0]["message"]["content"] == ""
    assert (await body("filter_finish"))["choices"][0]["finish_reason"] == "content_filter"
    assert (await body("filter_400"))["error"]["code"] == "content_filter"
    assert (await body("html")).startswith(b"<html>")
    assert len((await body("huge"))["choices"][0]["message"]["content"]) >= 2_000_000
    with pytest.raises(UnicodeDecodeError):
        (await body("invalid_utf8")).decode()
    assert "<script>" in (await body("script"))["choices"][0]["message"]["content"]


async def test_a_server_can_come_back_at_the_same_address(client: aiohttp.ClientSession) -> None:
    with chat_server() as server:
        url, port = server.url, int(server.url.split(":")[2].removesuffix("/v1"))
        assert (await ask(client, server, "hi"))[0] == 200
    with pytest.raises(aiohttp.ClientError):
        await ask(client, server, "hi")
    with chat_server(port=port) as back:
        assert back.url == url
        assert (await ask(client, back, "hi"))[0] == 200
