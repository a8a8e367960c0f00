"""What a claim needs, as a table: scenarios, trials, cases and clinician hours."""

from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.errors import PrimumError
from primum.reporting.numbers import percent
from primum.stats.power import Effort, effort, scenarios_for_difference, scenarios_to_decide, zero_failure_n


class Claim(msgspec.Struct, frozen=True):
    """A claim, and the ways to be able to make it."""

    claim: str
    kind: str
    """zero-failures, rate or difference."""
    scenarios: int | None
    """Tried once each; None: out of reach."""
    efforts: tuple[Effort, ...]


def wanted(
    rates: Sequence[float],
    assumed: float,
    differences: Sequence[float],
    sd: float,
    power: float,
    level: float,
    trials: Sequence[int],
    icc: float,
    review: float,
    minutes: float,
    readers: int,
) -> list[Claim]:
    """One claim for each rate and difference.

    A zero-failure claim counts scenarios alone: trials of a scenario that passed tell nothing about other scenarios.
    """
    found: list[tuple[str, str, int | None]] = []
    for rate in rates:
        if assumed == 0.0:
            found.append(
                (
                    f"rate below {percent(rate)}, if nothing fails",
                    "zero-failures",
                    zero_failure_n(rate, level),
                )
            )
        else:
            side = "below" if assumed < rate else "above"
            words = f"rate {side} {percent(rate)}, if it is {percent(assumed)}"
            found.append((words, "rate", scenarios_to_decide(rate, assumed, power, level)))
    for difference in differences:
        pairs = scenarios_for_difference(difference, sd, power, level)
        found.append((f"difference of {difference:g}, SD {sd:g}", "difference", pairs))
    return [
        Claim(words, kind, n, _efforts(kind, n, trials, icc, review, minutes, readers))
        for words, kind, n in found
    ]


def _efforts(
    kind: str, n: int | None, trials: Sequence[int], icc: float, review: float, minutes: float, readers: int
) -> tuple[Effort, ...]:
    if n is None:
        return ()
    alike = 1.0 if kind == "zero-failures" else icc
    return tuple(effort(n, number, alike, review, minutes, readers) for number in trials)


def print_power(claims: Sequence[Claim], icc: float, power: float, level: float) -> None:
    """Print the table, and what was assumed."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for header in ("to show", "trials", "scenarios", "cases", "reviews", "clinician hours"):
        table.add_column(header, justify="left" if header == "to show" else "right", overflow="fold")
    for claim in claims:
        if not claim.efforts:
            table.add_row(claim.claim, "–", "out of reach", "–", "–", "–")
        for place, one in enumerate(claim.efforts):
            table.add_row(
                "" if place else claim.claim, str(one.trials), f"{one.scenarios:,}", f"{one.cases:,}",
                f"{one.reviews:,}", f"{one.hours:,.1f}",
            )  # fmt: skip
    console.print(table)
    console.print(
        Text(
            f"At {level:.0%} confidence (rates one-sided, differences two-sided). Rates and differences that are not "
            f"zero-failure claims: {power:.0%} chance to show it, trials of a scenario alike by ICC {icc:g}. "
            "More scenarios tell more than more trials; a zero-failure claim counts scenarios only."
        )
    )


def share(text: str, option: str, zero: bool = False) -> float:
    """
    >>> share("1%", "--rate"), share("0.05", "--rate")
    (0.01, 0.05)
    """
    try:
        value = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        value = -1.0
    if not (0.0 < value < 1.0 or (zero and value == 0.0)):
        raise PrimumError(f"{option} {text} is no share; write 1% or 0.01")
    return value
