"""Reading YAML that people write: strict types, and errors that name file, line and remedy.

`parse` keeps the composed node tree beside the data, so that a msgspec path such as
`$.scenarios[3].checks[0].dimension` can be turned into a line.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from primum.errors import PrimumError, did_you_mean

T = TypeVar("T")
Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # some builds of PyYAML come without libyaml

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Loader(Base):  # type: ignore[misc]
    """The safe loader, without the surprises of YAML 1.1 that would change what an author wrote."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{key.value}' occurs twice; keep one", problem_mark=key.start_mark
                )
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def _not_a_date(loader: Any, node: yaml.ScalarNode) -> str:
    raise yaml.MarkedYAMLError(
        problem=f"YAML reads {node.value} as a date; quote it: '{node.value}'", problem_mark=node.start_mark
    )


def _not_a_time(loader: Any, node: yaml.ScalarNode) -> Any:
    if ":" in node.value:
        raise yaml.MarkedYAMLError(
            problem=f"YAML reads {node.value} as a number of seconds; quote it: '{node.value}'",
            problem_mark=node.start_mark,
        )
    construct = loader.construct_yaml_int if node.tag.endswith(":int") else loader.construct_yaml_float
    return construct(node)


Loader.add_constructor("tag:yaml.org,2002:timestamp", _not_a_date)
Loader.add_constructor("tag:yaml.org,2002:int", _not_a_time)
Loader.add_constructor("tag:yaml.org,2002:float", _not_a_time)


class Document(msgspec.Struct, frozen=True):
    """A parsed file: its data, and the node tree that knows the lines."""

    path: Path
    data: Any
    root: yaml.Node | None

    def line(self, path: str = "$", key: bool = False) -> int:
        """The line of the deepest part of a msgspec path that exists in the file; 1 is the first.

        With `key` the last step names a key, and its own line is given rather than its value's.
        """
        node = self.root
        line = 1
        for name, index in _STEP.findall(path):
            child, mark = _step(node, name, index)
            if child is None:
                break
            node, line = child, mark
        if not key and node is not None and node is not self.root and isinstance(node, yaml.ScalarNode):
            return node.start_mark.line + 1
        return line

    def scalar(self, path: str) -> str:
        """The text at a path as the author typed it, or nothing."""
        node = self.root
        for name, index in _STEP.findall(path):
            node, _ = _step(node, name, index)
        return node.value if isinstance(node, yaml.ScalarNode) else ""

    def error(self, path: str, message: str, key: bool = False) -> PrimumError:
        return PrimumError(f"{self.path}:{self.line(path, key)}: {message}")


def _step(node: yaml.Node | None, name: str, index: str) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and index.isdigit() and int(index) < len(node.value):
        child = node.value[int(index)]
        return child, child.start_mark.line + 1
    return None, 0


def parse(path: Path, raw: bytes) -> Document:
    """Parse the bytes of a file; every fault of the YAML itself is a PrimumError with its line."""
    try:
        loader = Loader(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PrimumError(f"{path}:{line}: this is not UTF-8 text; save the file as UTF-8.") from None
    except yaml.YAMLError as error:
        raise PrimumError(f"{path}:1: {' '.join(str(error).split())}") from None
    try:
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, raw.rstrip().count(b"\n")) + 1 if mark else 1
        raise PrimumError(f"{path}:{line}: {_explain_syntax(error.problem or str(error))}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PrimumError(f"{path}:1: {' '.join(str(error).split())}") from None
    finally:
        loader.dispose()
    return Document(path, data, root)


def convert(document: Document, type_: type[T]) -> T:
    """The document's data as `type_`; a fault names its line and the nearest valid name."""
    try:
        return msgspec.convert(document.data, type_, strict=True)
    except msgspec.ValidationError as error:
        raise explain(document, error, type_) from None


def explain(document: Document, error: msgspec.ValidationError, type_: Any) -> PrimumError:
    """Turn msgspec's message into a line, a plain sentence and a remedy."""
    message, _, path = str(error).partition(" - at ")
    path = path.strip("`") or "$"
    if path.startswith("key"):
        path = path.rpartition("`")[2]
        return document.error(path, "a key here is read as a number or as true/false; quote it.")
    where = path.removeprefix("$").lstrip(".")
    place = f"{where}: " if where else ""
    expected = type_at(type_, path)
    if wrong := re.search(r"unknown field `(.*)`", message):
        hint = did_you_mean(wrong[1], _fields(expected))
        return document.error(f"{path}.{wrong[1]}", f"{place}unknown field '{wrong[1]}'.{hint}", key=True)
    if missing := re.search(r"missing required field `(.*)`", message):
        return document.error(path, f"{place}'{missing[1]}' is missing; add it.")
    if wrong := re.search(r"Invalid enum value ['\"]?(.*?)['\"]?$", message):
        known = _choices(expected)
        hint = did_you_mean(wrong[1], known) or f" Known: {', '.join(known)}."
        return document.error(path, f"{place}'{wrong[1]}' is not valid.{hint}")
    return document.error(path, f"{place}{_explain_type(message, document.scalar(path))}.")


def _explain_type(message: str, typed: str) -> str:
    """Say what the author should do about 'Expected `str`, got `bool`'."""
    found = re.fullmatch(r"Expected `(.*)`, got `(.*)`", message)
    if not found:
        return message
    wanted, got = found.groups()
    wants = wanted.split(" | ")
    if got == "null":
        return "nothing is written here; write a value or leave the field out"
    if "str" in wants and got in ("bool", "int", "float"):
        kind = "true/false" if got == "bool" else "a number"
        return f"YAML reads {typed} as {kind}; quote it: '{typed}'"
    if "str" in wants and got == "object":
        return "expected a text, got a mapping; quote a text that holds ': '"
    if "array" in wants and got == "str":
        return "expected a list; put the text after '- ' or in [ ]"
    if "bool" in wants:
        return "expected true or false, without quotes"
    if "int" in wants:
        return "expected a whole number, without quotes"
    words = {"object": "a mapping (name: value)", "array": "a list", "str": "a text"}
    return f"expected {words.get(wanted, wanted)}, got {words.get(got, got)}"


def _explain_syntax(problem: str) -> str:
    hints = {
        "mapping values are not allowed": "quote a text that holds ': ', or check the indentation",
        "did not find expected": "check quotes, brackets and indentation just above",
        "found a tab": "indent with spaces, never with tabs",
        "found character": "quote the text; indent with spaces, never with tabs",
        "could not determine a constructor": "quote the text; tags (!) are not used here",
        "found unexpected": "check quotes and brackets just above",
        "found undefined alias": "quote a text that begins with *",
        "found unknown escape": "use single quotes, or double the backslash",
    }
    hint = next((text for start, text in hints.items() if problem.startswith(start)), "")
    return f"{problem}; {hint}" if hint else problem


def type_at(type_: Any, path: str) -> inspect.Type:
    """Walk a type along a msgspec path: what was expected at `$.scenarios[3].checks[0].dimension`."""
    here = inspect.type_info(type_)
    for name, _ in _STEP.findall(path):
        here = _inner(here, name)
    return here


def _inner(type_: inspect.Type, name: str) -> inspect.Type:
    if isinstance(type_, inspect.UnionType):
        kind = inspect.StructType if name else inspect.VarTupleType
        type_ = next((one for one in type_.types if isinstance(one, kind)), type_)
    if isinstance(type_, inspect.StructType) and name:
        return next((field.type for field in type_.fields if field.encode_name == name), inspect.AnyType())
    if isinstance(type_, inspect.DictType):
        return type_.value_type
    if isinstance(type_, inspect.VarTupleType | inspect.ListType):
        return type_.item_type
    return inspect.AnyType()


def _fields(type_: inspect.Type) -> list[str]:
    if isinstance(type_, inspect.UnionType):
        return [name for one in type_.types for name in _fields(one)]
    return [field.encode_name for field in type_.fields] if isinstance(type_, inspect.StructType) else []


def _choices(type_: inspect.Type) -> list[str]:
    if isinstance(type_, inspect.UnionType):
        return [name for one in type_.types for name in _choices(one)]
    return [str(value) for value in type_.values] if isinstance(type_, inspect.LiteralType) else []
