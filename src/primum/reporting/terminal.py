"""The result in a terminal: worst target first, then worst domains, then the cases to read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from primum.reporting.model import Slice, Summary, TargetSummary
from primum.reporting.numbers import count, interval, percent, share, three, two
from primum.reporting.review_text import review_lines
from primum.visible import one_line

if TYPE_CHECKING:  # the estimate brings the whole plan with it, which a summary does not need
    from primum.campaign.estimate import Estimate

DOMAINS_SHOWN = 9
CASES_SHOWN = 3


def print_summary(summary: Summary, console: Console | None = None) -> None:
    """Print the summary. Eighty columns are enough; nothing depends on colour."""
    console = console or Console(highlight=False)
    console.print()
    for warning in summary.warnings:
        console.print(Text("! " + one_line(warning), style="yellow"))
    console.print(_targets(summary))
    console.print(_domains(summary))
    _print_missing(summary, console)
    for told in review_lines(summary):
        console.print(Text(one_line(told)))
    for line in _worst_cases(summary):
        console.print(line, no_wrap=True, overflow="ellipsis")


def print_estimate(found: "Estimate", console: Console | None = None) -> None:
    """Print what a plan would take."""
    console = console or Console(highlight=False)
    console.print(
        f"{found.protocol}: {count(found.planned, 'case')} from {found.scenarios:,} of {found.pool:,} scenarios, "
        f"{count(found.trials, 'trial')} each; nothing was called."
    )
    cases = _table("Cases by domain", "domain", "cases")
    for name, number in found.domains.items():
        cases.add_row(_name(name), f"{number:,}")
    console.print(cases)
    loads = _table("Calls", "endpoint", "role", "calls", "tokens in", "tokens out", "cost", "time")
    for load in found.loads:
        loads.add_row(
            _name(load.name), Text(load.role), f"{load.calls:,}", f"{load.input_tokens:,}",
            f"{load.output_tokens:,}", _money(load.usd), _duration(load.seconds),
        )  # fmt: skip
    console.print(loads)
    bound = "at most " if found.at_most else ""
    console.print(
        f"Together {bound}{found.calls:,} calls, {found.tokens:,} tokens, {_money(found.usd)}, "
        f"about {_duration(found.seconds)}. Assumed: {found.assumptions}."
    )


def _targets(summary: Summary) -> Table:
    table = _table(
        "Targets, worst first", "target", "min", "zero", "critical failures", "mean", "SD", "median", "judged"
    )
    for target in summary.targets:
        scores = target.overall.scores
        table.add_row(
            _label(target),
            two(scores.min),
            f"{scores.zero_count:,}",
            _rate(target.overall),
            three(scores.mean),
            three(scores.sd),
            three(scores.median),
            f"{target.judged:,}/{target.planned:,}",
        )
    return table


def _domains(summary: Summary) -> Table:
    """The worst domains over all targets, each with the target it belongs to."""
    rows = [(target, part) for target in summary.targets for part in target.domains]
    rows.sort(
        key=lambda row: -1.0 if row[1].critical.cases.value is None else row[1].critical.cases.value,
        reverse=True,
    )
    title = (
        "Worst domains"
        if len(rows) <= DOMAINS_SHOWN
        else f"Worst {DOMAINS_SHOWN} of {len(rows)} domain results"
    )
    table = _table(title, "domain", "target", "critical failures", "min", "mean", "judged")
    for target, part in rows[:DOMAINS_SHOWN]:
        table.add_row(
            _name(part.name),
            _label(target),
            _rate(part),
            two(part.scores.min),
            three(part.scores.mean),
            f"{part.judged:,}/{part.cases:,}",
        )
    return table


def _print_missing(summary: Summary, console: Console) -> None:
    lost = [
        f"{n:,} {name.replace('_', ' ')}" for name, n in summary.outcomes.items() if n and name != "judged"
    ]
    if summary.not_reached:
        lost.append(f"{summary.not_reached:,} not reached")
    if lost:
        console.print(Text(f"No verdict: {', '.join(lost)}, of {summary.planned:,} planned.", style="yellow"))
    else:
        console.print(f"All {count(summary.planned, 'planned case')} have a verdict.")


def _worst_cases(summary: Summary) -> Iterator[Text]:
    if not summary.worst:
        if summary.outcomes["judged"]:
            yield Text("No judged case failed or left open a check.", style="green")
        return
    yield Text("Worst cases (primum show ID prints one whole)", style="bold")
    for case in summary.worst[:CASES_SHOWN]:
        failed = (
            f"critical: {', '.join(case.critical_failed)}" if case.critical_failed else "no critical failure"
        )
        if case.clinician is not None:
            failed = f"clinician: {'failed' if case.clinician else 'passed'}; {failed}"
        name = f"{case.target} (simulated)" if case.simulated else case.target
        yield Text(one_line(f"{case.case} {two(case.score)} {name}; {failed}; {case.title}"))


def _rate(part: Slice) -> Text:
    rate = part.critical.cases
    if not rate.of:
        return Text("none decided", style="yellow")
    text = Text(f"{share(rate)} {percent(rate.value)}", style="bold red" if rate.count else "")
    return text.append(f"\n{interval(rate.interval)}", style="dim")


def _label(target: TargetSummary) -> Text:
    name = _name(target.name)
    return name.append("\n(simulated)", style="yellow") if target.simulated else name


def _name(name: str) -> Text:
    return Text(one_line(name, 60), overflow="fold")


def _table(title: str, *headers: str) -> Table:
    """Text columns first, then figures, aligned to the right."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for header in headers:
        words = header in ("target", "domain", "endpoint", "role")
        table.add_column(header, justify="left" if words else "right", no_wrap=not words, overflow="fold")
    return table


def _money(usd: float | None) -> str:
    return "no price known" if usd is None else f"${usd:,.2f}"


def _duration(seconds: float) -> str:
    """
    >>> _duration(42), _duration(150), _duration(9000)
    ('42 s', '2.5 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
