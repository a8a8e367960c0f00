"""primum protocols"""

from typing import Annotated

import typer

app = typer.Typer(help="Built-in protocols: read one, copy it, change it.", no_args_is_help=True)


@app.command("show")
def show(name: Annotated[str, typer.Argument(help="For example multi-domain.")]) -> None:
    """Print a protocol's file: primum protocols show das > mine.yaml"""
    from primum.campaign.protocol import protocol_text

    typer.echo(protocol_text(name), nl=False)


@app.command("list")
def list_() -> None:
    """Name the built-in protocols."""
    from primum.cli.list import print_protocols

    print_protocols(json=False)
