"""`ask` and the journal: what is known is not asked again, what is in flight is asked once, what is lost is said."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from primum.endpoints.ask import Caller, Endpoint, Stopped
from primum.endpoints.budget import Budget, Caps
from primum.endpoints.journal import Journal
from primum.endpoints.model import CallFailed, Failure, Message, Params, Reply, Usage
from primum.endpoints.spec import EndpointSpec, Limits, Price
from primum.endpoints.wires.base import WireError
from primum.store import Store, open_store

QUESTION = [Message("user", "Is it safe?")]


class Scripted:
    """A wire that plays a script, one step an attempt, the last one for ever; and counts."""

    def __init__(self, *steps: Reply | Failure | Exception, pause: float = 0.0) -> None:
        self.steps = list(steps) or [Reply("yes")]
        self.pause = pause
        self.calls: Counter[str] = Counter()
        self.seen: list[tuple[object, ...]] = []

    async def send(self, messages, params, sample) -> Reply:
        self.calls[str(messages[-1].content)] += 1
        self.seen.append((tuple(messages), params, sample))
        if self.pause:
            await asyncio.sleep(self.pause)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Failure):
            raise WireError(step.kind, step.message, status=step.status)
        if isinstance(step, Exception):
            raise step
        return step

    async def close(self) -> None: ...


def endpoint(wire: Scripted, name: str = "a", **spec) -> Endpoint:
    limits = spec.pop("limits", Limits(concurrency=8, retries=2))
    return Endpoint(EndpointSpec(name=name, kind="python", path=f"m:{name}", limits=limits, **spec), wire)


@pytest.fixture
def store(tmp_path) -> Store:
    with open_store(tmp_path / "primum.db") as opened:
        yield opened


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("primum.endpoints.ask.FIRST_BACKOFF", 0.001)


@pytest.fixture
async def caller(store):
    make, made = callers(store)
    yield make()
    for journal in made:
        await journal.close()


def callers(store: Store) -> tuple[Callable[..., Caller], list[Journal]]:
    made: list[Journal] = []

    def make(run: str = "run", label: str = "", caps: Caps | None = None) -> Caller:
        if not any(row.run == run for row in store.list_runs()):
            store.save_run(run, b"{}", 0.0)
        made.append(Journal(store, run))
        return Caller(made[-1], Budget(caps), 8, label)

    return make, made


async def test_what_the_journal_holds_is_not_asked_again_even_by_another_process(store):
    make, made = callers(store)
    wire = Scripted(Reply("yes", usage=Usage(10, 2), provider_id="x1", reasoning="because"))
    first = await make().ask(endpoint(wire), QUESTION)
    again = await make().ask(endpoint(wire), QUESTION)  # a new journal on the same store
    assert wire.calls.total() == 1
    assert again == first
    assert (again.text, again.provider_id, again.reasoning) == ("yes", "x1", "because")
    assert again.at > 0
    for journal in made:
        await journal.close()


async def test_the_reply_is_durable_before_ask_returns(store, caller):
    await caller.ask(endpoint(Scripted()), QUESTION)
    with open_store(store.url_shown) as other:
        assert len(other.journal_keys()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda ask, one: ask(one, QUESTION, sample=1),
        lambda ask, one: ask(one, [Message("user", "Is it safe? ")]),
        lambda ask, one: ask(one, QUESTION, Params(sampling={"temperature": 0})),
        lambda ask, one: ask(endpoint(one.wire, "b"), QUESTION),
        lambda ask, one: ask(endpoint(one.wire, "a", system="Be brief."), QUESTION),
    ],
)
async def test_a_request_that_differs_in_anything_is_another_call(caller, change):
    wire = Scripted()
    one = endpoint(wire)
    await caller.ask(one, QUESTION)
    await change(caller.ask, one)
    assert wire.calls.total() == 2


async def test_a_new_label_asks_everything_anew(store):
    make, made = callers(store)
    wire = Scripted()
    await make("one", label="2026-01").ask(endpoint(wire), QUESTION)
    await make("two", label="2026-02").ask(endpoint(wire), QUESTION)
    assert wire.calls.total() == 2
    for journal in made:
        await journal.close()


async def test_price_limits_and_name_do_not_change_the_address(caller):
    wire = Scripted()
    await caller.ask(endpoint(wire), QUESTION)
    renamed = EndpointSpec(
        name="prod", kind="python", path="m:a", price=Price(1, 1), limits=Limits(timeout=9)
    )
    await caller.ask(Endpoint(renamed, wire), QUESTION)
    assert wire.calls.total() == 1


async def test_the_same_request_in_flight_is_made_once(caller):
    wire = Scripted(pause=0.02)
    one = endpoint(wire)
    replies = await asyncio.gather(*(caller.ask(one, QUESTION) for _ in range(20)))
    assert wire.calls.total() == 1
    assert {reply.text for reply in replies} == {"yes"}


async def test_a_shared_failure_reaches_everyone_who_waited(caller):
    one = endpoint(Scripted(Failure("rejected", "no such parameter", 400), pause=0.02))
    found = await asyncio.gather(*(caller.ask(one, QUESTION) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in found] == [CallFailed] * 3


async def test_when_the_first_caller_is_cancelled_the_others_still_get_their_answer(caller):
    wire = Scripted(pause=0.03)
    one = endpoint(wire)
    first = asyncio.create_task(caller.ask(one, QUESTION))
    second = asyncio.create_task(caller.ask(one, QUESTION))
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).text == "yes"
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "connection", "malformed"])
async def test_transient_failures_are_tried_again(caller, kind):
    wire = Scripted(Failure(kind, "later"), Failure(kind, "later"), Reply("yes"))
    reply = await caller.ask(endpoint(wire), QUESTION)
    assert (reply.text, reply.attempts) == ("yes", 3)


async def test_retries_end_and_the_failure_is_not_remembered_as_an_answer(store, caller):
    wire = Scripted(Failure("server_error", "down", 500))
    one = endpoint(wire)
    with pytest.raises(CallFailed) as failed:
        await caller.ask(one, QUESTION)
    assert failed.value.failure.attempts == 3
    assert not store.journal_keys()
    wire.steps = [Reply("yes")]
    assert (await caller.ask(one, QUESTION)).text == "yes"


@pytest.mark.parametrize("kind", ["rejected", "timeout", "too_large"])
async def test_a_refused_request_or_a_time_out_is_an_outcome_not_a_retry(caller, kind):
    wire = Scripted(Failure(kind, "no"))
    with pytest.raises(CallFailed):
        await caller.ask(endpoint(wire), QUESTION)
    assert wire.calls.total() == 1


async def test_a_refused_request_is_in_the_journal_and_refused_again_without_a_call(store):
    make, made = callers(store)
    wire = Scripted(Failure("rejected", "context too long", 400))
    for _ in range(2):
        with pytest.raises(CallFailed, match="context too long"):
            await make().ask(endpoint(wire), QUESTION)
    assert wire.calls.total() == 1
    for journal in made:
        await journal.close()


async def test_a_wrong_key_stops_the_endpoint_for_this_execution(caller):
    wire = Scripted(Failure("unauthorised", "401", 401))
    one = endpoint(wire)
    for number in range(5):
        with pytest.raises(CallFailed, match="unauthorised"):
            await caller.ask(one, [Message("user", str(number))])
    assert wire.calls.total() == 1


async def test_one_forbidden_prompt_does_not_take_a_working_endpoint_down(caller):
    wire = Scripted(Reply("yes"), Failure("unauthorised", "blocked by the firewall", 403), Reply("yes"))
    one = endpoint(wire)
    assert (await caller.ask(one, [Message("user", "1")])).text == "yes"
    with pytest.raises(CallFailed):
        await caller.ask(one, [Message("user", "2")])
    assert (await caller.ask(one, [Message("user", "3")])).text == "yes"


async def test_a_server_that_asks_for_hours_is_left_alone(caller):
    class Closed(Scripted):
        async def send(self, messages, params, sample):
            self.calls["call"] += 1
            raise WireError("rate_limited", "quota used up", status=429, retry_after=3600.0)

    wire = Closed()
    one = endpoint(wire)
    for number in range(3):
        with pytest.raises(CallFailed, match="asks to wait 3600 s"):
            await caller.ask(one, [Message("user", str(number))])
    assert wire.calls.total() == 1


async def test_an_attempt_has_a_deadline(caller):
    one = endpoint(Scripted(pause=5.0), limits=Limits(timeout=0.02))
    with pytest.raises(CallFailed, match=r"no complete answer within 0\.02 s"):
        await caller.ask(one, QUESTION)


async def test_over_budget_is_a_failure_of_its_own_and_nothing_is_sent(store):
    make, made = callers(store)
    wire = Scripted()
    asker = make(caps=Caps(calls=2))
    one = endpoint(wire)
    await asker.ask(one, [Message("user", "1")])
    await asker.ask(one, [Message("user", "2")])
    with pytest.raises(CallFailed) as failed:
        await asker.ask(one, [Message("user", "3")])
    assert failed.value.failure.kind == "over_budget"
    assert wire.calls.total() == 2
    for journal in made:
        await journal.close()


async def test_stopping_lets_calls_in_flight_end_and_makes_no_new_ones(store, caller):
    wire = Scripted(pause=0.03)
    one = endpoint(wire)
    flying = asyncio.create_task(caller.ask(one, QUESTION))
    await asyncio.sleep(0.01)
    caller.stop()
    with pytest.raises(Stopped):
        await caller.ask(one, [Message("user", "another")])
    assert (await flying).text == "yes"
    assert len(store.journal_keys()) == 1


async def test_a_bug_in_a_wire_is_not_swallowed(caller):
    with pytest.raises(ZeroDivisionError):
        await caller.ask(endpoint(Scripted(ZeroDivisionError())), QUESTION)


async def test_no_more_calls_in_flight_than_the_concurrency(store):
    make, made = callers(store)
    busy = most = 0

    class Counting(Scripted):
        async def send(self, messages, params, sample):
            nonlocal busy, most
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.005)
            busy -= 1
            return Reply("yes")

    asker = make()
    two = [endpoint(Counting(), name, limits=Limits(concurrency=8)) for name in "ab"]
    await asyncio.gather(*(asker.ask(one, [Message("user", str(i))]) for i in range(40) for one in two))
    assert most == 8
    for journal in made:
        await journal.close()


async def test_when_two_runs_of_one_store_make_the_same_call_both_keep_what_the_journal_keeps(store):
    make, made = callers(store)
    one, two = make("one"), make("two")
    first, second = Scripted(Reply("answer 1"), pause=0.01), Scripted(Reply("answer 2"), pause=0.06)
    replies = await asyncio.gather(one.ask(endpoint(first), QUESTION), two.ask(endpoint(second), QUESTION))
    assert (first.calls.total(), second.calls.total()) == (1, 1)
    assert [reply.text for reply in replies] == ["answer 1", "answer 1"]
    for journal in made:
        await journal.close()


async def test_a_caller_cancelled_while_its_answer_is_written_does_not_make_the_next_one_pay_again(caller):
    wire = Scripted()
    one = endpoint(wire)
    asked = asyncio.create_task(caller.ask(one, QUESTION))
    await asyncio.sleep(0.005)  # the answer is there, its group commit is not
    assert wire.calls.total() == 1
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await asyncio.sleep(0.1)
    assert (await caller.ask(one, QUESTION)).text == "yes"
    assert wire.calls.total() == 1


async def test_a_call_that_another_process_has_erased_is_made_again(store):
    make, made = callers(store)
    wire = Scripted()
    await make("one").ask(endpoint(wire), QUESTION)
    two = make("two")
    store.forget("one", lambda record: record)
    assert (await two.ask(endpoint(wire), QUESTION)).text == "yes"
    assert wire.calls.total() == 2
    for journal in made:
        await journal.close()
