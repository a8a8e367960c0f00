"""primum judge"""

from typing import Annotated

import typer

from primum.cli import options as o

INTERRUPTED = "Interrupted. Everything so far is kept; run the same command again to resume."


def judge_(
    preset: Annotated[
        str, typer.Argument(help="A preset's name (see: primum list judges) or policy:FILE.yaml.")
    ],
    source: Annotated[
        str,
        typer.Argument(
            help="Recorded replies: a .jsonl file, or a run's id or folder (its replies are judged anew)."
        ),
    ],
    judges: Annotated[
        list[str] | None,
        typer.Option("--judge", "-j", help="The model that judges; several for the preset jury."),
    ] = None,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            help="File of the opinions, one line a reply. Default: in out/ or the run's folder.",
        ),
    ] = "",
    index: Annotated[
        str,
        typer.Option(
            "--index", help="JSONL list of publications (doi or pmid, title) to look citations up in."
        ),
    ] = "",
    against: Annotated[
        str,
        typer.Option("--against", help="Another run: its cases are the other halves, for the preset pair."),
    ] = "",
    store: o.Store = "",
    concurrency: o.Concurrency = None,
    budget: o.Budget = None,
    offline: o.Offline = False,
    label: o.Label = "",
    config: o.Config = "",
    json: o.Json = False,
) -> None:
    """Judge recorded replies with one preset. Calls no target. The same command again resumes.

    Exit codes: 0 done, 2 bad usage, 3 some replies have no verdict, 130 interrupted.
    """
    import asyncio

    from primum.campaign.interrupt import on_signals
    from primum.campaign.loop import in_loop
    from primum.campaign.rejudge import summary
    from primum.endpoints.budget import parse_caps
    from primum.rejudging import Wanted, execute, open_task
    from primum.reporting.judged import as_json, print_judged, write_judged

    opened = open_task(
        Wanted(
            preset=preset, source=source, judges=tuple(judges or ()), out=out, index=index, store=store,
            concurrency=concurrency, budget=parse_caps(budget or []), offline=offline, label=label, config=config,
            against=against,
        )
    )  # fmt: skip
    for warning in opened.warnings:
        typer.echo(f"! {warning}", err=True)
    try:
        judged = in_loop(execute(opened, on_signals))
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo(INTERRUPTED, err=True)
        raise typer.Exit(130) from None
    judge = opened.task.judge
    write_judged(judged, opened.file, opened.task.run, preset, judge)
    if json:
        typer.echo(as_json(preset, judge, judged, opened.file).decode())
    else:
        print_judged(preset, judge, judged, opened.file)
    failures, finished = summary(judged)
    if not finished:
        typer.echo(INTERRUPTED, err=True)
        raise typer.Exit(130)
    if failures:
        typer.echo(f"Replies without a verdict: {failures}; {opened.file} says why.", err=True)
        raise typer.Exit(3)
