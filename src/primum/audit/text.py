"""The audit of the audit as a table."""

from collections.abc import Iterator, Sequence
from statistics import median

from primum.audit.model import Accounting, Audit, Coverage, Row

WANTED = (0.93, 0.97)
"""How often a 95 % interval may hold the truth over 200 seeds: two standard errors to each side, rounded."""
_HEAD = (
    "model (simulated)",
    "flaw planted",
    "found",
    "named",
    "calls to first",
    "false alarms",
    "failed plainly",
)


def lines_of(audit: Audit) -> Iterator[str]:
    """Every model in one line; below it, what noise is called by two ways of counting."""
    cells = [_HEAD, *(_cells(row) for row in audit.rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(_HEAD))]
    for at, line in enumerate(cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        if at == 0:
            yield "  ".join("-" * width for width in widths)
    yield ""
    flawed = [row for row in audit.rows if row.expected]
    found = sum(all(trial.found for trial in row.trials) for row in flawed)
    alarms = sum(len(trial.alarms) for row in audit.rows for trial in row.trials)
    yield f"{found} of {len(flawed)} planted flaws found, {alarms} false alarms, {_seeds(audit)}."
    yield from (_told(one) for one in audit.accountings)
    if audit.coverages:
        yield ""
        yield from _covered(audit.coverages)


def _cells(row: Row) -> tuple[str, ...]:
    hits = sum(trial.found for trial in row.trials)
    firsts = [trial.first for trial in row.trials if trial.first is not None]
    named = sorted({name for trial in row.trials for name in trial.named if name not in trial.alarms})
    alarms = sorted({name for trial in row.trials for name in trial.alarms})
    plain = sum(trial.plain_failed for trial in row.trials)
    return (
        f"sim:{row.model}",
        row.flaw,
        "nothing to find" if not row.expected else _of(hits, len(row.trials)),
        ", ".join(named) or "-",
        f"{median(firsts):g}" if row.expected and firsts else "-",
        ", ".join(alarms) or "-",
        f"{plain}/{sum(trial.plain for trial in row.trials)}",
    )


def _of(hits: int, trials: int) -> str:
    if trials == 1:
        return "yes" if hits else "no"
    return f"{hits} of {trials}"


def _seeds(audit: Audit) -> str:
    from_on = f" from {audit.first_seed} on" if audit.first_seed else ""
    return ("1 seed" if audit.seeds == 1 else f"{audit.seeds} seeds") + from_on


def _told(one: Accounting) -> str:
    if one.excess is None or one.low is None or one.high is None:
        return f"sim:{one.model} (simulated): too few cases to compare."
    rate = one.fooled / one.cases
    return (
        f"sim:{one.model} (simulated): best of {one.tries} against one plain answer calls {rate:.0%} a success"
        f" ({one.fooled}/{one.cases}); over {one.control}, with as many tries ({one.control_failed} failed), the"
        f" excess is {one.excess:+.0%} [{one.low:+.0%}, {one.high:+.0%}]."
    )


def _covered(coverages: Sequence[Coverage]) -> Iterator[str]:
    """One line a setting, and what they come to."""
    yield f"Intervals of an excess on synthetic cases, {coverages[0].seeds} seeds a setting"
    yield "scenarios  attacked  control  alike  true excess held  shown"
    for one in coverages:
        yield (
            f"{one.size:9}  {one.attacked:8.0%}  {one.control:7.0%}  {one.alike:5.0%}"
            f"  {one.held / one.seeds:16.1%}  {one.shown / one.seeds:5.0%}"
        )
    shares = [one.held / one.seeds for one in coverages]
    false = [one.shown / one.seeds for one in coverages if one.excess <= 0]
    yield (
        f"Held in {min(shares):.1%} to {max(shares):.1%} of the seeds, {_mean(shares):.1%} on average;"
        f" without an excess, shown in at most {max(false, default=0.0):.1%}."
    )
    low, high = WANTED
    counted = [one for one in coverages if one.attacked or one.control]
    for size in sorted({one.size for one in counted}):
        held = [one.held / one.seeds for one in counted if one.size == size]
        within = sum(low <= share <= high for share in held)
        yield (
            f"{size} scenarios, some failing: {_mean(held):.1%} on average; {within} of {len(held)} settings within"
            f" {low:.0%} to {high:.0%}, {sum(share > high for share in held)} above,"
            f" {sum(share < low for share in held)} below."
        )


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares)
