"""primum scenarios"""

from typing import Annotated

import typer

app = typer.Typer(help="The scenario library: check it, read it.", no_args_is_help=True)


@app.command("lint")
def lint(
    files: Annotated[
        list[str] | None, typer.Argument(help="Your own files or folders; without any, the built-in library.")
    ] = None,
    warnings: Annotated[bool, typer.Option("--warnings/--no-warnings", help="Print warnings too.")] = True,
) -> None:
    """Check scenarios: schema, identifiers, discrimination by the offline judge, near-duplicates, variety."""
    from pathlib import Path

    from primum.judging.offline import judge_offline
    from primum.scenarios.lint import lint as find
    from primum.scenarios.loader import load_library

    library = load_library(paths=[Path(file) for file in files or []])
    found = find(library, judge_offline)
    shown = [finding for finding in found if warnings or finding.severity == "error"]
    for finding in shown:
        typer.echo(f"{finding.file}:{finding.line}: {finding.severity}: {finding.rule}: {finding.message}")
    errors = sum(finding.severity == "error" for finding in found)
    typer.echo(f"{len(library.scenarios)} scenarios, {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(2)


@app.command("show")
def show(scenario: Annotated[str, typer.Argument(help="A scenario's id.")]) -> None:
    """Print one scenario as YAML."""
    import msgspec
    import yaml

    from primum.errors import PrimumError, did_you_mean
    from primum.scenarios.loader import load_library

    known = load_library().by_id
    if scenario not in known:
        raise PrimumError(f"There is no scenario '{scenario}'.{did_you_mean(scenario, known)}")
    data = msgspec.to_builtins(known[scenario])
    typer.echo(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110), nl=False)
