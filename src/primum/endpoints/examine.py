"""Examining an endpoint before money is spent: does it answer, in what time, in a given structure, at what cost."""

import asyncio
import time

import msgspec

from primum.endpoints.ask import Endpoint, with_system
from primum.endpoints.budget import cost
from primum.endpoints.model import CallFailed, Failure, Message, Params
from primum.endpoints.wires.base import one_line

QUESTION = "Reply with the single word: ready"
PATIENCE = 60.0
SCHEMA = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}


class Diagnosis(msgspec.Struct, frozen=True):
    """What two small calls showed. Nothing of it is journaled."""

    name: str
    answers: bool
    text: str = ""
    seconds: float = 0.0
    model: str = ""
    structured: bool | None = None
    """None when it was not tried."""
    usd_per_call: float | None = None
    """Of the small test call; None when no price or no usage is known."""
    problem: str = ""
    advice: str = ""


ADVICE = {
    "connection": "Is the server running, and are host and port right?",
    "timeout": "The server took the call but did not answer in time; raise limits.timeout or look at its load.",
    "unauthorised": "The key is missing, wrong or not allowed to use this model.",
    "not_found": "The address or the model's name is wrong; for OpenAI-compatible servers the URL usually ends in /v1.",
    "rate_limited": "The account is out of quota, or others use it; set limits.requests_per_minute.",
    "malformed": "This does not look like the API that was named; check the kind and the URL.",
    "rejected": "The server refuses the request; its words say why.",
    "server_error": "The server is unwell; try again later.",
    "offline": "Take --offline away to reach an address outside this machine.",
    "too_large": "The answer is larger than limits.max_reply_bytes.",
    "over_budget": "The budget is used up.",
}


async def examine(endpoint: Endpoint) -> Diagnosis:
    """Asks for one word, then for a small JSON object."""
    if (
        endpoint.spec.kind == "replay"
    ):  # it answers only what it holds; that it could be read is all there is to know
        return Diagnosis(endpoint.name, answers=True, model=endpoint.spec.model)
    begun = time.perf_counter()
    question = with_system(endpoint.spec.system, [Message("user", QUESTION)])
    patience = min(endpoint.spec.limits.timeout, PATIENCE)
    try:
        async with asyncio.timeout(patience):
            reply = await endpoint.wire.send(question, Params(), 0)
    except CallFailed as failed:
        return _problem(endpoint, failed.failure)
    except TimeoutError:
        return _problem(endpoint, Failure("timeout", f"no answer within {patience:g} s"))
    seconds = time.perf_counter() - begun
    priced = bool(endpoint.spec.price.input or endpoint.spec.price.output) and bool(reply.usage.input)
    return Diagnosis(
        name=endpoint.name,
        answers=bool(reply.text.strip()),
        text=reply.text.strip()[:200],
        seconds=seconds,
        model=one_line(reply.model),
        structured=await _structured(endpoint) if endpoint.spec.structured else None,
        usd_per_call=cost(reply.usage, endpoint.spec.price) if priced else None,
        problem="" if reply.text.strip() else "the answer is empty",
        advice=""
        if reply.text.strip()
        else "Every case would end as 'empty'; look at the model or its filter.",
    )


async def _structured(endpoint: Endpoint) -> bool:
    asked = [Message("user", "Answer with a JSON object whose field 'ready' is true.")]
    try:
        async with asyncio.timeout(min(endpoint.spec.limits.timeout, PATIENCE)):
            reply = await endpoint.wire.send(asked, Params(schema=SCHEMA), 0)
        return bool(msgspec.json.decode(reply.text) == {"ready": True})
    except (CallFailed, TimeoutError, msgspec.DecodeError):
        return False


def _problem(endpoint: Endpoint, failure: Failure) -> Diagnosis:
    return Diagnosis(
        name=endpoint.name,
        answers=False,
        problem=f"{failure.kind}: {failure.message}",
        advice=ADVICE[failure.kind],
    )
