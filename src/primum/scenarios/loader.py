"""Loading scenarios: one YAML file per subdomain, errors that name the line, a cache that makes it fast."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

import primum
from primum.canonical import canonical_bytes, digest
from primum.errors import PrimumError
from primum.scenarios.cache import Cache
from primum.scenarios.model import Record, Scenario
from primum.scenarios.pictures import inlined
from primum.scenarios.taxonomy import LIBRARY, Taxonomy, load_taxonomy
from primum.scenarios.yaml_file import Document, convert, parse

FORMAT = 1
"""Raised when the same bytes would parse to something else, so that old caches are not used."""


class ScenarioFile(Record, frozen=True, kw_only=True):
    """A library file. Domain and subdomain of its scenarios come from its header."""

    subdomain: str
    scenarios: tuple[Scenario, ...]
    canary: str = ""
    """Marks the content against use as training data."""
    licence: str = ""


class Source(msgspec.Struct, frozen=True):
    """Where something was read."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Parsed(msgspec.Struct, frozen=True):
    """A file and the line of each of its scenarios."""

    content: ScenarioFile
    lines: tuple[int, ...]


class Library(msgspec.Struct, frozen=True):
    """Every scenario that was loaded, sorted by id."""

    scenarios: tuple[Scenario, ...]
    by_id: Mapping[str, Scenario]
    sources: Mapping[str, Source]
    """Scenario id → where it stands."""
    files: Mapping[Path, ScenarioFile]
    taxonomy: Taxonomy
    hash: str
    """SHA-256 of the scenarios; comments, layout and file names do not change it."""


OnError = Callable[[PrimumError], None]


def _raise(error: PrimumError) -> None:
    raise error


def load_library(
    root: Path | None = None, paths: Iterable[Path] | None = None, on_error: OnError = _raise
) -> Library:
    """Load the library at `root` (the one that primum ships by default) and add the user's own `paths`.

    `paths` are scenario files, or directories that are searched for *.yaml and *.yml. The first fault is
    raised; a linter passes `on_error` to hear of every one (a faulty file is then left out).

    >>> library = load_library(paths=[])
    >>> library.by_id[library.scenarios[0].id] is library.scenarios[0]
    True
    """
    root = LIBRARY if root is None else root
    own_tree = root / "taxonomy.yaml"
    tree = own_tree if own_tree.is_file() else LIBRARY / "taxonomy.yaml"
    files = _find_files(root, paths or ())
    taxonomy = load_taxonomy(tree)
    parsed = _parse_all(files, tree, taxonomy, on_error)
    by_id: dict[str, Scenario] = {}
    sources: dict[str, Source] = {}
    for path, one in parsed.items():
        for scenario, line in zip(one.content.scenarios, one.lines, strict=True):
            here = Source(path, line)
            if first := sources.get(scenario.id):
                clash = f"{here}: the id '{scenario.id}' is already used at {first}; give this one another."
                on_error(PrimumError(clash))
                continue
            try:
                scenario = inlined(scenario, path.parent)
            except PrimumError as error:
                on_error(PrimumError(f"{here}: {error}"))
                continue
            by_id[scenario.id] = scenario
            sources[scenario.id] = here
    scenarios = tuple(by_id[id_] for id_ in sorted(by_id))
    return Library(
        scenarios=scenarios,
        by_id=by_id,
        sources=sources,
        files={path: one.content for path, one in parsed.items()},
        taxonomy=taxonomy,
        hash=digest(scenarios),
    )


def _find_files(root: Path, paths: Iterable[Path]) -> list[Path]:
    """Every scenario file once, in a fixed order."""
    if not root.is_dir():
        raise PrimumError(
            f"{root}: there is no such library directory; give the directory that holds <domain>/."
        )
    found = _inside(root)
    for path in paths:
        if path.is_dir():
            inside = _inside(path)
            if not inside:
                raise PrimumError(f"{path}: no .yaml file in this directory; put scenario files into it.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise PrimumError(f"{path}: no such file or directory; check the path of your scenarios.")
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def _inside(directory: Path) -> list[Path]:
    """Every YAML file below a directory, but for the tree and the linter's thresholds at its top."""
    files = (path for path in directory.rglob("*.y*ml") if path.suffix in (".yaml", ".yml"))
    settings = {directory / name for name in ("taxonomy.yaml", "lint.yaml", "views.yaml")}
    return sorted(path for path in files if path not in settings and not path.name.startswith("."))


def _parse_all(files: list[Path], tree: Path, taxonomy: Taxonomy, on_error: OnError) -> dict[Path, Parsed]:
    """Parse what the cache does not hold, and leave in the cache what is in use now."""
    if not files:
        return {}
    version = (primum.__version__, FORMAT, sha256(tree.read_bytes()).hexdigest(), _schema())
    name = f"scenarios-{digest([*version, *sorted({str(path.parent.resolve()) for path in files})])[:16]}"
    cache = Cache(name, Parsed)
    known = cache.read()
    fresh: dict[str, Parsed] = {}
    parsed: dict[Path, Parsed] = {}
    for path in files:
        try:
            raw = _read(path)
            key = sha256(raw).hexdigest()
            parsed[path] = fresh[key] = known.get(key) or parse_scenarios(path, raw, taxonomy)
        except PrimumError as error:
            on_error(error)
    if fresh.keys() != known.keys():
        cache.write(fresh)
    return parsed


def _schema() -> str:
    """Changes when the model of a scenario does."""
    return sha256(canonical_bytes(msgspec.json.schema(ScenarioFile))).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PrimumError(f"{path}: {error.strerror}; make the file readable.") from None


def parse_scenarios(path: Path, raw: bytes, taxonomy: Taxonomy) -> Parsed:
    """Parse and check one library file; any fault is a PrimumError 'FILE:LINE: what is wrong'."""
    document = parse(path, raw)
    if not isinstance(document.data, dict):
        raise document.error("$", "a scenario file starts with canary, licence, subdomain and scenarios.")
    _place(document, taxonomy)
    content = convert(document, ScenarioFile)
    lines = tuple(document.line(f"$.scenarios[{i}]") for i in range(len(content.scenarios)))
    return Parsed(content, lines)


def _place(document: Document, taxonomy: Taxonomy) -> None:
    """Put domain and subdomain of the header into every scenario, and spell out the short form of turns."""
    header = document.data
    name = header.get("subdomain")
    if isinstance(name, str):
        try:
            leaf = taxonomy.leaf(name)
        except PrimumError as error:
            raise document.error("$.subdomain", str(error)) from None
        header["subdomain"] = leaf.id
        place = {"domain": taxonomy.domain_of(leaf.id).id, "subdomain": leaf.id}
        scenarios = header.get("scenarios")
        for i, scenario in enumerate(scenarios if isinstance(scenarios, list) else ()):
            if isinstance(scenario, dict):
                for field in place.keys() & scenario.keys():
                    raise document.error(
                        f"$.scenarios[{i}].{field}",
                        f"leave '{field}' out; the file's header says it.",
                        key=True,
                    )
                scenario.update(place)
                if isinstance(scenario.get("turns"), list):
                    scenario["turns"] = [
                        _turn(document, f"$.scenarios[{i}].turns[{j}]", turn)
                        for j, turn in enumerate(scenario["turns"])
                    ]


def _turn(document: Document, path: str, turn: Any) -> Any:
    """`"text"` is a user turn, `{user: "text", pictures: [rash.png]}` one with pictures; `{assistant: "text"}` is
    scripted history."""
    if isinstance(turn, str):
        return {"text": turn}
    if isinstance(turn, dict) and len(turn) == 1 and (role := next(iter(turn))) in ("user", "assistant"):
        if not isinstance(turn[role], str):
            typed = document.scalar(f"{path}.{role}")
            raise document.error(f"{path}.{role}", f"a turn is a text; quote it: '{typed}'")
        return {"role": role, "text": turn[role]}
    if isinstance(turn, dict) and turn.keys() == {"user", "pictures"} and isinstance(turn["user"], str):
        return {"text": turn["user"], "pictures": turn["pictures"]}
    if isinstance(turn, dict):
        forms = "a text, {user: a text, pictures: [files]} or {assistant: a text}"
        message = f"a turn is {forms}; quote a text that holds ': '."
        raise document.error(path, message)
    raise document.error(path, f"a turn is a text; quote it: '{document.scalar(path)}'")
