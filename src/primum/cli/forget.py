"""primum forget"""

from typing import TYPE_CHECKING, Annotated

import typer

from primum.cli import options as o

if TYPE_CHECKING:
    from primum.archive import Journal


def forget(
    run: o.RunName,
    store: o.Store = "",
    out: o.Out = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a run's texts (prompts, replies, quotes, report); keep its hashes, outcomes, scores and verdicts.

    Name --out when the outputs were written to a folder of their own beside --store. The folder of an examination or a
    calibration (out/judges/JUDGE), or of replies judged from a file, is forgotten likewise: its figures stay.
    """
    from pathlib import Path

    from primum.archive import find_journal, find_run
    from primum.campaign.redact import redact
    from primum.errors import PrimumError
    from primum.reporting.outputs import erase_texts, write_outputs

    journal = find_journal(run, store)
    if journal is not None:
        _forget_calls(journal, yes)
        return
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


def _forget_calls(journal: "Journal", yes: bool) -> None:
    from primum.reporting.outputs import erase_texts

    if not yes:
        typer.confirm(f"Erase every text of {', '.join(journal.names)}? This cannot be undone.", abort=True)
    notes = set()
    for name in journal.names:
        done = journal.store.forget_calls(name)
        typer.echo(f"{done.run}: {done.calls_erased} calls erased.")
        if done.calls_kept:
            typer.echo(f"{done.calls_kept} calls stay, because something else in this store uses them too.")
        notes.add(done.note)
    erase_texts(journal.folder)
    if left := journal.store.callers():
        typer.echo(f"Further examinations and judgings with calls in this store: {', '.join(left)}")
    for note in filter(None, notes):
        typer.echo(note)
