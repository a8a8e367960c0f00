"""Options that several commands share, and the request they make."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from primum.api import Request

Protocol = Annotated[
    str, typer.Argument(help="A protocol's name (see: primum list protocols) or a .yaml file.")
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target", "-t", help="What is tested: openai/MODEL, URL#MODEL, sim:NAME …; may be repeated."
    ),
]
Judges = Annotated[
    list[str] | None,
    typer.Option("--judge", "-j", help="Who judges; the first decides. Default: the protocol's."),
]
Attacker = Annotated[
    str,
    typer.Option("--attacker", help="The model that writes for attacks. Without one, only rules write."),
]
Limit = Annotated[int | None, typer.Option("--limit", help="At most so many scenarios.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the draw.")]
Trials = Annotated[
    int | None, typer.Option("--trials", help="Repeats of every case. Default: the protocol's.")
]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", help="Calls in flight at once. Default: adaptive, up to 64.")
]
Budget = Annotated[
    list[str] | None, typer.Option("--budget", help="Caps, for example calls=500,tokens=2M,usd=5.")
]
Store = Annotated[
    str, typer.Option("--store", help="Database file or postgresql:// URL. Default: inside --out.")
]
Out = Annotated[str, typer.Option("--out", "-o", help="Folder of the outputs. Default: out/RUN.")]
Offline = Annotated[bool, typer.Option("--offline", help="Refuse every address that is not this machine.")]
Label = Annotated[
    str,
    typer.Option("--label", help="Name of this edition of the run, such as a date: every call is made anew."),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenarios", help="Your own scenario file or folder, beside the library."),
]
Config = Annotated[
    str, typer.Option("--config", help="Endpoint definitions. Default: primum.toml, if there.")
]
Policy = Annotated[
    str, typer.Option("--policy", help="A gate's thresholds: a .toml file, or 'default'. See docs/gate.md.")
]
Json = Annotated[
    bool, typer.Option("--json", help="Machine-readable output on standard output, nothing else.")
]
RunName = Annotated[str, typer.Argument(help="A run's id or its beginning, or its output folder.")]


def request(
    protocol: str,
    targets: list[str] | None,
    judges: list[str] | None,
    limit: int | None,
    seed: int,
    trials: int | None,
    concurrency: int | None,
    budget: list[str] | None,
    store: str,
    out: str,
    offline: bool,
    label: str,
    scenarios: list[str] | None,
    config: str,
    policy: str = "",
    attacker: str = "",
) -> "Request":
    """The options of `primum run` and `primum plan` as a request."""
    from primum.api import Request
    from primum.endpoints.budget import parse_caps

    return Request(
        protocol=protocol,
        targets=tuple(targets or ()),
        judges=tuple(judges or ()),
        limit=limit,
        seed=seed,
        trials=trials,
        concurrency=concurrency,
        budget=parse_caps(budget or []),
        store=store,
        out=out,
        offline=offline,
        label=label,
        scenarios=tuple(scenarios or ()),
        config=config,
        policy=policy,
        attacker=attacker,
    )
