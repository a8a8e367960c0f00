"""primum scenarios"""

from typing import Annotated

import typer

from primum.errors import PrimumError, did_you_mean

app = typer.Typer(help="The scenario library: check it, read it.", no_args_is_help=True)


@app.command("lint")
def lint(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or folders; without any, the built-in library.")
    ] = None,
    closest: Annotated[
        bool, typer.Option("--closest", help="Also print the pairs that read most alike.")
    ] = False,
) -> None:
    """Check scenarios: schema, identifiers, discrimination by the offline judge, near-duplicates, variety.

    What is named is compared with the whole library. Exit code 2 when there is an error.
    """
    from pathlib import Path

    from primum.judging.offline import judge_offline
    from primum.scenarios.lint import closest_pairs
    from primum.scenarios.lint import lint as find
    from primum.scenarios.loader import load_library
    from primum.scenarios.taxonomy import LIBRARY

    asked = [Path(path).resolve() for path in paths or ()]
    missing = next((path for path in asked if not path.exists()), None)
    if missing:
        raise PrimumError(f"{missing}: no such file or folder")
    faults: list[PrimumError] = []
    outside = [path for path in asked if not path.is_relative_to(LIBRARY)]
    library = load_library(paths=outside, on_error=faults.append)
    only = {path for path in library.files if not asked or any(path.is_relative_to(one) for one in asked)}
    findings = find(library, judge_offline, only)
    broken = [
        text for text in map(str, faults) if not asked or any(text.startswith(str(one)) for one in asked)
    ]
    for text in [*broken, *map(str, findings)]:
        typer.echo(text.replace(f"{Path.cwd()}/", ""))
    for pair in closest_pairs(library) if closest else ():
        typer.echo(f"{pair.containment:.2f} shingles, {pair.cosine:.2f} cosine: {pair.first}  {pair.second}")
    errors = len(broken) + sum(finding.severity == "error" for finding in findings)
    count = sum(len(library.files[path].scenarios) for path in only)
    typer.echo(f"{count} scenarios: {errors} errors, {len(findings) + len(broken) - errors} warnings")
    if errors:
        raise typer.Exit(2)


@app.command("views")
def views(
    require: Annotated[bool, typer.Option("--require", help="Exit code 2 when a quota is not met.")] = False,
) -> None:
    """Count the library by view, beside what each view is to hold."""
    from primum.scenarios.loader import load_library
    from primum.scenarios.views import quotas

    library = load_library()
    found = list(quotas(library.scenarios, library.taxonomy))
    for quota in found:
        if quota.what == "all" or not quota.met:
            sign = "" if quota.met else "  missing " + str(quota.wanted - quota.have)
            typer.echo(f"{quota.view}\t{quota.what}\t{quota.have} of {quota.wanted}{sign}")
    short = sum(not quota.met for quota in found)
    typer.echo(f"{len(library.scenarios)} scenarios: {len(found) - short} of {len(found)} quotas met")
    if require and short:
        raise typer.Exit(2)


@app.command("show")
def show(scenario: Annotated[str, typer.Argument(help="A scenario's id.")]) -> None:
    """Print one scenario as YAML."""
    import msgspec
    import yaml

    from primum.scenarios.loader import load_library

    known = load_library().by_id
    if scenario not in known:
        raise PrimumError(f"There is no scenario '{scenario}'.{did_you_mean(scenario, known)}")
    data = msgspec.to_builtins(known[scenario])
    typer.echo(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110), nl=False)
