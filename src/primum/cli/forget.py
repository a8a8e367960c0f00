"""primum forget"""

from typing import Annotated

import typer

from primum.cli import options as o


def forget(
    run: o.RunName,
    store: o.Store = "",
    out: o.Out = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a run's texts (prompts, replies, quotes, report); keep its hashes, outcomes, scores and verdicts.

    Name --out when the outputs were written to a folder of their own beside --store.
    """
    from pathlib import Path

    from primum.archive import find_run
    from primum.campaign.redact import redact
    from primum.errors import PrimumError
    from primum.reporting.outputs import erase_texts, write_outputs

    found = find_run(run, store)
    folder = Path(out) if out else found.out
    if not yes:
        typer.confirm(f"Erase every text of run {found.row.run}? This cannot be undone.", abort=True)
    try:
        done = found.store.forget(found.row.run, redact)
    except PrimumError:
        if found.store.load_run(found.row.run).forgotten is not None:  # erased, though not yet off the disk
            erase_texts(folder)
        raise
    if erase_texts(folder):
        write_outputs(found.store, found.manifest, folder)
    else:
        typer.echo(
            f"No report lies in {folder}. If it is elsewhere, forget again with --out and that folder."
        )
    typer.echo(
        f"Run {done.run}: {done.calls_erased} calls and the texts of {done.cases_redacted} cases erased."
    )
    if done.calls_kept:
        typer.echo(f"{done.calls_kept} calls stay, because another run in this store uses them too.")
    if done.note:
        typer.echo(done.note)
