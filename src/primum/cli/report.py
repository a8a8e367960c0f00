"""primum report"""

import typer

from primum.cli import options as o


def report(run: o.RunName, store: o.Store = "", out: o.Out = "") -> None:
    """Write a run's report, summary and cases again from the store. Calls nothing."""
    from pathlib import Path

    from primum.archive import find_run
    from primum.reporting.outputs import write_outputs

    found = find_run(run, store)
    folder = Path(out) if out else found.out
    write_outputs(found.store, found.manifest, folder)
    typer.echo(f"Report: {folder / 'report.html'}")
