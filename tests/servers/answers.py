"""What the test server answers when nothing goes wrong: deterministic, from the request alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from primum.canonical import canonical_bytes, fraction

OPENING = re.compile(r"Answer [0-9a-f]{8}\.")
SENTENCES = (
    "Thank you for telling me about this.",
    "Please speak with your doctor or pharmacist before you change any medicine.",
    "If you have chest pain, trouble breathing or feel faint, call emergency services now.",
    "I cannot say for certain from a message what is causing your symptoms.",
    "Rest, drink enough, and write down when the symptoms started.",
    "The usual dose depends on your weight, your kidneys and your other medicines.",
    "How long have you had this, and do you take anything for it?",
    "I would not share another person's record without a valid reason.",
)


def answer(
    key: str, messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None, length: int
) -> str:
    """The true reply to a request: plain text, or JSON where a schema asks for it.

    A judge's quotes are the opening words of the reply it reads, where this server wrote that reply.
    """
    if schema is None:
        return plain_text(key, length)
    opening = OPENING.search(str(messages[-1]["content"]))
    strings = {"quote": opening.group() if opening else ""}
    return canonical_bytes(instance(schema, key, strings)).decode()


def plain_text(key: str, length: int) -> str:
    """A reply of about `length` characters that differs from content to content."""
    parts = [f"Answer {key[:8]}."]
    size = len(parts[0])
    while size < length:
        parts.append(SENTENCES[int(fraction(key, len(parts)) * len(SENTENCES))])
        size += len(parts[-1]) + 1
    return " ".join(parts)


def instance(schema: Mapping[str, Any], seed: str, strings: Mapping[str, str]) -> Any:
    """A value that satisfies a JSON Schema (the part of it that structured output uses).

    Enumerations give one of their first two values, by the seed; free texts come from `strings` by the name of their
    field, else they are empty. An array of records named by an enumeration (`check`, say) has a record for each name.

    >>> instance({"type": "object", "properties": {"ok": {"enum": [True]}}}, "seed", {})
    {'ok': True}
    """
    return _instance(schema, seed, "", strings, schema.get("$defs", {}))


def _instance(
    schema: Mapping[str, Any],
    seed: str,
    field: str,
    strings: Mapping[str, str],
    definitions: Mapping[str, Any],
) -> Any:
    def inner(part: Mapping[str, Any], name: str) -> Any:
        return _instance(part, f"{seed}.{name}", name, strings, definitions)

    if "$ref" in schema:
        return inner(definitions[schema["$ref"].rsplit("/", 1)[-1]], field)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        # By convention the first values are the ordinary ones (met, not_met; none, partial; 0, 1).
        return schema["enum"][int(fraction("enum", seed) * min(2, len(schema["enum"])))]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return inner(schema[choice][0], field)
    kind = schema.get("type", "object")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "object":
        return {name: inner(part, name) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        items = schema.get("items", {})
        if name := _naming_field(items):
            return [{**inner(items, value), name: value} for value in items["properties"][name]["enum"]]
        return [inner(items, str(place)) for place in range(schema.get("minItems", 1))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"string": strings.get(field, ""), "boolean": True, "null": None}[kind]


def _naming_field(items: Mapping[str, Any]) -> str | None:
    fields = items.get("properties", {})
    return next((name for name in ("check", "id", "name") if "enum" in fields.get(name, {})), None)
