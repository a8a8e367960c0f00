"""primum report"""

from typing import Annotated

import typer

from primum.cli import options as o


def report(
    run: o.RunName,
    level: Annotated[
        str,
        typer.Option(
            "--level", help="internal: every word. shareable: no prompt and no reply, but their SHA-256."
        ),
    ] = "internal",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also as PDF, to sign and file. Needs: pip install 'primum[pdf]'.")
    ] = False,
    against: Annotated[str, typer.Option("--against", help="An earlier run to show the change from.")] = "",
    store: o.Store = "",
    out: o.Out = "",
) -> None:
    """Write a run's report, summary and cases again from the store. Calls nothing.

    At the level shareable only the report is written, as report.shareable.html.
    """
    from pathlib import Path

    from primum.archive import find_run
    from primum.errors import PrimumError, did_you_mean
    from primum.reporting.extras import extras_of
    from primum.reporting.levels import LEVELS
    from primum.reporting.outputs import summary_of, write_outputs, write_report
    from primum.reporting.pdf import load_weasyprint

    if level not in LEVELS:
        raise PrimumError(
            f"there is no level '{level}'.{did_you_mean(level, LEVELS)} Levels: {', '.join(LEVELS)}"
        )
    if pdf:
        load_weasyprint()  # what is missing is said before anything is written
    found = find_run(run, store)
    before = find_run(against, store) if against else None
    earlier = (before.store, before.manifest) if before else None
    folder = Path(out) if out else found.out
    if level == "internal":
        write_outputs(found.store, found.manifest, folder, earlier=earlier, pdf=pdf)
        names = ["report.html", "report.pdf"]
    else:
        summary = summary_of(found.store, found.manifest)
        extras = extras_of(found.store, summary, folder, earlier)
        write_report(summary, folder, extras, level="shareable", pdf=pdf)
        names = ["report.shareable.html", "report.shareable.pdf"]
    for name in names if pdf else names[:1]:
        typer.echo(f"Report: {folder / name}")
