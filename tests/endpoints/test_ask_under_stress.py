"""`ask` when many wait at once: stopping, giving an endpoint up, cancelling, budgets; no hang and no lost cent."""

import asyncio

import pytest

from primum.campaign.deadline import Deadline
from primum.endpoints.ask import FORBIDDEN_OFTEN, Caller, Stopped
from primum.endpoints.budget import Budget, Caps
from primum.endpoints.journal import Journal
from primum.endpoints.model import CallFailed, Message, Reply, Usage
from primum.endpoints.spec import Limits, Price
from primum.endpoints.wires.base import WireError
from primum.store import open_store
from tests.endpoints.test_ask import QUESTION, Scripted, endpoint


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "primum.db") as opened:
        opened.save_run("run", b"{}", 0.0)
        yield opened


@pytest.fixture
async def make(store):
    made: list[Journal] = []

    def caller(caps: Caps | None = None, concurrency: int = 64) -> Caller:
        made.append(Journal(store, "run"))
        return Caller(made[-1], Budget(caps), concurrency)

    yield caller
    for journal in made:
        await journal.close()


def many(caller: Caller, one, count: int) -> list[asyncio.Task[Reply]]:
    return [asyncio.create_task(caller.ask(one, [Message("user", str(n))])) for n in range(count)]


class Refusing(Scripted):
    """Refuses these contents at once, and answers the others after a while."""

    def __init__(self, error: WireError, contents: set[str]) -> None:
        super().__init__()
        self.error, self.contents = error, contents

    async def send(self, messages, params, sample):
        self.calls["call"] += 1
        await asyncio.sleep(0.01)
        if messages[-1].content in self.contents:
            raise self.error
        await asyncio.sleep(0.03)
        return Reply("yes")


async def test_after_stop_not_even_those_who_wait_for_a_slot_are_sent(make):
    caller = make()
    wire = Scripted(pause=0.05)
    tasks = many(caller, endpoint(wire, limits=Limits(concurrency=4)), 40)
    await asyncio.sleep(0.02)
    caller.stop()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert wire.calls.total() == 4
    assert sum(isinstance(end, Reply) for end in ended) == 4
    assert sum(isinstance(end, Stopped) for end in ended) == 36


async def test_a_server_that_asks_for_hours_holds_nobody_who_waits(make):
    error = WireError("rate_limited", "quota used up", status=429, retry_after=3600.0)
    wire = Refusing(error, {str(n) for n in range(10)})
    tasks = many(make(), endpoint(wire, limits=Limits(concurrency=2)), 10)
    done, waiting = await asyncio.wait(tasks, timeout=5)
    for task in waiting:
        task.cancel()
    assert not waiting
    assert all("asks to wait 3600 s" in str(task.exception()) for task in done)


async def test_one_prompt_that_a_firewall_forbids_first_does_not_take_the_endpoint_down(make):
    wire = Refusing(WireError("unauthorised", "HTTP 403: blocked", 403), {"3"})
    ended = await asyncio.gather(*many(make(), endpoint(wire), 50), return_exceptions=True)
    assert sum(isinstance(end, Reply) for end in ended) == 49


async def test_a_key_that_is_always_forbidden_still_stops_the_endpoint_soon(make):
    wire = Refusing(WireError("unauthorised", "HTTP 403: no", 403), {str(n) for n in range(200)})
    one = endpoint(wire, limits=Limits(concurrency=4))
    ended = await asyncio.gather(*many(make(), one, 200), return_exceptions=True)
    assert all(isinstance(end, CallFailed) for end in ended)
    assert wire.calls.total() < FORBIDDEN_OFTEN + 4


async def test_who_is_cancelled_together_with_the_call_it_waits_for_ends_too(make):
    caller = make()
    wire = Scripted(pause=30.0)
    one = endpoint(wire)
    tasks = [asyncio.create_task(caller.ask(one, QUESTION)) for _ in range(3)]
    await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    done, waiting = await asyncio.wait(tasks, timeout=2)
    for task in waiting:
        task.cancel()
    assert len(done) == 3
    assert wire.calls.total() == 1, "nobody makes the call anew"


async def test_the_first_wave_does_not_overrun_a_cap_on_money(make):
    wire = Scripted(Reply("x", usage=Usage(input=100_000)), pause=0.02)  # $0.20 a call
    caller = make(caps=Caps(usd=1.0))
    one = endpoint(wire, price=Price(2.0, 10.0), limits=Limits())
    await asyncio.gather(*many(caller, one, 200), return_exceptions=True)
    assert caller.budget.usd < 1.0 + 8 * 0.20, (
        "at most the calls that were in flight before the first price was known"
    )


async def test_a_cap_smaller_than_one_call_lets_only_one_through_when_sizes_tell(make):
    wire = Scripted(Reply("x", usage=Usage(1000, 350)), pause=0.02)
    caller = make(caps=Caps(tokens=300))
    await asyncio.gather(*many(caller, endpoint(wire), 50), return_exceptions=True)
    assert wire.calls.total() == 1


async def test_replayed_calls_cost_nothing(make):
    wire = Scripted(Reply("x", usage=Usage(100, 10)))
    await make().ask(endpoint(wire), QUESTION)
    again = make(caps=Caps(calls=1))
    await again.ask(endpoint(wire), QUESTION)
    await again.ask(endpoint(wire), [Message("user", "another")])
    assert again.budget.calls == 1


async def test_the_time_of_a_case_does_not_run_while_its_call_waits_for_a_slot(make):
    caller = make()
    one = endpoint(Scripted(pause=0.03), limits=Limits(concurrency=1))

    async def case(number: int) -> Reply:
        deadline = Deadline(0.2)
        async with deadline.enforced():
            return await caller.ask(one, [Message("user", str(number))], clock=deadline)

    replies = await asyncio.gather(*(case(n) for n in range(20)), return_exceptions=True)
    assert {type(reply) for reply in replies} == {Reply}


async def test_the_time_of_a_case_runs_while_its_call_is_in_flight(make):
    caller = make()
    one = endpoint(Scripted(pause=5.0))
    deadline = Deadline(0.05)
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            await caller.ask(one, QUESTION, clock=deadline)


async def test_two_pauses_at_once_are_one(make):
    deadline = Deadline(0.05)
    async with deadline.enforced():
        deadline.pause()
        deadline.pause()
        await asyncio.sleep(0.1)
        deadline.resume()
        await asyncio.sleep(0.1)
        deadline.resume()
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            await asyncio.sleep(1.0)
