"""primum power"""

from typing import Annotated

import typer

from primum.cli import options as o


def power(
    rate: Annotated[
        list[str] | None,
        typer.Option(
            "--rate", help="Show a critical failure rate below this, such as 1% or 0.01; may be repeated."
        ),
    ] = None,
    assumed: Annotated[str, typer.Option("--assumed", help="The true rate you expect. Default: 0.")] = "0",
    difference: Annotated[
        list[str] | None,
        typer.Option("--difference", help="Show two runs to differ by this much, such as 0.05."),
    ] = None,
    sd: Annotated[
        float,
        typer.Option("--sd", help="SD of the scenario differences (primum compare prints what it was)."),
    ] = 0.3,
    power: Annotated[float, typer.Option("--power", help="Chance of being able to show it.")] = 0.8,
    level: Annotated[float, typer.Option("--level", help="Confidence of the claim.")] = 0.95,
    trials: Annotated[
        list[int] | None, typer.Option("--trials", help="Tries of a scenario; may be repeated.")
    ] = None,
    icc: Annotated[
        float,
        typer.Option("--icc", help="How alike the trials of a scenario are, 0 to 1; the report prints it."),
    ] = 0.5,
    minutes: Annotated[float, typer.Option("--minutes", help="Of a clinician, for one case.")] = 3.0,
    review: Annotated[float, typer.Option("--review", help="Share of the cases that clinicians read.")] = 1.0,
    readers: Annotated[int, typer.Option("--readers", help="Clinicians who read each of them.")] = 1,
    json: o.Json = False,
) -> None:
    """How many scenarios, trials and clinician hours a claim needs. Calls nothing, reads no run."""
    from primum.canonical import canonical_bytes
    from primum.errors import PrimumError
    from primum.reporting.power_text import print_power, share, wanted

    if not (0.5 < power < 1.0 and 0.5 < level < 1.0):
        raise PrimumError("--power and --level lie between 0.5 and 1")
    if not (0.0 <= icc <= 1.0 and 0.0 <= review <= 1.0 and sd > 0 and minutes >= 0 and readers >= 0):
        raise PrimumError(
            "--icc and --review lie between 0 and 1; --sd is above 0; --minutes and --readers from 0"
        )
    if any(number < 1 for number in trials or ()):
        raise PrimumError("--trials must be at least 1")
    rates = [share(text, "--rate") for text in rate or ([] if difference else ["5%", "1%", "0.5%", "0.1%"])]
    differences = [share(text, "--difference") for text in difference or ()]
    claims = wanted(
        rates, share(assumed, "--assumed", zero=True), differences, sd, power, level, trials or [1, 3, 5], icc,
        review, minutes, readers,
    )  # fmt: skip
    if json:
        typer.echo(canonical_bytes(claims).decode())
    else:
        print_power(claims, icc, power, level)
