"""primum attacks"""

from typing import Annotated

import typer

from primum.cli import options as o

app = typer.Typer(help="What attacks found: keep it, and play it to another model.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Name the attacks. The same as: primum list attacks"""
    from primum.cli.list import list_ as show

    show("attacks")


@app.command("pack")
def pack(
    run: o.RunName,
    out: Annotated[str, typer.Option("--out", "-o", help="The file, for example found.jsonl.")],
    store: o.Store = "",
) -> None:
    """Keep the conversations that made a model fail, to be played to another with no attacker model.

    Name the file among a protocol's attacks: pack:FILE.
    """
    import msgspec

    from primum.archive import find_run
    from primum.attacks.pack import count, write_pack
    from primum.campaign.harvest import harvest
    from primum.campaign.model import CaseResult
    from primum.errors import PrimumError
    from primum.reporting.exports.write import write_file
    from primum.scenarios.model import Scenario

    found = find_run(run, store)
    decode, read = msgspec.json.Decoder(CaseResult).decode, msgspec.json.Decoder(Scenario).decode
    scenarios = {name: read(raw) for name, raw in found.store.scenarios(found.manifest.run).items()}
    made = harvest((decode(row.record) for row in found.store.cases(found.manifest.run)), scenarios)
    if not made.entries:
        raise PrimumError(f"{found.manifest.run}: no attack made a target fail; there is nothing to keep.")
    write_file(out, write_pack(made.entries))
    typer.echo(
        f"{len(made.entries)} conversations: "
        + ", ".join(f"{n} {name}" for name, n in count(made.entries).most_common())
    )
    if made.tools:
        typer.echo(
            f"{made.tools} with tools left out: play those attacks themselves, they need no attacker model."
        )
    if made.unreadable:
        typer.echo(f"{made.unreadable} left out: their messages are not kept as plain text.")
    typer.echo(f"Pack: {out}. Play it with a protocol whose attacks are [scripted, 'pack:{out}'].")
