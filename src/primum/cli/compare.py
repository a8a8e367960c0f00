"""primum compare"""

from typing import Annotated

import typer

from primum.cli import options as o


def compare(
    a: Annotated[str, typer.Argument(help="The run before: id or its beginning, or output folder.")],
    b: Annotated[str, typer.Argument(help="The run after.")],
    common: Annotated[
        bool, typer.Option("--common", help="Compare the scenarios both hold with the same content.")
    ] = False,
    target_a: Annotated[str, typer.Option("--target-a", help="This target of A …")] = "",
    target_b: Annotated[str, typer.Option("--target-b", help="… against this target of B.")] = "",
    margin: Annotated[
        float | None,
        typer.Option(
            "--margin", help="How much worse a critical failure rate may be, such as 0.02: non-inferiority."
        ),
    ] = None,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="Exit 1 when a scenario that passed in A fails in B.")
    ] = False,
    allow: Annotated[int, typer.Option("--allow", help="So many such scenarios are tolerated.")] = 0,
    junit: Annotated[str, typer.Option("--junit", help="Also write the result as JUnit XML.")] = "",
    store: o.Store = "",
    json: o.Json = False,
) -> None:
    """Compare run B with run A, paired by scenario: difference, new failures, fixed, still failing.

    Exit codes: 0 compared, 1 regression (with --fail-on-regression), 2 bad usage or not comparable.
    """
    from primum.archive import find_run
    from primum.canonical import canonical_bytes
    from primum.errors import PrimumError
    from primum.reporting.comparison.compare import compare as comparison_of
    from primum.reporting.comparison.compare import regressed
    from primum.reporting.rows import load

    if bool(target_a) != bool(target_b):
        raise PrimumError("--target-a and --target-b go together: one target of each run")
    if margin is not None and not 0.0 <= margin <= 1.0:
        raise PrimumError(f"--margin is a share from 0 to 1, such as 0.02, not {margin}")
    if allow < 0:
        raise PrimumError(f"--allow is 0 or more, not {allow}")
    before, after = find_run(a, store), find_run(b, store)
    found = comparison_of(
        load(before.store, before.manifest),
        load(after.store, after.manifest),
        only_common=common,
        pair=(target_a, target_b) if target_a else None,
        margin=margin,
    )
    if junit:
        from primum.reporting.exports.junit import junit_of_comparison
        from primum.reporting.exports.write import write_file

        write_file(junit, junit_of_comparison(found, allow))
    if json:
        typer.echo(canonical_bytes(found).decode())
    else:
        from primum.reporting.comparison.text import print_comparison

        print_comparison(found)
    if fail_on_regression and regressed(found, allow):
        raise typer.Exit(1)
