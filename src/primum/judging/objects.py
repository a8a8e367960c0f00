"""The JSON objects in a text that a model wrote: fenced, with prose around, with trailing commas, as Python.

What is cut short is no object. A doubled key keeps all its values, so that a contradiction can be seen.
"""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

_STARTS = 16
LONGEST = 400_000
"""Characters; a longer answer is not read."""


def answer_of(text: str) -> str:
    """What stands after the model's thinking aloud."""
    return text.rpartition("</think>")[2]


class Pairs:
    """A JSON object with every pair it was written with, doubled keys included."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs

    def all(self, key: str) -> list[Any]:
        return [value for name, value in self.pairs if name == key]


Found = Pairs | list[Any]


def objects(text: str) -> Iterator[Found]:
    """The outermost JSON objects and arrays in the text that can be decoded."""
    if text.lstrip()[:1] == "{":  # the usual answer: one object and nothing else
        whole = _json(text)
        if isinstance(whole, Pairs):
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
        if isinstance(found, Pairs | list):
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


_decoder = json.JSONDecoder(object_pairs_hook=Pairs, strict=False)
_NAMES = {"true": True, "false": False, "null": None}


def _literal(node: ast.expr) -> Any:
    """A Python literal as JSON would be decoded; anything else is an error."""
    if isinstance(node, ast.Dict):
        return Pairs([(str(_literal(key)), _literal(value)) for key, value in _items(node)])
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
