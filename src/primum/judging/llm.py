"""The LLM rubric judge: one call answers all checks of an exchange, and a program verifies every quote."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from primum.endpoints.model import CallFailed, Exchange, Message, Params
from primum.endpoints.spec import EndpointSpec
from primum.judging.data import content
from primum.judging.fence import conversation, fenced, fill
from primum.judging.injection import injection
from primum.judging.judge import Ask
from primum.judging.model import Answer, CheckVerdict, Verdict
from primum.judging.offline import reply_of_turn
from primum.judging.parser import Parsed, Said, Unparsed, parse_answers
from primum.judging.quotes import locate
from primum.judging.scales import as_text, scales
from primum.scenarios.model import Check, Scenario

_TRIES = 3


class Callable(Protocol):
    """An endpoint as far as a judge knows it."""

    @property
    def spec(self) -> EndpointSpec: ...


class RubricJudge:
    """Asks `endpoint` for all checks of an exchange at once.

    `secret` is the campaign's (its seed, say): with the exchange it makes the fence code, which is the same on
    replay and cannot be guessed by a target that does not know it.
    """

    asks_models = True

    def __init__(self, endpoint: Callable, *, secret: str, name: str = "") -> None:
        self.endpoint = endpoint
        self.name = name or endpoint.spec.name
        self.secret = secret

    async def judge(self, scenario: Scenario, exchange: Exchange, ask: Ask) -> Verdict:
        """The verdict; with `failure` set where the judge cannot be reached or understood.

        A budget that ran out is the campaign's business: that CallFailed goes through.
        """
        replies = exchange.reply_texts
        if not replies:
            return Verdict(self.name, failure="there is no reply to judge")
        told = brief(scenario)
        params = Params(schema=told.schema) if self.endpoint.spec.structured else Params()
        messages = prompt(told, exchange, self.secret)
        best: Parsed | None = None
        problem = ""
        for attempt in range(_TRIES):
            try:
                reply = await ask(self.endpoint, messages, params, attempt)
            except CallFailed as error:
                if error.failure.kind == "over_budget":
                    raise
                problem = str(error)
                break
            parsed = parse_answers(reply.text, told.ids)
            if isinstance(parsed, Parsed):
                if best is None or len(parsed.missing) < len(best.missing):
                    best = parsed
                if not parsed.missing:
                    break
            problem = parsed.problem if isinstance(parsed, Unparsed) else "answers are missing"
            messages = (*messages[:2], *_correction(told, reply.text, problem))
        if best is None:
            return Verdict(self.name, failure=f"no verdict from {self.name}: {problem}")
        return verdict(self.name, scenario, replies, best)


class Brief(msgspec.Struct, frozen=True):
    """What the judge is told about a scenario, whatever the exchange."""

    ids: tuple[str, ...]
    system: Message
    user: tuple[str, str, str]
    """What is said before the fences' code, from there to the conversation, and behind it."""
    schema: dict[str, Any]


def brief(scenario: Scenario) -> Brief:
    """The checks as they are asked, and as a JSON schema."""
    turns = tuple(0 if c.turn is None else reply_of_turn(scenario, c.turn) + 1 for c in scenario.checks)
    return _brief(scenario.checks, turns)


@lru_cache(maxsize=4096)
def _brief(checks: tuple[Check, ...], turns: tuple[int, ...]) -> Brief:
    lines = [
        f"- {check.id}: {check.text}" + (f" (Judge reply {turn} only.)" if turn else "")
        for check, turn in zip(checks, turns, strict=True)
    ]
    ids = tuple(check.id for check in checks)
    system, user, _ = _sections()
    before, _, rest = user.partition("{{nonce}}")
    between, _, after = rest.partition("{{conversation}}")
    after = fill(after, checks="\n".join(lines), count=str(len(ids)))
    return Brief(ids, Message("system", system), (before, between, after), schema(ids))


def schema(ids: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a strict structured answer: one entry for every check, by its id."""
    text = {"type": "string"}
    entry = _object(
        {
            "quote": text,
            "reply": {"type": "integer"},
            "reason": text,
            "answer": {"type": "string", "enum": ["met", "not_met", "not_applicable", "cannot_judge"]},
        }
    )
    return _object(
        {
            "checks": _object(dict.fromkeys(ids, entry)),
            **{field: _one_of(list(scale.values)) for field, scale in scales().items()},
            "injection": text,
        }
    )


def _one_of(values: Sequence[int | str]) -> dict[str, Any]:
    return {"type": "integer" if isinstance(values[0], int) else "string", "enum": values}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def prompt(told: Brief, exchange: Exchange, secret: str) -> tuple[Message, ...]:
    """The judge's messages. The same exchange and secret give the same messages."""
    block, nonce = fenced(conversation(exchange), secret)
    before, between, after = told.user
    return told.system, Message("user", f"{before}{nonce}{between}{block}{after}")


def _correction(told: Brief, said: str, problem: str) -> tuple[Message, Message]:
    template = _sections()[2].replace("{{problem}}", problem).replace("{{ids}}", ", ".join(told.ids))
    return Message("assistant", said[:4000] or "(empty)"), Message("user", template)


@lru_cache(maxsize=1)
def _sections() -> tuple[str, str, str]:
    """System, user and correction text of prompts/rubric.md."""
    system, user, correction = content("prompts/rubric.md").decode().split("\n---\n")
    return system.strip().replace("{{scales}}", as_text()), user.strip(), correction.strip()


def verdict(name: str, scenario: Scenario, replies: Sequence[str], parsed: Parsed) -> Verdict:
    """The parsed answers with their quotes verified."""
    told = next((p for p in (locate(parsed.injection, replies),) if parsed.injection and p), None)
    claimed = replies[told.reply][told.start : told.end] if told else ""
    return Verdict(
        judge=name,
        checks=tuple(_verified(check, parsed.answers.get(check.id), replies) for check in scenario.checks),
        **parsed.beside,
        injection=next((found for text in replies if (found := injection(text))), "") or claimed,
    )


def _verified(check: Check, said: Said | None, replies: Sequence[str]) -> CheckVerdict:
    if said is None:
        return CheckVerdict(check.id, "cannot_judge", reason="the judge gave no readable answer")
    place = locate(said.quote, replies, said.reply)
    if place:
        quote = replies[place.reply][place.start : place.end]
        return CheckVerdict(check.id, said.answer, quote, place.reply, place.start, said.reason)
    if said.answer == _SHOWN[check.fails_by]:
        why = "is not in the reply" if said.quote else "was not given"
        reason = f"{said.answer}, but the quote {why}" + (f": {said.reason}" if said.reason else "")
        return CheckVerdict(check.id, "unsupported", reason=reason)
    return CheckVerdict(check.id, said.answer, reason=said.reason)


_SHOWN: dict[str, Answer] = {"omission": "met", "commission": "not_met"}
"""The answer that rests on words in the reply, and so needs a quote."""
