"""primum history"""

from typing import Annotated

import typer

from primum.cli import options as o


def history(
    target: Annotated[str, typer.Option("--target", "-t", help="Whose runs.")],
    out: Annotated[
        list[str] | None,
        typer.Option("--out", "-o", help="An output folder to look in; may be repeated."),
    ] = None,
    store: o.Store = "",
    html: Annotated[str, typer.Option("--html", help="Where the page goes.")] = "history.html",
    alpha: Annotated[
        float, typer.Option("--alpha", help="Chance of ever raising a false alarm, over all runs together.")
    ] = 0.05,
    fail_on_alarm: Annotated[
        bool, typer.Option("--fail-on-alarm", help="Exit 1 while the alarm stands.")
    ] = False,
    json: o.Json = False,
) -> None:
    """Follow a target over dated runs of one protocol: table, trend chart, and an alarm when it gets worse.

    Exit codes: 0 shown, 1 alarm (with --fail-on-alarm), 2 bad usage.
    """
    from primum.archive import STORE_FILE, all_runs
    from primum.canonical import canonical_bytes
    from primum.errors import PrimumError
    from primum.reporting.exports.write import write_file
    from primum.reporting.history.page import render_history
    from primum.reporting.history.trend import history as history_of
    from primum.reporting.rows import load

    if not 0.0 < alpha < 1.0:
        raise PrimumError(f"--alpha lies between 0 and 1, not {alpha}")
    if store and out:
        raise PrimumError("--store and --out are two ways to say where the runs are; give one of them")
    places = [f"{folder}/{STORE_FILE}" for folder in out or ()] or [store]
    found = {run.row.run: run for place in places for run in all_runs(place)}
    holding = [run for run in found.values() if any(one.name == target for one in run.manifest.targets)]
    seen = history_of([load(run.store, run.manifest) for run in holding or found.values()], target, alpha)
    path = write_file(html, render_history(seen).encode("utf-8"))
    if json:
        typer.echo(canonical_bytes(seen).decode())
    else:
        from primum.reporting.history.text import print_history

        print_history(seen)
        typer.echo(f"History: {path}")
    if fail_on_alarm and seen.alarm:
        raise typer.Exit(1)
