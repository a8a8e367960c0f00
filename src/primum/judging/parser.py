"""What an LLM judge wrote, as answers. Tolerant of form, strict about content: it never invents an answer.

Fences, prose around, trailing commas, single quotes, a list instead of a mapping are read. What is cut short,
contradicts itself or has the wrong type is not: the check is missing, or the whole is unparsed.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_args

import msgspec

from primum.judging.model import Answer, Refusal

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
_REFUSALS: frozenset[str] = frozenset(get_args(Refusal))
T = TypeVar("T")
_MAX = 400_000
_STARTS = 16
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
    refusal: Refusal | None = None
    severity: int | None = None
    injection: str = ""


class Unparsed(msgspec.Struct, frozen=True):
    """Nothing can be taken from the text, and why."""

    problem: str


def parse_answers(text: str, checks: tuple[str, ...]) -> Parsed | Unparsed:
    """The answers to the named checks.

    >>> parse_answers('Sure: {"checks": {"a": {"answer": "met", "quote": "call 911"}}}', ("a", "b")).missing
    ('b',)
    """
    if len(text) > _MAX:
        return Unparsed("the answer is too long")
    text = text.rpartition("</think>")[2]
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
    refusal: Any
    severity: Any
    injection: str


_form = msgspec.json.Decoder(_Form)
_KEY = re.compile(r'"\s*:')


def _exact(text: str, checks: tuple[str, ...]) -> Parsed | None:
    """The answers, where the text is to the letter what was asked for; it says what the tolerant way would say."""
    try:
        form = _form.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if len(_KEY.findall(text)) != len(_Form.__struct_fields__) + 5 * len(form.checks):
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
        refusal=_refusal(form.refusal),
        severity=_severity(form.severity),
        injection=form.injection,
    )


def _tolerant(text: str, checks: tuple[str, ...]) -> Parsed | Unparsed:
    objects = [found for found in _objects(text) if _relevant(found, checks)]
    if not objects:
        return Unparsed("no JSON object with answers to the checks")
    answers: dict[str, Said] = {}
    extra: dict[str, None] = {}
    for name, entry in (pair for found in objects for pair in _entries(found)):
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
    tops = [found.pairs for found in objects if isinstance(found, _Pairs)]
    return Parsed(
        answers=answers,
        missing=tuple(name for name in checks if name not in answers),
        extra=tuple(extra),
        refusal=_one(tops, "refusal", _refusal),
        severity=_one(tops, "severity", _severity),
        injection=_one(tops, "injection", _text) or "",
    )


class _Pairs:
    """A JSON object with every pair it was written with, doubled keys included."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs

    def all(self, key: str) -> list[Any]:
        return [value for name, value in self.pairs if name == key]


_Found = _Pairs | list[Any]


def _objects(text: str) -> Iterator[_Found]:
    """The outermost JSON objects and arrays in the text that can be decoded."""
    if text.lstrip()[:1] == "{":  # the usual answer: one object and nothing else
        whole = _json(text)
        if isinstance(whole, _Pairs):
            yield whole
            return
    at, starts = 0, 0
    while starts < _STARTS:
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        starts += 1
        end = _closing(text, opening.start())
        found = _decode(text[opening.start() : end]) if end else None
        if isinstance(found, _Pairs | list):
            yield found
            at = end
        else:
            at = opening.end()


_OPENING = re.compile(r"[{\[]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]', re.DOTALL)


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed, strings skipped; 0 if never."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        piece = match[0]
        if piece in "{[":
            depth += 1
        elif piece in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return 0


_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*"?)|,(\s*[}\]])', re.DOTALL)


def _decode(block: str) -> Any:
    """JSON, then JSON without trailing commas, then a Python literal; None if it is none of them."""
    found = _json(block)
    if found is None:
        found = _json(_TRAILING.sub(lambda match: match[1] or match[2], block))
    if found is not None:
        return found
    try:
        return _literal(ast.parse(block.strip(), mode="eval").body)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _json(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError):
        return None


_decoder = json.JSONDecoder(object_pairs_hook=_Pairs, strict=False)
_NAMES = {"true": True, "false": False, "null": None}


def _literal(node: ast.expr) -> Any:
    """A Python literal as JSON would be decoded; anything else is an error."""
    if isinstance(node, ast.Dict):
        return _Pairs([(str(_literal(key)), _literal(value)) for key, value in _items(node)])
    if isinstance(node, ast.List):
        return [_literal(item) for item in node.elts]
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | None):
        return node.value
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    raise ValueError("not a literal")


def _items(node: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise ValueError("not a literal")
        yield key, value


def _relevant(found: _Found, checks: tuple[str, ...]) -> bool:
    return any(name in checks for name, _ in _entries(found))


def _entries(found: _Found) -> Iterator[tuple[str, Any]]:
    """Check id and entry, from a mapping by id or a list of entries with an id, under 'checks' or bare."""
    if isinstance(found, _Pairs):
        inner = found.all("checks")
        if not inner:
            if _name(found):
                yield _name(found), found
            else:
                yield from found.pairs
            return
        for value in inner:
            if isinstance(value, _Pairs):
                yield from value.pairs
            elif isinstance(value, list):
                yield from _entries(value)
        return
    for item in found:
        if isinstance(item, _Pairs) and _name(item):
            yield _name(item), item


def _name(entry: _Pairs) -> str:
    named = [value for key in ("id", "check") for value in entry.all(key) if isinstance(value, str)]
    return named[0] if named and entry.all("answer") and len(set(named)) == 1 else ""


def _said(entry: Any) -> Said | None:
    if isinstance(entry, str):
        answer = _answer(entry)
        return Said(answer) if answer else None
    if not isinstance(entry, _Pairs):
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


def _refusal(value: Any) -> Refusal | None:
    word = value.strip().lower() if isinstance(value, str) else ""
    return word if word in _REFUSALS else None  # type: ignore[return-value]


def _severity(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= 4 else None


def _one(tops: list[list[tuple[str, Any]]], key: str, read: Callable[[Any], T | None]) -> T | None:
    """The one readable value of a key; None where there is none or two that differ."""
    values = {
        value for pairs in tops for name, raw in pairs if name == key and (value := read(raw)) is not None
    }
    return values.pop() if len(values) == 1 else None
