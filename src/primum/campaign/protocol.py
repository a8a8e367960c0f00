"""A protocol: the declarative file that says which scenarios, attacks, judges and statistics make a campaign."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from primum.canonical import digest
from primum.errors import PrimumError, did_you_mean

Stratum = Literal["domain", "subdomain", "perspective", "setting", "risk"]


class Scenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which scenarios are drawn."""

    where: dict[str, Any] = {}
    """Field → value or list of values; every field must agree. Empty: the whole library."""
    draw: int | None = None
    """How many, drawn by seed; all when the pool is smaller or nothing is said."""
    stratify: Stratum = "domain"
    files: tuple[str, ...] = ()
    """Further scenario files or folders of your own."""


class Transforms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Edits of the scenarios that are played beside the scenarios themselves."""

    names: tuple[str, ...]
    """Transforms, families of them, or stacks written `first + second`."""
    each: int = 1
    """How many of those that fit a scenario it is played with, drawn by seed."""


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Learning across cases: which tool works on this target is learned between rounds, then confirmed on new cases."""

    tools: tuple[str, ...] = ()
    """Transforms, families of them, and attacks; all that there are when none is named."""
    rounds: int = 8
    batch: int = 40
    """Attempts a round and target."""
    confirm: int = 40
    """Scenarios on which each tool that found something is tried again, beside its control."""
    calls: int = 1000
    """Target calls at most, the plain cases and the controls included."""


class Defence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is put around a target, to be compared with the target without it."""

    prompt: str = ""
    """A system prompt, put before the deployment's own."""
    guard: str = ""
    """module:function that looks at every reply; see docs/attacks.md."""


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """See `primum protocols show NAME` for the built-in ones; copy one, edit it, and run it by its path."""

    name: str
    title: str
    about: str
    scenarios: Scenarios = Scenarios()
    attacks: tuple[str, ...] = ("scripted",)
    """`scripted` asks what the scenarios ask. All others start from what it found."""
    attack_cases: int | None = None
    """At most so many cases for each attack and target, drawn by seed; else all that it may start from."""
    transforms: Transforms | None = None
    search: Search | None = None
    defences: dict[str, Defence] = {}
    """Name → what is put around each target. TARGET+NAME is played beside TARGET, on the same cases."""
    judges: tuple[str, ...] = ("offline",)
    """The first decides."""
    second_opinion: bool = True
    """Whether the offline judge, which calls nothing, looks at every case beside a model judge."""
    rubric: str = "jsl-7-reconstructed"
    trials: int = 1
    deadline: float = 900.0
    """Seconds for one case, judging included."""
    not_tested: tuple[str, ...] = ()
    """What a reader might expect of this protocol and does not get; printed in the report."""

    @property
    def hash(self) -> str:
        return digest(self)


def _built_in() -> dict[str, Traversable]:
    folder = files("primum.campaign") / "protocols"
    return {item.name.removesuffix(".yaml"): item for item in folder.iterdir() if item.name.endswith(".yaml")}


def protocol_names() -> list[str]:
    return sorted(_built_in())


def protocol_text(name: str) -> str:
    """The file of a built-in protocol, to be copied and edited."""
    found = _built_in()
    if name not in found:
        raise PrimumError(f"There is no protocol '{name}'.{did_you_mean(name, found)}")
    return found[name].read_text("utf-8")


def load_protocol(name: str) -> Protocol:
    """A built-in protocol by name, or a file by its path (anything that ends in .yaml or holds a slash)."""
    if not name.endswith((".yaml", ".yml")) and "/" not in name:
        return _parse(protocol_text(name), f"protocol {name}")
    path = Path(name)
    try:
        return _parse(path.read_text("utf-8"), name)
    except FileNotFoundError:
        raise PrimumError(f"{name}: no such protocol file. Built-in: {', '.join(protocol_names())}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PrimumError(f"{name}: cannot be read as a protocol file: {error}") from None


def _parse(text: str, source: str) -> Protocol:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PrimumError(f"{source}:{line}: not valid YAML: {getattr(error, 'problem', error)}") from None
    try:
        protocol = msgspec.convert(data, Protocol)
    except msgspec.ValidationError as error:
        raise PrimumError(f"{source}{_line_of(text, str(error))}: {error}{_near_field(str(error))}") from None
    draw = protocol.scenarios.draw
    numbers = {"trials": protocol.trials, "deadline": protocol.deadline, "draw": draw}
    numbers |= {"attack_cases": protocol.attack_cases}
    numbers |= {"each": protocol.transforms.each} if protocol.transforms else {}
    numbers |= _numbers(protocol.search) if protocol.search else {}
    for field, value in numbers.items():
        if value is not None and value <= 0:
            raise PrimumError(f"{source}: {field} must be above 0, not {value}")
    if not protocol.attacks or len(set(protocol.attacks)) < len(protocol.attacks):
        raise PrimumError(f"{source}: attacks must name at least one attack, and none twice")
    for name, defence in protocol.defences.items():
        if not (defence.prompt.strip() or defence.guard) or "+" in name:
            raise PrimumError(f"{source}: defences: '{name}' needs a prompt or a guard, and no + in its name")
    return protocol


def _numbers(search: Search) -> dict[str, int]:
    return {name: getattr(search, name) for name in ("rounds", "batch", "confirm", "calls")}


def _line_of(text: str, error: str) -> str:
    """':LINE' of the field that a validation error names, where it can be found."""
    path = error.rpartition("`$.")[2].rstrip("`") if "`$." in error else ""
    field = error.split("`")[1] if "unknown field" in error else path.split(".")[-1].split("[")[0]
    for number, line in enumerate(text.splitlines(), 1):
        if field and line.strip().removeprefix("- ").startswith(f"{field}:"):
            return f":{number}"
    return ""


def _near_field(error: str) -> str:
    if "unknown field" not in error:
        return ""
    parts = (Protocol, Scenarios, Transforms, Search, Defence)
    known = {field for part in parts for field in part.__struct_fields__}
    return did_you_mean(error.split("`")[1], known)
