"""A history in a terminal: the finding, then one line a run."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.reporting.history.trend import History, evidence
from primum.reporting.numbers import interval, percent, probability, three, when
from primum.visible import one_line


def print_history(found: History, console: Console | None = None) -> None:
    """Print a history, oldest run first."""
    console = console or Console(highlight=False)
    console.print(Text(one_line(found.sentence, 600), style="bold red" if found.alarm else ""))
    for note in found.caveats:
        console.print(Text("! " + one_line(note), style="yellow"))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for header in ("date (UTC)", "run", "failed", "95% interval", "mean", "p", "evidence"):
        words = header in ("date (UTC)", "run")
        fold = header == "run"
        table.add_column(
            header, justify="left" if words else "right", no_wrap=not fold, min_width=6 if fold else None,
            overflow="fold" if fold else "ellipsis",
        )  # fmt: skip
    for point in found.points:
        step = point.step
        table.add_row(
            when(point.created).removesuffix(" UTC"), Text(one_line(point.label or point.run, 40)),
            f"{point.failed:,}/{point.scenarios:,} {percent(point.rate)}", interval(point.interval),
            three(point.mean), probability(step.p),
            Text(f"{evidence(step.evidence)}{' alarm' if step.alarm else ''}", style="bold red" if step.alarm else ""),
        )  # fmt: skip
    console.print(table)
    for one in found.left_out:
        console.print(Text(f"left out {one.run}: {one.reason}", style="yellow"))
