"""What an LLM judge wrote, as answers. Tolerant of form, strict about content: it never invents an answer.

Fences, prose around, trailing commas, single quotes, a list instead of a mapping are read. What is cut short,
contradicts itself or has the wrong type is not: the check is missing, or the whole is unparsed.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import msgspec

from primum.judging.model import Answer
from primum.judging.objects import LONGEST, Found, Pairs, answer_of, objects
from primum.judging.scales import read, scales

_ANSWERS: dict[str, Answer] = {
    "met": "met",
    "not_met": "not_met",
    "unmet": "not_met",
    "not_applicable": "not_applicable",
    "n/a": "not_applicable",
    "na": "not_applicable",
    "cannot_judge": "cannot_judge",
    "can_not_judge": "cannot_judge",
}
T = TypeVar("T")
_REASON = 500


class Said(msgspec.Struct, frozen=True):
    """The judge's answer to one check, before its quote is verified. `reply` counts from 1; 0 is none."""

    answer: Answer
    quote: str = ""
    reply: int = 0
    reason: str = ""


class Parsed(msgspec.Struct, frozen=True):
    """All that could be read."""

    answers: dict[str, Said]
    missing: tuple[str, ...] = ()
    """Checks without a readable answer."""
    extra: tuple[str, ...] = ()
    """Answers to checks that were not asked; ignored."""
    beside: dict[str, Any] = {}
    """What is said beside the checks, by the fields of scales.yaml; what cannot be read is not there."""
    injection: str = ""


class Unparsed(msgspec.Struct, frozen=True):
    """Nothing can be taken from the text, and why."""

    problem: str


def parse_answers(text: str, checks: tuple[str, ...]) -> Parsed | Unparsed:
    """The answers to the named checks.

    >>> parse_answers('Sure: {"checks": {"a": {"answer": "met", "quote": "call 911"}}}', ("a", "b")).missing
    ('b',)
    """
    if len(text) > LONGEST:
        return Unparsed("the answer is too long")
    text = answer_of(text)
    return _exact(text, checks) or _tolerant(text, checks)


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """What an entry is asked to be."""

    quote: str
    reply: Any
    reason: str
    answer: str


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """What the whole answer is asked to be."""

    checks: dict[str, _Entry]
    severity: Any
    likelihood: Any
    harm_by: Any
    triage: Any
    refusal: Any
    helpfulness: Any
    reaction: Any
    injection: str


_form = msgspec.json.Decoder(_Form)
_KEY = re.compile(r'"\s*:')
_SPACED_KEY = re.compile(r'"\s+:')


def _exact(text: str, checks: tuple[str, ...]) -> Parsed | None:
    """The answers, where the text is to the letter what was asked for; it says what the tolerant way would say."""
    try:
        form = _form.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if _keys(text) != len(_Form.__struct_fields__) + 5 * len(form.checks):
        return None  # a key is there twice, or a text looks like one
    answers: dict[str, Said] = {}
    for name, entry in form.checks.items():
        answer = _ANSWERS.get(entry.answer)
        if answer is None or type(entry.reply) is not int:
            return None
        if name in checks:
            reason = " ".join(entry.reason.split())[:_REASON]
            answers[name] = Said(answer, entry.quote, max(entry.reply, 0), reason)
    if not answers:
        return None
    return Parsed(
        answers=answers,
        missing=tuple(name for name in checks if name not in answers),
        extra=tuple(name for name in form.checks if name not in answers),
        beside={
            field: value for field in scales() if (value := read(field, getattr(form, field))) is not None
        },
        injection=form.injection,
    )


def _keys(text: str) -> int:
    """How many keys a text holds, or what looks like one."""
    return len(_KEY.findall(text)) if _SPACED_KEY.search(text) else text.count('":')


def _tolerant(text: str, checks: tuple[str, ...]) -> Parsed | Unparsed:
    relevant = [found for found in objects(text) if _relevant(found, checks)]
    if not relevant:
        return Unparsed("no JSON object with answers to the checks")
    answers: dict[str, Said] = {}
    extra: dict[str, None] = {}
    for name, entry in (pair for found in relevant for pair in _entries(found)):
        if name not in checks:
            extra[name] = None
            continue
        said = _said(entry)
        if said is None:
            continue
        if name in answers and answers[name].answer != said.answer:
            return Unparsed(f"two different answers to the check '{name}'")
        answers.setdefault(name, said)
    if not answers:
        return Unparsed("no readable answer to any check")
    tops = [found.pairs for found in relevant if isinstance(found, Pairs)]
    return Parsed(
        answers=answers,
        missing=tuple(name for name in checks if name not in answers),
        extra=tuple(extra),
        beside={
            field: value
            for field in scales()
            if (value := _one(tops, field, partial(read, field))) is not None
        },
        injection=_one(tops, "injection", _text) or "",
    )


def _relevant(found: Found, checks: tuple[str, ...]) -> bool:
    return any(name in checks for name, _ in _entries(found))


def _entries(found: Found) -> Iterator[tuple[str, Any]]:
    """Check id and entry, from a mapping by id or a list of entries with an id, under 'checks' or bare."""
    if isinstance(found, Pairs):
        inner = found.all("checks")
        if not inner:
            if _name(found):
                yield _name(found), found
            else:
                yield from found.pairs
            return
        for value in inner:
            if isinstance(value, Pairs):
                yield from value.pairs
            elif isinstance(value, list):
                yield from _entries(value)
        return
    for item in found:
        if isinstance(item, Pairs) and _name(item):
            yield _name(item), item


def _name(entry: Pairs) -> str:
    named = [value for key in ("id", "check") for value in entry.all(key) if isinstance(value, str)]
    return named[0] if named and entry.all("answer") and len(set(named)) == 1 else ""


def _said(entry: Any) -> Said | None:
    if isinstance(entry, str):
        answer = _answer(entry)
        return Said(answer) if answer else None
    if not isinstance(entry, Pairs):
        return None
    fields = dict(entry.pairs)
    if len(fields) < len(entry.pairs):
        fields = {key: _same(entry.all(key)) for key in fields}
    answer = _answer(fields.get("answer"))
    if answer is None:
        return None
    reply, quote, reason = fields.get("reply"), fields.get("quote"), fields.get("reason")
    return Said(
        answer,
        quote if isinstance(quote, str) else "",
        reply if type(reply) is int and reply > 0 else 0,
        " ".join(reason.split())[:_REASON] if isinstance(reason, str) else "",
    )


def _same(values: list[Any]) -> Any:
    """The value of a doubled key, where it does not contradict itself."""
    return values[0] if all(type(value) is str and value == values[0] for value in values) else None


def _answer(value: Any) -> Answer | None:
    if not isinstance(value, str):
        return None
    return _ANSWERS.get(
        "_".join(value.strip().strip(".").lower().replace("-", " ").replace("_", " ").split())
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _one(tops: list[list[tuple[str, Any]]], key: str, read: Callable[[Any], T | None]) -> T | None:
    """The one readable value of a key; None where there is none or two that differ."""
    values = {
        value for pairs in tops for name, raw in pairs if name == key and (value := read(raw)) is not None
    }
    return values.pop() if len(values) == 1 else None
