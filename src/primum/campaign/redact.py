"""What remains of a case when its run is forgotten: outcome, scores, verdicts and hashes, but no text."""

import msgspec

from primum.campaign.model import CaseResult
from primum.canonical import canonical_bytes, digest
from primum.endpoints.model import Exchange, Failure, Message, Reply
from primum.judging.model import CheckVerdict, Verdict
from primum.transforms.model import Edit

_decode = msgspec.json.Decoder(CaseResult).decode


def redact(record: bytes) -> bytes:
    """The record without what anybody wrote; each text is replaced by its SHA-256. Redacting twice changes nothing."""
    result = _decode(record)
    return canonical_bytes(
        msgspec.structs.replace(
            result,
            exchange=_exchange(result.exchange) if result.exchange else None,
            verdicts=tuple(_verdict(verdict) for verdict in result.verdicts),
            failure=_failure(result.failure) if result.failure else None,
            trace=tuple(_edit(edit) for edit in result.trace),
        )
    )


MARK = "sha256:"


def _hash(text: object) -> str:
    if isinstance(text, str) and (not text or text.startswith(MARK)):
        return text
    if isinstance(text, dict) and set(text) == {"erased"}:
        return str(text["erased"])
    return MARK + digest(text)


def _exchange(exchange: Exchange) -> Exchange:
    return Exchange(
        tuple(Message(message.role, _hash(message.content)) for message in exchange.messages),
        tuple(_reply(reply) for reply in exchange.replies),
        _failure(exchange.failure) if exchange.failure else None,
    )


def _reply(reply: Reply) -> Reply:
    return msgspec.structs.replace(
        reply, text=_hash(reply.text), reasoning=_hash(reply.reasoning), tool_calls=[]
    )


def _verdict(verdict: Verdict) -> Verdict:
    checks = tuple(CheckVerdict(check.check, check.answer, reply=check.reply) for check in verdict.checks)
    return msgspec.structs.replace(
        verdict,
        checks=checks,
        result={"erased": _hash(verdict.result)} if verdict.result else {},
        injection=_hash(verdict.injection),
        failure="erased" if verdict.failure else "",
    )


def _edit(edit: Edit) -> Edit:
    return msgspec.structs.replace(edit, before=_hash(edit.before), after=_hash(edit.after))


def _failure(failure: Failure) -> Failure:
    return msgspec.structs.replace(failure, message="erased")
