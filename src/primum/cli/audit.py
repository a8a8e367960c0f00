"""primum audit-the-auditor"""

from typing import Annotated

import typer

from primum.cli import options as o


def audit_the_auditor(
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="A standardised model; may be repeated. Default: all of them."),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", help="Search each model with so many seeds.")] = 1,
    first_seed: Annotated[
        int, typer.Option("--first-seed", help="The first of these seeds: another one is another draw.")
    ] = 0,
    out: Annotated[str, typer.Option("--out", "-o", help="Folder of the runs.")] = "out/audit",
    json: o.Json = False,
) -> None:
    """Search the standardised models, whose flaws are known, and print what was found and what was not.

    Each model is simulated and gets 1,000 calls a seed. Exit codes: 0 every flaw found and no false alarm, 1 otherwise.
    """
    from primum.audit.audit import audit
    from primum.audit.text import lines_of
    from primum.canonical import canonical_bytes

    found = audit(model or (), seeds, out, lambda line: typer.echo(line, err=True), first_seed)
    if json:
        typer.echo(canonical_bytes(found).decode())
    else:
        for line in lines_of(found):
            typer.echo(line)
    raise typer.Exit(0 if found.good else 1)
