"""primum gate"""

from typing import Annotated

import typer

from primum.cli import options as o

EXIT = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


def gate(
    run: Annotated[str, typer.Argument(help="A run's id or its beginning, or its output folder.")] = "",
    policy: o.Policy = "",
    show_default: Annotated[
        bool, typer.Option("--show-default", help="Print the packaged policy, to be copied and edited.")
    ] = False,
    store: o.Store = "",
    out: Annotated[
        str, typer.Option("--out", "-o", help="Where gate.json goes. Default: beside the report.")
    ] = "",
    json: o.Json = False,
) -> None:
    """Decide whether a run passes a policy. Without --policy: the one frozen by `primum run --policy`.

    Exit codes: 0 PASS, 1 FAIL, 2 bad usage, 3 INCONCLUSIVE. The decision also goes to gate.json beside the report.
    """
    from pathlib import Path

    from primum.archive import find_run
    from primum.errors import PrimumError
    from primum.reporting.gate.decide import gate_of, named_runs
    from primum.reporting.gate.file import gate_bytes, write_gate
    from primum.reporting.gate.policy import default_text, read_policy
    from primum.reporting.rows import load

    if show_default:
        typer.echo(default_text(), nl=False)
        return
    if not run:
        raise PrimumError("primum gate needs a run: its id or its output folder. See: primum list runs")
    found = find_run(run, store)
    chosen = read_policy(policy) if policy else found.manifest.policy
    if chosen is None:
        raise PrimumError(
            f"run {found.row.run} has no frozen policy; name one with --policy FILE (or --policy default), "
            "and next time freeze it: primum run … --policy FILE"
        )
    earlier = {name: find_run(name, store) for name in named_runs(chosen)}
    result = gate_of(
        load(found.store, found.manifest),
        chosen,
        {name: load(one.store, one.manifest) for name, one in earlier.items()},
    )
    path = write_gate(Path(out) if out else found.out, result)
    if json:
        typer.echo(gate_bytes(result).decode(), nl=False)
    else:
        from primum.reporting.gate.text import print_gate

        print_gate(result)
        typer.echo(f"Decision: {path}")
    raise typer.Exit(EXIT[result.decision])
