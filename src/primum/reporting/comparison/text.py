"""A comparison in a terminal: the worst target first, then which scenarios changed."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.reporting.comparison.model import ChangedItem, Comparison, Difference, TargetChange
from primum.reporting.numbers import NONE, count, percent, probability, three
from primum.visible import one_line

ITEMS_SHOWN = 10
STYLE = {"worse": "bold red", "better": "green", "cannot be compared": "yellow"}


def print_comparison(found: Comparison, console: Console | None = None) -> None:
    """Print a comparison. Nothing depends on colour."""
    console = console or Console(highlight=False)
    left_out = f"; {count(found.left_out, 'scenario')} not in both left out" if found.left_out else ""
    console.print(
        Text(f"A {found.a.run} ({found.a.created}) → B {found.b.run} ({found.b.created}): ")
        .append(found.drift, style=STYLE.get(found.drift, ""))
        .append(f"; {count(found.scenarios, 'scenario')}{left_out}")
    )
    for caveat in found.caveats:
        console.print(Text("! " + one_line(caveat), style="yellow"))
    for change in found.targets:
        console.print()
        console.print(Text(one_line(change.label, 120), style="bold"))
        console.print(_table(found, change))
        console.print(Text(one_line(change.sentence, 600)))
        for line in _items(change):
            console.print(line, no_wrap=True, overflow="ellipsis")


def _table(found: Comparison, change: TargetChange) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for header in ("measure", "A", "B", "B − A", f"{found.level:.0%} interval", "p", "pairs", "verdict"):
        words = header in ("measure", "verdict")
        table.add_column(header, justify="left" if words else "right", no_wrap=not words)
    for difference in change.differences:
        table.add_row(*_row(difference))
    return table


def _row(found: Difference) -> list[str | Text]:
    share = found.measure == "critical failure rate"
    plain = percent if share else three

    def signed(value: float) -> str:
        return (f"{value * 100:+.1f}" if share else f"{value:+.3f}").replace("-", "−")

    interval = found.interval
    return [
        found.measure,
        plain(found.a),
        plain(found.b),
        NONE if found.estimate is None else signed(found.estimate),
        NONE if interval is None else f"{signed(interval.low)} to {signed(interval.high)}",
        probability(found.p_adjusted),
        f"{found.scenarios:,}",
        Text(found.drift, style=STYLE.get(found.drift, "")),
    ]


def _items(change: TargetChange) -> Iterator[Text]:
    lists: Sequence[tuple[str, Sequence[ChangedItem]]] = (
        ("New failures", change.new),
        ("No longer decided", change.lost),
        ("Fixed", change.fixed),
        ("Still failing", change.still),
    )
    for title, items in lists:
        if items:
            yield Text(f"{title} ({len(items):,})", style="bold")
        for item in items[:ITEMS_SHOWN]:
            tried = f"{item.a_failed}/{item.a_of} → {item.b_failed}/{item.b_of}"
            yield Text(f"  {item.b_case or item.a_case} {tried} {one_line(item.title)}")
        if len(items) > ITEMS_SHOWN:
            yield Text(f"  … and {len(items) - ITEMS_SHOWN:,} more (--json lists all)", style="dim")
