"""A guard between a model and its user: it may let a reply pass, or put another in its place."""

import inspect
from collections.abc import Sequence
from typing import Any

import msgspec

from primum.endpoints.model import Message, Params, Reply
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import Wire, WireError
from primum.endpoints.wires.python_callable import load


class Guarded:
    """A wire whose replies go through `function(messages, reply)`, sync or async: None lets the reply pass, a text
    stands in its place. A guard that breaks is a call that failed: nothing passes it unseen.

    The journal holds what the user would have read, under the guard's name. A changed guard of the same name is asked
    anew under another `--label`.
    """

    def __init__(self, wire: Wire, spec: EndpointSpec) -> None:
        self._wire = wire
        self._path = spec.guard
        self._guard = load(spec.guard, spec.name)

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        reply = await self._wire.send(messages, params, sample)
        try:
            said: Any = self._guard(msgspec.to_builtins(list(messages)), reply.text)
            said = await said if inspect.isawaitable(said) else said
        except Exception as error:
            raise WireError(
                "malformed", f"the guard {self._path} raised {type(error).__name__}: {error}"
            ) from None
        if said is None:
            return reply
        if not isinstance(said, str):
            raise WireError("malformed", f"the guard {self._path} returned {type(said).__name__}, not a text or None")
        return msgspec.structs.replace(reply, text=said, tool_calls=[], raw_finish="guarded")

    async def close(self) -> None:
        await self._wire.close()
