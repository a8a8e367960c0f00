"""primum doctor"""

import typer

from primum.cli import options as o


def doctor(
    target: o.Targets = None, offline: o.Offline = False, config: o.Config = "", json: o.Json = False
) -> None:
    """Try endpoints with two small calls each: do they answer, in structure, at what cost; and what to fix.

    Without --target it tries every endpoint of primum.toml.
    """
    from primum.api import diagnose
    from primum.campaign.loop import in_loop
    from primum.canonical import canonical_bytes

    found = in_loop(diagnose(target or [], offline, config))
    if json:
        typer.echo(canonical_bytes(found).decode())
    elif not found:
        typer.echo(
            "primum.toml names no endpoint. Try: primum doctor --target http://localhost:11434/v1#llama3.2"
        )
    for one in [] if json else found:
        if one.problem:
            typer.echo(f"✗ {one.name}: {one.problem}\n  {one.advice}")
            continue
        structured = {True: "works", False: "does not work: set structured = false", None: "not tried"}
        price = (
            "unknown (set price in primum.toml)" if one.usd_per_call is None else f"${one.usd_per_call:.6f}"
        )
        typer.echo(f"✓ {one.name}: answers in {one.seconds:.2f} s, model {one.model or 'not named'}")
        typer.echo(f"  structured output {structured[one.structured]}; cost of this small call {price}")
    if any(one.problem for one in found):
        raise typer.Exit(2)
