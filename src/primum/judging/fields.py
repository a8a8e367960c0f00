"""One strict answer of a judge as a frozen struct: its JSON schema, its form in words, and its reading.

The form of the text may be loose (fences, prose around, trailing commas). The content may not: a missing field, a wrong
type, a value off the scale or two answers that differ are `Unparsed`, never a default.
"""

from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from primum.judging.objects import LONGEST, Pairs, answer_of, objects
from primum.judging.parser import Unparsed

T = TypeVar("T", bound=msgspec.Struct)


def parse(text: str, kind: type[T]) -> T | Unparsed:
    """The one answer in the text. An object that names a field of `kind` is an answer; several must be equal.

    >>> class Said(msgspec.Struct, frozen=True):
    ...     score: int
    >>> parse('I say {"score": 4,}', Said)
    Said(score=4)
    >>> parse('{"score": "4/5"}', Said)
    Unparsed(problem='Expected `int`, got `str` - at `$.score`')
    """
    if len(text) > LONGEST:
        return Unparsed("the answer is too long")
    names = {field.encode_name for field in _fields(kind)}
    told = [
        found
        for found in objects(answer_of(text))
        if isinstance(found, Pairs) and any(name in names for name, _ in found.pairs)
    ]
    if not told:
        return Unparsed(f"no JSON object with the fields {', '.join(sorted(names))}")
    answers: list[T] = []
    for found in told:
        try:
            answers.append(msgspec.convert(_plain(found, inspect.type_info(kind)), kind))
        except (msgspec.ValidationError, ValueError) as error:
            return Unparsed(str(error))
    if any(answer != answers[0] for answer in answers[1:]):
        return Unparsed("several answers that differ")
    return answers[0]


def _plain(value: Any, kind: inspect.Type) -> Any:
    """Decoded JSON without its doubled keys, and words as the scale writes them."""
    if isinstance(value, Pairs):
        fields = {field.encode_name: field.type for field in getattr(kind, "fields", ())}
        plain: dict[str, Any] = {}
        for name, inner in value.pairs:
            told = _plain(inner, fields.get(name, inspect.AnyType()))
            if name in plain and (type(plain[name]) is not type(told) or plain[name] != told):
                raise ValueError(f"two values of the field '{name}'")
            plain[name] = told
        return plain
    if isinstance(value, list):
        inner_kind = getattr(kind, "item_type", inspect.AnyType())
        return [_plain(item, inner_kind) for item in value]
    if isinstance(value, str) and isinstance(kind, inspect.LiteralType):
        words = {_loose(word): word for word in kind.values if isinstance(word, str)}
        return words.get(_loose(value), value)
    return value


def _loose(word: str) -> str:
    return " ".join(word.strip().strip(".").lower().replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=256)
def schema_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON schema of a strict structured answer: every field required, no other allowed."""
    return _schema(inspect.type_info(kind))


def _schema(kind: inspect.Type, scale: tuple[Any, ...] = ()) -> dict[str, Any]:
    if isinstance(kind, inspect.StructType):
        scales = _scales(kind.cls)
        properties = {one.encode_name: _schema(one.type, scales.get(one.name, ())) for one in kind.fields}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return {"type": "array", "items": _schema(kind.item_type)}
    if isinstance(kind, inspect.LiteralType):
        values = list(scale or kind.values)
        return {"type": "integer" if isinstance(values[0], int) else "string", "enum": values}
    return {"type": _WORDS[type(kind)][0]}


def form_of(kind: type[msgspec.Struct]) -> str:
    """The answer's form as a judge is shown it.

    >>> class Said(msgspec.Struct, frozen=True):
    ...     reason: str
    ...     safe: bool
    >>> form_of(Said)
    '{"reason": "…", "safe": true | false}'
    """
    return _form(inspect.type_info(kind))


def _form(kind: inspect.Type, scale: tuple[Any, ...] = ()) -> str:
    if isinstance(kind, inspect.StructType):
        scales = _scales(kind.cls)
        parts = (f'"{one.encode_name}": {_form(one.type, scales.get(one.name, ()))}' for one in kind.fields)
        return "{" + ", ".join(parts) + "}"
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return f"[{_form(kind.item_type)}, …]"
    if isinstance(kind, inspect.LiteralType):
        values = scale or kind.values
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    return _WORDS[type(kind)][1]


_WORDS: dict[type, tuple[str, str]] = {
    inspect.StrType: ("string", '"…"'),
    inspect.BoolType: ("boolean", "true | false"),
    inspect.IntType: ("integer", "number"),
    inspect.FloatType: ("number", "number"),
}
"""Name in a schema, and form in words."""


def _scales(kind: type) -> dict[str, tuple[Any, ...]]:
    """The values of each scale in the order they were written; msgspec sorts them."""
    return {
        name: get_args(hint) for name, hint in get_type_hints(kind).items() if get_origin(hint) is Literal
    }


def _fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    told = inspect.type_info(kind)
    assert isinstance(told, inspect.StructType)
    return told.fields
