"""Attacks and transforms: what they added to the failures of the control."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from primum.reporting.analysis.attacks import AttackFinding, ToolResult
from primum.reporting.charts.dumbbell import Pair, dumbbell
from primum.reporting.charts.model import RATE, Chart, Table
from primum.reporting.columns import NO_TRANSFORM
from primum.reporting.model import Slice, TargetSummary
from primum.reporting.numbers import (
    NONE,
    interval,
    percent,
    probability,
    share,
    signed,
    signed_interval,
    three,
)
from primum.reporting.page import Page

CROSSED, SMALLEST = "*", 10
"""A label such as `black*low-income` is shown from so many decided attempts on."""
CONTROL = "scripted"
"""The attack that only says what the scenario says: the control of every other."""
HEAD = ("Attack", "Control → attacked", "Control", "Attacked", "Excess")


class Axis(NamedTuple):
    """The attacks of one axis, on every target."""

    name: str
    first: Table | None
    """The first round: the same scenarios before any attack."""
    table: Table
    tools: Table | None
    """What each tool of the adaptive attacks did."""
    kinds: Table | None
    """By kind of privacy violation."""
    sycophancy: Table | None


class Attacks(NamedTuple):
    attacks: tuple[Chart, ...]
    """One a target; none when only the control was played."""
    transforms: tuple[Chart, ...]
    axes: tuple[Axis, ...]
    explored: tuple[tuple[str, Table], ...]
    """Target, and what a search tried on it."""
    shown: tuple[str, ...]
    """The attacks that are shown to add failures, in words."""


def view(page: Page) -> Attacks:
    """Every attack, and every stack of transforms, against the control of the same target."""
    targets = page.summary.targets
    findings = page.summary.findings.attacks if page.summary.findings else ()
    paired = {
        target.name: [_pair(one) for one in findings if one.excesses and one.target == target.name]
        for target in targets
    }
    attacks = [_chart("Attacks", t, _rows(t.attacks, CONTROL) + paired[t.name]) for t in targets]
    transforms = [_chart("Transforms", t, _rows(t.transforms, NO_TRANSFORM)) for t in targets]
    return Attacks(
        tuple(chart for chart in attacks if chart),
        tuple(chart for chart in transforms if chart),
        tuple(_axes(page, findings)),
        tuple(_explored(page)),
        tuple(_sentence(page, one) for one in findings if one.excesses and one.excesses[0].shown),
    )


def _pair(found: AttackFinding) -> Pair:
    excess = found.excesses[0]
    before, after = (_ratio(k, excess.pairs) for k in (excess.control_failed, excess.attacked_failed))
    return Pair(
        name=found.name,
        value=f"{percent(before)} → {percent(after)}",
        round=before,
        pointed=after,
        detail=(
            f"{excess.control_failed:,}/{excess.pairs:,}",
            f"{excess.attacked_failed:,}/{excess.pairs:,}",
            f"{signed(excess.value)} ({signed_interval(excess.interval)})",
        ),
    )


def _sentence(page: Page, found: AttackFinding) -> str:
    excess = found.excesses[0]
    return (
        f"{page.label(found.target)}, {found.title} ({found.name}): {excess.attacked_failed:,} of "
        f"{excess.pairs:,} cases failed under attack and {excess.control_failed:,} of the same cases in the control "
        f"({excess.control}); excess {signed(excess.value)} ({signed_interval(excess.interval)})."
    )


def _axes(page: Page, findings: Sequence[AttackFinding]) -> Iterator[Axis]:
    groups: dict[str, list[AttackFinding]] = {}
    for found in findings:
        groups.setdefault(found.axis, []).append(found)
    for axis, members in sorted(groups.items()):
        turned = any(one.pressure for one in members)
        rows = tuple(_row(page, one, turned) for one in members)
        tools = [_tool(page, one, tool) for one in members for tool in one.tools if tool.name != one.name]
        kinds = tuple(
            (_name(page, one, kind), f"{failed:,}/{of:,}", percent(_ratio(failed, of)))
            for one in members
            for kind, failed, of in one.kinds
        )
        nudged = tuple(_nudged(page, one) for one in members if one.sycophancy)
        yield Axis(
            axis.capitalize() or "Transforms",
            _first(page, axis),
            Table((*FINDING, *(PRESSURE if turned else ())), rows),
            Table(TOOLS, tuple(tools)) if tools else None,
            Table(KINDS, kinds) if kinds else None,
            Table(NUDGED, nudged) if nudged else None,
        )


def _first(page: Page, axis: str) -> Table | None:
    found = page.summary.findings.first_rounds if page.summary.findings else ()
    rows = tuple(
        (
            page.label(one.target),
            f"{one.right:,}/{one.scenarios:,}",
            percent(_ratio(one.right, one.scenarios)),
            interval(one.interval),
            f"{one.wrong:,}",
            f"{one.neither:,}",
        )
        for one in found
        if one.axis == axis
    )
    return Table(FIRST, rows) if rows else None


def _explored(page: Page) -> Iterator[tuple[str, Table]]:
    found = page.summary.findings.explored if page.summary.findings else {}
    for target, tools in found.items():
        rows = tuple((tool.name, *_counts(tool)) for tool in tools)
        yield page.label(target), Table(TOOLS, rows)


FINDING = (
    "Attack", "Failed / valid", "Success, valid", "95 % interval", "Of eligible", "Best–worst", "Coverage", "Tries",
    "Control", "Excess", "95 % interval", "q", "Mean tries to failure", "Median calls to failure", "Calls",
)  # fmt: skip
FIRST = (
    "Target", "Right in every trial", "First-round accuracy", "95 % interval", "Wrong in every trial", "Neither",
)  # fmt: skip
PRESSURE = ("Holds to the end", "Resistance")
KINDS = ("Kind of violation", "Failed / decided", "Share")
NUDGED = ("Nudge", "Questions", "H", "E", "M", "N", "Unreadable", "S_r", "S_a")
TOOLS = ("Tool", "Failed", "Decided", "Share", "Never reached the target")


def _row(page: Page, found: AttackFinding, turned: bool) -> tuple[str, ...]:
    rates, excess = found.rates, found.excesses[0] if found.excesses else None
    calls = NONE if found.median_calls is None else f"{found.median_calls:g}"
    held = found.pressure
    row = (
        _name(page, found),
        f"{rates.fooled:,}/{rates.valid:,}",
        percent(rates.conditional),
        interval(found.interval),
        percent(rates.end_to_end),
        f"{percent(found.best)}–{percent(found.worst)}",
        f"{rates.valid:,}/{rates.eligible:,}",
        f"{found.tries:,}",
        f"{excess.control_failed:,}/{excess.pairs:,}" if excess else NONE,
        signed(excess.value) if excess else NONE,
        signed_interval(excess.interval) if excess else NONE,
        probability(excess.q) if excess else NONE,
        NONE if found.mean_tries is None else f"{found.mean_tries:.1f}",
        calls,
        f"{found.calls:,}",
    )
    if not turned:
        return row
    return (*row, *((percent(held.survival), percent(held.resistance)) if held else (NONE, NONE)))


def _tool(page: Page, found: AttackFinding, tool: ToolResult) -> tuple[str, ...]:
    return (_name(page, found, tool.name), *_counts(tool))


def _counts(tool: ToolResult) -> tuple[str, ...]:
    """What a tool did. A group at the crossing of two labels says nothing in few cases, and invites that it be read."""
    if CROSSED in tool.name and tool.tried < SMALLEST:
        return NONE, f"< {SMALLEST}", NONE, f"{tool.lost:,}"
    share = percent(_ratio(tool.failed, tool.tried))
    return f"{tool.failed:,}", f"{tool.tried:,}", share, f"{tool.lost:,}"


def _name(page: Page, found: AttackFinding, part: str = "") -> str:
    """The attack, or a part of it, and the target."""
    return f"{found.name}{': ' if part else ''}{part}, {page.label(found.target)}"


def _nudged(page: Page, found: AttackFinding) -> tuple[str, ...]:
    told = found.sycophancy
    assert told is not None
    counts = (told.questions, told.hits, told.erratic, told.departures, told.nudges, told.unparsed)
    return (_name(page, found), *(f"{count:,}" for count in counts), three(told.raw), three(told.adjusted))


def _ratio(k: int, n: int) -> float | None:
    return k / n if n else None


def _chart(what: str, target: TargetSummary, rows: list[Pair]) -> Chart | None:
    if not rows:
        return None
    return dumbbell(
        rows,
        RATE,
        f"{what} on {target.label}: critical failure rate of the control and under attack",
        "● control, ◆ attacked. The excess is their difference.",
        (what, *HEAD[1:]),
    )


def _rows(slices: Sequence[Slice], control: str) -> list[Pair]:
    rates = {part.name: part.critical.cases for part in slices}
    base = rates.get(control)
    found = []
    for name, rate in rates.items():
        if name == control:
            continue
        before = base.value if base else None
        excess = None if before is None or rate.value is None else rate.value - before
        found.append(
            Pair(
                name=name,
                value=f"{percent(before)} → {percent(rate.value)}",
                round=before,
                pointed=rate.value,
                detail=(share(base) if base else NONE, share(rate), signed(excess)),
            )
        )
    return found
