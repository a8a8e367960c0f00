"""What remains of a case when its run is forgotten: outcome, scores, verdicts and hashes, but no text."""

from typing import Any

import msgspec
from msgspec import inspect

from primum.campaign.model import CaseResult
from primum.canonical import canonical_bytes, digest
from primum.endpoints.model import Exchange, Failure, Message, Reply
from primum.errors import PrimumError
from primum.judging.catalogue import find_preset
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
            checks=(),
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
        result=_result(verdict),
        injection=_hash(verdict.injection),
        failure="erased" if verdict.failure else "",
    )


NOT_APPLICABLE = "not_applicable"


def _result(verdict: Verdict) -> dict[str, Any]:
    """What a preset found: its labels, scores and codes stay, every free text goes."""
    result = verdict.result
    if set(result) <= {NOT_APPLICABLE}:  # the words are ours: 'needs options, key'
        return result
    try:
        kind = inspect.type_info(find_preset(verdict.preset).kind)
    except PrimumError:  # the preset of a package that is no longer there
        return {"erased": _hash(result)}
    kept = _without_texts(result, kind)
    return kept if isinstance(kept, dict) else {"erased": _hash(result)}


def _without_texts(value: Any, kind: inspect.Type) -> Any:
    """Text stays only where its type binds it to a scale: a literal, or a code of a fixed pattern."""
    kind = _member(value, kind)
    if isinstance(value, dict):
        if isinstance(kind, inspect.StructType):
            fields = {field.encode_name: field.type for field in kind.fields}
            return {name: _without_texts(inner, fields.get(name, _ANY)) for name, inner in value.items()}
        if isinstance(kind, inspect.DictType) and isinstance(kind.key_type, inspect.LiteralType):
            return {name: _without_texts(inner, kind.value_type) for name, inner in value.items()}
        return _hash(value) if value else value
    if isinstance(value, list | tuple):
        return [_without_texts(one, getattr(kind, "item_type", _ANY)) for one in value]
    bound = isinstance(kind, inspect.LiteralType) or getattr(kind, "pattern", None)
    return value if bound or not isinstance(value, str) else _hash(value)


def _member(value: Any, kind: inspect.Type) -> inspect.Type:
    """Of a union the kind that may hold this value: a struct for a mapping, else a scale."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    wanted = inspect.StructType if isinstance(value, dict) else inspect.LiteralType
    return next((one for one in kind.types if isinstance(one, wanted)), _ANY)


_ANY = inspect.AnyType()


def _edit(edit: Edit) -> Edit:
    return msgspec.structs.replace(edit, before=_hash(edit.before), after=_hash(edit.after))


def _failure(failure: Failure) -> Failure:
    return msgspec.structs.replace(failure, message="erased")
