"""primum forget"""

from typing import Annotated

import typer

from primum.cli import options as o


def forget(
    run: o.RunName,
    store: o.Store = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a run's texts (prompts, replies, quotes, report); keep its hashes, outcomes, scores and verdicts."""
    from primum.archive import find_run
    from primum.campaign.redact import redact
    from primum.reporting.outputs import TEXT_FILES, write_outputs

    found = find_run(run, store)
    if not yes:
        typer.confirm(f"Erase every text of run {found.row.run}? This cannot be undone.", abort=True)
    done = found.store.forget(found.row.run, redact)
    for name in TEXT_FILES:
        (found.out / name).unlink(missing_ok=True)
    write_outputs(found.store, found.manifest, found.out)
    typer.echo(
        f"Run {done.run}: {done.calls_erased} calls and the texts of {done.cases_redacted} cases erased."
    )
    if done.calls_kept:
        typer.echo(f"{done.calls_kept} calls stay, because another run in this store uses them too.")
    if done.note:
        typer.echo(done.note)
