"""primum show"""

from typing import Annotated

import typer

from primum.cli import options as o


def show(
    case: Annotated[str, typer.Argument(help="A case's id or its beginning, as printed in the report.")],
    run: Annotated[
        str, typer.Option("--run", help="Only in this run. Default: the newest that has the case.")
    ] = "",
    store: o.Store = "",
    json: o.Json = False,
) -> None:
    """Print one case whole: the conversation, each check with its quote, the outcome."""
    from primum.archive import find_case, scenario_of
    from primum.canonical import canonical_bytes

    found, result = find_case(case, run, store)
    if json:
        typer.echo(canonical_bytes(result).decode())
        return
    from primum.reporting.case_text import print_case
    from primum.reporting.reviewed import label_of

    label = label_of(found.store, found.manifest.run, result.case.id)
    print_case(result, found.manifest, scenario_of(found, result), label=label)
