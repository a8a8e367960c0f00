"""A result in a terminal: the decision, the limits, the figures."""

from collections.abc import Iterator, Sequence

from primum.examination.model import Agreement, Cost, Figure, JudgeResult

NONE = "–"
RATES = ("sensitivity", "specificity", "accuracy", "coverage")
_MARK = {"passed": "ok", "failed": "FAILED", "undecided": "undecided"}


def lines_of(result: JudgeResult) -> Iterator[str]:
    """Plain lines; nothing depends on colour."""
    name = result.judge.name + (" (simulated)" if result.simulated else "")
    count = f"{sum(result.items.values()):,}"
    if result.kind == "exam":
        yield f"{name}: {result.result or 'undecided'} · {result.scenarios:,} scenarios, {count} items"
    else:
        yield f"{name}: {count} labels by {result.rater} raters, {result.scenarios:,} scenarios or prompts"
    yield from result.notes
    yield ""
    if result.decisions:
        yield from _table(
            ["limit", "wanted", "found", ""],
            [[one.figure, one.limit, _value(one.figure, one.value), _MARK[one.result]] for one in result.decisions],
        )  # fmt: skip
        yield ""
    yield from _rates(result)
    yield ""
    others = [name for name in result.figures if name.partition("/")[0] not in RATES]
    if others:
        head = ["figure", "found", "95% interval", "k/n", "undecided"]
        yield from _table(head, [_row(name, result.figures[name]) for name in others])
    yield from _confusion(result)
    yield from _cost(result.cost)
    for why, often in result.failures.items():
        yield f"No verdict, {often:,} times: {why}"


def _rates(result: JudgeResult) -> Iterator[str]:
    """One line a group. Undecided checks are in the coverage alone."""
    groups = [name.partition("/")[2] for name in result.figures if name.startswith("accuracy/")]
    rows = [
        [group, *(_rate(result.figures[f"{what}/{group}"], what) for what in RATES)] for group in groups
    ]  # fmt: skip
    yield from _table(["checks", *RATES], rows)


def _rate(figure: Figure, what: str) -> str:
    """With its interval, and the first two with their counts; those of accuracy are their sum."""
    shown = _value(what, figure.value)
    if figure.value is None or what == "coverage":
        return shown
    if figure.low is not None and figure.high is not None:
        shown += f" ({_bound(figure.low)}–{_bound(figure.high)})"
    return f"{shown} {figure.k:,}/{figure.n:,}" if what in RATES[:2] else shown


def _bound(value: float) -> str:
    """
    >>> _bound(0.937), _bound(1.0), _bound(0.9999)
    ('.937', '1', '>.999')
    """
    return f"{value:.0f}" if value in (0.0, 1.0) else _value("", value).removeprefix("0")


def _row(name: str, figure: Figure) -> list[str]:
    between = NONE if figure.low is None or figure.high is None else (
        f"{_value(name, figure.low)} to {_value(name, figure.high)}"
    )  # fmt: skip
    count = f"{figure.n:,}" if figure.k is None else f"{figure.k:,}/{figure.n:,}"
    return [name, _value(name, figure.value), between, count, f"{figure.missing:,}"]


def _value(name: str, value: float | None) -> str:
    """A gap has its sign; a share that is not whole never reads 0 or 1.

    >>> _value("right/safe", 0.9999), _value("gap/empathy", 0.1), _value("right/safe", 1.0)
    ('>.999', '+0.100', '1.000')
    """
    if value is None:
        return NONE
    if name.startswith("gap/"):
        return f"{value:+.3f}"
    if 0 < value < 0.001 or 0.999 < value < 1:
        return "<.001" if value < 0.5 else ">.999"
    return f"{value:.3f}"


def _confusion(result: JudgeResult) -> Iterator[str]:
    if not result.confusion:
        return
    yield ""
    rows = [
        [name, f"{c.found:,}", f"{c.missed:,}", f"{c.false_alarms:,}", f"{c.agreed:,}", f"{c.undecided:,}",
         _agreed(result.with_judge.get(name)), _agreed(result.ceiling.get(name))]
        for name, c in result.confusion.items()
    ]  # fmt: skip
    head = ["domain", "found", "missed", "alarms", "agreed", "undecided", "judge–rater", "rater–rater"]
    yield from _table(head, rows)
    yield "found, missed: the rater says not met (fail, refusal); alarms, agreed: the rater says met."
    yield "judge–rater and rater–rater: agreement and AC1, on what two raters both labelled."


def _agreed(found: Agreement | None) -> str:
    if found is None or found.agreement is None:
        return NONE
    return f"{found.agreement:.2f}" + ("" if found.ac1 is None else f" ({found.ac1:.2f})")


def _cost(cost: Cost) -> Iterator[str]:
    each = cost.calls_per_verdict
    if not cost.calls or each is None:
        yield f"{cost.verdicts:,} verdicts, no calls"
        return
    usd = "price not known" if cost.usd_per_verdict is None else f"${cost.usd_per_verdict:.5f} a verdict"
    yield f"{cost.verdicts:,} verdicts, {each:.2f} calls a verdict, {cost.tokens:,} tokens, {usd}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Aligned columns, the first to the left."""
    whole = [head, *rows]
    widths = [max(len(row[at]) for row in whole) for at in range(len(head))]
    for row in whole:
        cells = [
            cell.rjust(w) if at else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
