"""primum judges"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from primum.cli import options as o

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from primum.examination.bench import Trial
    from primum.examination.model import JudgeResult

app = typer.Typer(help="Judges on trial: known answers, and human labels.", no_args_is_help=True)
EVERY = 10.0
"""Seconds between two lines of progress."""
EXIT = {"passed": 0, "failed": 1, "undecided": 3, None: 0}

Out = Annotated[str, typer.Option("--out", "-o", help="Folder of the result. Default: out/judges/JUDGE.")]


@app.command("exam")
def exam(
    judge: Annotated[
        list[str] | None, typer.Option("--judge", "-j", help="The judge; with 'jury', name its jurors too.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", help="Scenarios, about 20 verdicts each. Default: 60; all where no call is made."
        ),
    ] = None,
    seed: o.Seed = 0,
    concurrency: o.Concurrency = None,
    budget: o.Budget = None,
    store: o.Store = "",
    out: Out = "",
    offline: o.Offline = False,
    scenarios: o.Scenarios = None,
    limits: Annotated[str, typer.Option("--limits", help="Your own limits (.yaml).")] = "",
    rubric: Annotated[str, typer.Option("--rubric", help="A rubric's name or .yaml file.")] = "",
    config: o.Config = "",
    json: o.Json = False,
) -> None:
    """Put replies with known right verdicts to a judge. The same command again resumes.

    Exit codes: 0 passed, 1 failed, 2 bad usage, 3 too little to decide, 130 interrupted.
    """
    from primum.examination.exam import examine, prepare

    trial = _trial(judge, limit, seed, concurrency, budget, store, out, offline, config)
    prepared = prepare(trial, limits=limits, rubric=rubric, scenarios=scenarios or ())
    _finish(_awaited(lambda show: examine(prepared, show), json), trial, json)


@app.command("calibrate")
def calibrate(
    labels: Annotated[
        str, typer.Option("--labels", help="Labelled replies: .csv, .jsonl or .json (a list).")
    ],
    rater: Annotated[
        str,
        typer.Option("--rater", help="Who gave the labels: human or machine; or a column, 'column:NAME'."),
    ],
    judge: Annotated[
        list[str] | None, typer.Option("--judge", "-j", help="The judge; with 'jury', name its jurors too.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="What a label is about: check, reply (pass or fail) or refusal.")
    ] = "check",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="FIELD=COLUMN, for example reply=completion; may be repeated."),
    ] = None,
    mapping: Annotated[
        str,
        typer.Option("--map", help="A .yaml file with the kind, the columns and the words of the labels."),
    ] = "",
    seed: o.Seed = 0,
    limit: Annotated[int | None, typer.Option("--limit", help="At most so many replies.")] = None,
    concurrency: o.Concurrency = None,
    budget: o.Budget = None,
    store: o.Store = "",
    out: Out = "",
    offline: o.Offline = False,
    scenarios: o.Scenarios = None,
    rubric: Annotated[str, typer.Option("--rubric", help="A rubric's name or .yaml file.")] = "",
    config: o.Config = "",
    json: o.Json = False,
) -> None:
    """Hold a judge against labels that somebody else gave. Machine labels calibrate nothing, and are said to be such.

    Exit codes: 0 done, 2 bad usage or a bad row, 3 no label could be compared, 130 interrupted.
    """
    from primum.examination.calibrate import hold, prepare

    trial = _trial(judge, limit, seed, concurrency, budget, store, out, offline, config)
    prepared = prepare(
        trial, labels, rater=rater, kind=kind, columns=column or (), mapping=mapping, rubric=rubric,
        scenarios=scenarios or (),
    )  # fmt: skip
    _finish(_awaited(lambda show: hold(prepared, show), json), trial, json)


def _trial(
    judge: list[str] | None,
    limit: int | None,
    seed: int,
    concurrency: int | None,
    budget: list[str] | None,
    store: str,
    out: str,
    offline: bool,
    config: str,
) -> "Trial":
    from primum.endpoints.budget import parse_caps
    from primum.errors import PrimumError
    from primum.examination.bench import Trial

    if not judge:
        raise PrimumError("Name the judge: --judge offline, or any model (see: primum list judges)")
    return Trial(
        judges=tuple(judge), seed=seed, limit=limit, concurrency=concurrency, budget=parse_caps(budget or []),
        store=store, out=out, offline=offline, config=config,
    )  # fmt: skip


def _awaited(
    work: "Callable[[Callable[[int, int], None]], Coroutine[Any, Any, JudgeResult]]", quiet: bool
) -> "JudgeResult":
    import sys
    from contextlib import nullcontext, redirect_stdout

    from primum.campaign.loop import in_loop
    from primum.cli.run import INTERRUPTED

    try:
        with redirect_stdout(sys.stderr) if quiet else nullcontext():  # a judge of the user's may print
            return in_loop(work(_progress()))
    except KeyboardInterrupt:
        typer.echo(INTERRUPTED, err=True)
        raise typer.Exit(130) from None


def _progress() -> "Callable[[int, int], None]":
    """Prints a line now and then, never twice in EVERY seconds."""
    import time

    latest = time.monotonic()

    def show(done: int, planned: int) -> None:
        nonlocal latest
        if time.monotonic() - latest >= EVERY:
            latest = time.monotonic()
            typer.echo(f"{done:,}/{planned:,} verdicts", err=True)

    return show


def _finish(result: "JudgeResult", trial: "Trial", json: bool) -> None:
    from primum.examination.known import write_result
    from primum.examination.text import lines_of

    path = write_result(trial.folder, result)
    if json:
        typer.echo(path.read_text("utf-8"), nl=False)
    else:
        for line in lines_of(result):
            typer.echo(line)
        typer.echo(f"Result: {path}")
    undecided = result.kind == "calibration" and not result.figures["accuracy/all"].n
    raise typer.Exit(3 if undecided else EXIT[result.result])
