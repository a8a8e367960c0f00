"""What an attack is: a coroutine that plays a variant against a target and returns the exchange."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from primum.endpoints.model import Exchange, Message, Reply
from primum.transforms.model import Variant

Say = Callable[[Sequence[Message]], Awaitable[Reply]]
"""Sends the conversation so far to the target and returns its answer; raises `CallFailed`."""


class Attack(Protocol):
    """Holds no state between cases: everything it learns stays in the coroutine."""

    name: str

    async def play(self, variant: Variant, say: Say) -> Exchange: ...
