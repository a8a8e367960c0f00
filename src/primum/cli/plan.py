"""primum plan"""

import typer

from primum.cli import options as o


def plan(
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
    json: o.Json = False,
) -> None:
    """Say what `primum run` would do with the same options: cases, calls, tokens, money, time. Calls nothing."""
    from primum.api import prepare
    from primum.campaign.estimate import estimate
    from primum.canonical import canonical_bytes

    prepared = prepare(
        o.request(
            protocol, target, judge, limit, seed, trials, concurrency, budget, store, out, offline, label, scenarios,
            config, "", attacker,
        )
    )  # fmt: skip
    found = estimate(prepared.plan, concurrency)
    if json:
        typer.echo(canonical_bytes(found).decode())
        return
    from primum.reporting.terminal import print_estimate

    print_estimate(found)
