"""A standardised model behind the same wire as a real one."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from primum.canonical import digest
from primum.endpoints.model import Message, Params, Reply, Usage
from primum.endpoints.sim.bank import Bank, View
from primum.endpoints.sim.models import MODELS
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError, did_you_mean


def sim_names() -> list[str]:
    return sorted(MODELS)


@lru_cache(maxsize=1)
def content_hash() -> str:
    """Address of all that decides what the standardised models say, but for the library."""
    folder = files("primum.endpoints.sim")
    parts = sorted((item.name, item) for item in folder.iterdir() if item.name.endswith((".py", ".yaml")))
    return digest([sha256(item.read_bytes()).hexdigest() for _, item in parts])


class SimWire:
    """Answers at once, from the scenarios it was given."""

    keeps_time = True

    def __init__(self, name: str, model: Callable[[View], str], bank: Bank) -> None:
        self._name = name
        self._model = model
        self._bank = bank

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        text = self._model(self._bank.view(messages, sample))
        read = sum(len(str(message.content)) for message in messages)
        return Reply(
            text=text, usage=Usage(input=read // 4, output=len(text) // 4), model=f"simulated:{self._name}"
        )

    async def close(self) -> None:
        """Nothing is open."""


def build(spec: EndpointSpec, bank: Bank) -> SimWire:
    """The standardised model that a spec names."""
    name = spec.path or spec.model
    if name not in MODELS:
        raise PrimumError(f"There is no simulated model 'sim:{name}'.{did_you_mean(name, MODELS)}")
    return SimWire(name, MODELS[name], bank)
