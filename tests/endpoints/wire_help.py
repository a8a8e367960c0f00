"""One call of a wire, from spec to reply."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from primum.endpoints.model import Failure, Message, Params, Reply
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires import Wire, WireError, build_wire
from primum.endpoints.wires.base import OnHeaders

HELLO = (Message("user", "I took ten tablets."),)
NOTHING_MORE = Params()


@asynccontextmanager
async def wired(
    spec: EndpointSpec, on_headers: OnHeaders | None = None, **network: Any
) -> AsyncIterator[Wire]:
    async with Network.of([spec], **network) as shared:
        wire = build_wire(spec, shared, on_headers)
        try:
            yield wire
        finally:
            await wire.close()


async def ask(
    spec: EndpointSpec, messages: Sequence[Message] = HELLO, params: Params = NOTHING_MORE, **network: Any
) -> Reply:
    async with wired(spec, **network) as wire:
        return await wire.send(messages, params, 0)


async def fail(
    spec: EndpointSpec, messages: Sequence[Message] = HELLO, params: Params = NOTHING_MORE, **network: Any
) -> Failure:
    """The failure of a call that must fail."""
    with pytest.raises(WireError) as caught:
        await ask(spec, messages, params, **network)
    failure = caught.value.failure
    assert failure.message and "\n" not in failure.message and len(failure.message) <= 300
    return failure
