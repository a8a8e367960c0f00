"""primum run"""

import sys

import typer

from primum.cli import options as o

INTERRUPTED = "Interrupted. Everything so far is kept; run the same command again to resume."


def run(
    protocol: o.Protocol,
    target: o.Targets = None,
    judge: o.Judges = None,
    attacker: o.Attacker = "",
    limit: o.Limit = None,
    seed: o.Seed = 0,
    trials: o.Trials = None,
    concurrency: o.Concurrency = None,
    budget: o.Budget = None,
    store: o.Store = "",
    out: o.Out = "",
    offline: o.Offline = False,
    label: o.Label = "",
    scenarios: o.Scenarios = None,
    config: o.Config = "",
    policy: o.Policy = "",
    json: o.Json = False,
) -> None:
    """Red-team one or more targets. The same command again resumes.

    Exit codes: 0 done, 1 gate failed, 2 bad usage, 3 some cases have no verdict, 130 interrupted.
    """
    import gc
    from contextlib import nullcontext, redirect_stdout

    from primum.api import execute, prepare
    from primum.campaign.interrupt import on_signals
    from primum.campaign.loop import in_loop
    from primum.cli.live import showing

    prepared = prepare(
        o.request(
            protocol, target, judge, limit, seed, trials, concurrency, budget, store, out, offline, label, scenarios,
            config, policy, attacker,
        )
    )  # fmt: skip
    # The library and the word lists live as long as the process: the collector need not walk them again and again.
    gc.freeze()
    try:
        with redirect_stdout(sys.stderr) if json else nullcontext():  # a target of the user's may print
            done = in_loop(execute(prepared, lambda progress: showing(progress, quiet=json), on_signals))
    except KeyboardInterrupt:
        typer.echo(INTERRUPTED, err=True)
        raise typer.Exit(130) from None
    if json:
        typer.echo((done.out / "summary.json").read_text("utf-8"), nl=False)
    else:
        from primum.reporting.terminal import print_summary

        print_summary(done.summary)
        typer.echo(f"Report: {done.out / 'report.html'}")
    if done.status == "interrupted":
        typer.echo(INTERRUPTED, err=True)
        raise typer.Exit(130)
    if done.unanswered:
        typer.echo(f"Cases without a verdict: {done.unanswered}; the report lists them by outcome.", err=True)
        raise typer.Exit(3)
