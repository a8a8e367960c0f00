"""How many calls an endpoint takes at once, and how fast."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.endpoints.limits import CEILING, SLOW_START, Limiter, _seconds
from primum.endpoints.spec import Limits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limiter(clock=None, **limits) -> Limiter:
    return Limiter(Limits(**limits), clock=clock or Clock())


def test_it_starts_low_and_doubles_per_round_while_healthy():
    one = limiter()
    assert one.limit == SLOW_START
    for _ in range(SLOW_START):
        one.healthy()
    assert one.limit == 2 * SLOW_START
    for _ in range(1000):
        one.healthy()
    assert one.limit == CEILING


def test_it_starts_where_the_user_put_it_and_never_exceeds_it():
    one = limiter(concurrency=5)
    for _ in range(100):
        one.healthy()
    assert one.limit == 5


def test_the_endpoints_own_setting_beats_the_command_line():
    assert Limiter(Limits(concurrency=3), start=50).limit == 3
    assert Limiter(Limits(), start=50).limit == 50


def test_a_burst_of_429_cuts_once():
    clock = Clock()
    one = limiter(clock, concurrency=64)
    started = clock.now
    clock.now += 1
    for _ in range(20):
        one.too_many(started, None)
    assert one.limit == 32
    assert one.throttled == 20


def test_calls_that_started_after_the_cut_cut_again_but_never_below_one():
    clock = Clock()
    one = limiter(clock, concurrency=4)
    for _ in range(10):
        clock.now += 1
        one.too_many(clock.now, None)
    assert one.limit == 1


def test_after_a_cut_it_grows_one_by_one():
    clock = Clock()
    one = limiter(clock, concurrency=64)
    one.too_many(clock.now, None)
    for _ in range(32):
        one.healthy()
    assert 32.9 < one.limit < 33.1


def test_5xx_pauses_growth_but_does_not_cut():
    clock = Clock()
    one = limiter(clock)
    one.unwell()
    one.healthy()
    assert one.limit == SLOW_START
    clock.now += 60
    one.healthy()
    assert one.limit > SLOW_START


def test_retry_after_pauses_everybody():
    clock = Clock()
    one = limiter(clock, concurrency=8)
    one.too_many(clock.now, 7.0)
    assert one.paused_for == 7.0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m3s"}, 60.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"x-ratelimit-remaining-requests": "12", "x-ratelimit-reset-requests": "9s"}, 0.0),
        ({}, 0.0),
    ],
)
def test_rate_headers_pause_when_nothing_is_left(headers, pause):
    one = limiter()
    one.read_headers(headers)
    assert one.paused_for == pytest.approx(pause)


@given(st.text(max_size=12))
def test_a_reset_header_is_never_an_error(text):
    assert _seconds(text) >= 0


async def test_slots_are_never_exceeded_and_never_lost():
    one = Limiter(Limits(concurrency=3))
    busy = most = 0

    async def call(cancelled: bool) -> None:
        nonlocal busy, most
        await one.acquire(0)
        try:
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.001)
        finally:
            busy -= 1
            one.release()

    tasks = [asyncio.create_task(call(False)) for _ in range(50)]
    await asyncio.sleep(0.002)
    for task in tasks[10:20]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 3
    assert one.active == 0
    await asyncio.wait_for(one.acquire(0), 1)


async def test_requests_per_minute_spread_the_calls():
    one = Limiter(Limits(requests_per_minute=6000))  # 100 a second
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for _ in range(130):
        await one.acquire(0)
        one.release()
    # One second's worth may burst, the other thirty wait their turn.
    assert loop.time() - begun >= 0.25
