"""Other scales: what the presets of published systems found. The distribution first; none of it is in any score."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from primum.errors import PrimumError
from primum.judging.catalogue import find_preset
from primum.judging.tally import Rate
from primum.reporting.charts.model import Chart, Table
from primum.reporting.charts.stack import SCALE, stack
from primum.reporting.numbers import NONE, count, interval, percent, three
from primum.reporting.opinions import PresetTable
from primum.reporting.page import Page
from primum.stats.intervals import wilson

Rows = Sequence[tuple[str, PresetTable]]
"""Label of the target, and its table."""


class Scale(NamedTuple):
    """One preset over all targets."""

    preset: str
    judge: str
    about: str
    later: bool
    """Judged after the run, by `primum judge`."""
    finished: bool
    chart: Chart
    rates: Table
    numbers: Table | None
    groups: tuple[tuple[str, Table], ...]
    """Target and its distribution by category."""
    ended: Table
    notes: tuple[str, ...]


def view(page: Page) -> tuple[Scale, ...]:
    """Presets of the run itself, then those of `primum judge`."""
    during: dict[tuple[str, str], list[tuple[str, PresetTable]]] = {}
    for target in page.summary.targets:
        for one in target.presets:
            during.setdefault((one.judge, one.preset), []).append((target.label, one))
    found = [_scale(rows, later=False, finished=True) for rows in during.values()]
    place = {target.name: at for at, target in enumerate(page.summary.targets)}
    for told in page.opinions:
        rows = [
            (page.label(name), one) for name, one in sorted(told.tables, key=lambda row: place.get(row[0], 0))
        ]
        if rows:
            found.append(_scale(rows, later=True, finished=told.finished))
    return tuple(found)


def _scale(rows: Rows, *, later: bool, finished: bool) -> Scale:
    first = rows[0][1]
    return Scale(
        preset=first.preset,
        judge=first.judge,
        about=_about(first.preset),
        later=later,
        finished=finished,
        chart=_distribution(rows),
        rates=Table(
            (
                "Target",
                "Share",
                "k/n",
                "Found",
                "95% interval",
                "Without a verdict",
                "Lowest–highest it can be",
            ),
            tuple(
                _rate(label, rate) for label, one in rows for rate in one.tally.rates if rate.n + rate.missing
            ),
        ),
        numbers=_numbers(rows),
        groups=tuple((label, _groups(one)) for label, one in rows if one.tally.groups),
        ended=Table(
            ("Target", "Judged", "Without a verdict", "Not applicable", "For review", "Speak to the judge"),
            tuple((label, *_ended(one)) for label, one in rows),
        ),
        notes=tuple(dict.fromkeys(note for _, one in rows for note in _notes(one))),
    )


def _about(preset: str) -> str:
    try:
        return find_preset(preset).about
    except PrimumError:  # of a package that is no longer installed
        return ""


def _distribution(rows: Rows) -> Chart:
    """A name of the scale may be a number: on the chart a cross stands between it and its count."""
    parts = [(label, {f"× {name}": number for name, number in one.tally.histogram}) for label, one in rows]
    chart = stack(
        parts,
        f"Distribution, {rows[0][1].preset}",
        "Every value of the scale, in its order; what has no verdict comes last.",
        colours=SCALE,
    )
    names = tuple(name for name, _ in rows[0][1].tally.histogram)
    return msgspec.structs.replace(chart, table=Table(("Target", *names), chart.table.rows))


def _rate(label: str, rate: Rate) -> tuple[str, ...]:
    around = interval(wilson(rate.k, rate.n)) if rate.n else NONE
    bounds = "–".join(map(percent, rate.bounds)) if rate.bounds else NONE
    return (
        label,
        rate.name,
        f"{rate.k:,}/{rate.n:,}",
        percent(rate.value),
        around,
        f"{rate.missing:,}",
        bounds,
    )


def _numbers(rows: Rows) -> Table | None:
    names = tuple(dict.fromkeys(name for _, one in rows for name in one.tally.numbers))
    if not names:
        return None
    cells = ((label, *(_number(one.tally.numbers.get(name)) for name in names)) for label, one in rows)
    return Table(("Target", *names), tuple(cells))


def _number(value: float | None) -> str:
    return f"{value:,.0f}" if value is not None and value == int(value) else three(value)


def _groups(one: PresetTable) -> Table:
    names = tuple(name for name, _ in one.tally.histogram)
    rows = ((group, *(f"{number:,}" for _, number in told)) for group, told in one.tally.groups.items())
    return Table(("Domain", *names), tuple(rows))


def _ended(one: PresetTable) -> tuple[str, ...]:
    counted = (one.judged, one.no_verdict, one.not_applicable, one.for_review, one.addresses_the_judge)
    return tuple(f"{number:,}" for number in counted)


def _notes(one: PresetTable) -> Iterator[str]:
    yield from one.tally.notes
    if one.erased:
        yield f"{count(one.erased, 'finding')} had to be left out: forgotten with the texts."
