"""primum list"""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import typer

from primum.cli import options as o
from primum.errors import PrimumError, did_you_mean

Rows = tuple[Sequence[str], Iterable[Sequence[Any]]]


def list_(
    what: Annotated[
        str, typer.Argument(help="scenarios, protocols, transforms, attacks, judges, targets or runs.")
    ],
    where: Annotated[
        list[str] | None, typer.Option("--where", help="Scenarios only: FIELD=VALUE, for example risk=high.")
    ] = None,
    store: o.Store = "",
    config: o.Config = "",
    json: o.Json = False,
) -> None:
    """List scenarios, protocols, transforms, attacks, judges, targets or runs."""
    kinds: dict[str, Callable[[], Rows]] = {
        "scenarios": lambda: _scenarios(where or []),
        "protocols": _protocols,
        "transforms": _transforms,
        "attacks": _attacks,
        "judges": lambda: _judges(config),
        "targets": lambda: _targets(config),
        "runs": lambda: _runs(store),
    }
    if what not in kinds:
        raise PrimumError(f"There is no list of '{what}'.{did_you_mean(what, kinds)}")
    _print(*kinds[what](), json=json)


def print_protocols(json: bool) -> None:
    _print(*_protocols(), json=json)


def _print(columns: Sequence[str], rows: Iterable[Sequence[Any]], json: bool) -> None:
    """One line a row; tabs between the fields, so that other programs can cut it."""
    if json:
        from primum.canonical import canonical_bytes

        typer.echo(canonical_bytes([dict(zip(columns, row, strict=True)) for row in rows]).decode())
        return
    typer.echo("\t".join(columns))
    for row in rows:
        typer.echo("\t".join(str(value) for value in row))


def _scenarios(where: list[str]) -> Rows:
    from primum.scenarios.loader import load_library
    from primum.scenarios.sampling import select

    fields: dict[str, Any] = {}
    for part in where:
        name, equals, value = part.partition("=")
        if not equals:
            raise PrimumError(f"--where {part!r} is not FIELD=VALUE, for example --where domain=privacy")
        fields.setdefault(name, []).append(value)
    found = select(load_library().scenarios, fields)
    columns = ("id", "domain", "subdomain", "perspective", "risk", "turns", "checks", "title")
    rows = [
        (s.id, s.domain, s.subdomain, s.perspective, s.risk, len(s.user_turns), len(s.checks), s.title)
        for s in found
    ]
    return columns, rows


def _protocols() -> Rows:
    from primum.campaign.protocol import load_protocol, protocol_names

    loaded = [load_protocol(name) for name in protocol_names()]
    return ("name", "title"), [(protocol.name, protocol.title) for protocol in loaded]


def _transforms() -> Rows:
    """Those made by rule, those a writer model makes, and those that have both forms."""
    from primum.transforms.find import find_transform, transform_names
    from primum.transforms.forms import written

    ruled = {name: find_transform(name) for name in transform_names()}
    every: dict[str, Any] = {**written(), **ruled}
    forms = {
        name: "+".join(part for part, has in (("rule", name in ruled), ("writer", name in written())) if has)
        for name in every
    }
    columns = ("name", "catalogue", "family", "relation", "made by", "about")
    return columns, [
        (name, one.catalogue, one.family, one.relation, forms[name], one.title)
        for name, one in sorted(every.items())
    ]


def _attacks() -> Rows:
    from primum.attacks.find import attack_names, find_attack

    found = [find_attack(name) for name in attack_names()]
    rows = [(one.name, one.axis, one.tries, ", ".join(one.controls), one.title) for one in found]
    return ("name", "axis", "tries", "compared with", "about"), rows


def _judges(config: str) -> Rows:
    from primum.judging.catalogue import presets

    named = [
        (f"{one.name}@ENDPOINT" if one.asks_models and one.name != "jury" else one.name, one.about)
        for one in presets().values()
    ]
    own = ("policy:FILE.yaml@ENDPOINT", "1-5 by a policy of your own.")
    models = [
        (name, f"Rubric judge: all checks of a reply in one call to {name}.")
        for name, _ in _configured(config)
    ]
    forms = [
        (form, "Rubric judge on any model that can be a target.")
        for form, _ in _FORMS
        if not form.startswith("sim")
    ]
    return ("name", "about"), [*named, own, *models, *forms]


_FORMS = (
    ("openai/MODEL", "OpenAI; key in OPENAI_API_KEY"),
    ("anthropic/MODEL", "Anthropic; key in ANTHROPIC_API_KEY"),
    ("google/MODEL", "Google; key in GEMINI_API_KEY"),
    ("ollama/MODEL", "Ollama on this machine"),
    ("litellm/MODEL", "Anything LiteLLM knows (pip install 'primum[litellm]')"),
    ("URL#MODEL", "Any OpenAI-compatible server, for example http://localhost:8000/v1#llama"),
    ("replay:FILE", "Recorded replies from a JSONL file"),
    ("python:MODULE:FUNCTION", "A Python function, sync or async"),
    ("command:PROGRAM", "A program that speaks JSON lines"),
)


def _targets(config: str) -> Rows:
    from primum.endpoints.sim.models import described

    sims = [
        (f"sim:{name}", f"Simulated. Planted flaw: {about.flaw}. It shows {about.shows}.")
        for name, about in described().items()
    ]
    return ("name", "about"), [*sims, *_configured(config), *_FORMS]


def _configured(config: str) -> list[tuple[str, str]]:
    from primum.endpoints.config import load_config

    specs = load_config(config or None).endpoints
    return [
        (name, f"{spec.kind} {spec.model or spec.path or spec.base_url}")
        for name, spec in sorted(specs.items())
    ]


def _runs(store: str) -> Rows:
    from datetime import datetime

    from primum.archive import all_runs

    rows = [
        (
            found.row.run,
            datetime.fromtimestamp(found.row.created).strftime("%Y-%m-%d %H:%M"),
            found.row.status if found.row.forgotten is None else f"{found.row.status}, forgotten",
            found.manifest.planned,
            " ".join(target.name for target in found.manifest.targets),
            found.out,
        )
        for found in all_runs(store)
    ]
    return ("run", "created", "status", "cases", "targets", "folder"), rows
