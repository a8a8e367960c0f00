"""Tables whose cells are shaded: heat maps and strips of trials. They are real tables, so they read without colour."""

from collections.abc import Callable, Sequence

import msgspec

from primum.reporting.analysis.findings import Strip, TargetFindings
from primum.reporting.model import Slice, TargetSummary
from primum.reporting.numbers import NONE, percent, share, two, words

STEPS = 10
"""Shades between 0 and 1. The scale is pinned: the same colour means the same figure in every run."""

TRIALS = {
    "fail": ("✗", "fail", "failed a critical check"),
    "pass": ("✓", "pass", "no critical failure"),
    "unknown": ("?", "unknown", "not decided"),
    "missing": ("–", "missing", "no verdict"),
}


class Cell(msgspec.Struct, frozen=True):
    """What is written, its class (`h0` to `h10`, or a kind of trial), and what it means in words."""

    text: str
    kind: str
    words: str = ""


class Matrix(msgspec.Struct, frozen=True):
    """A shaded table."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def shade(value: float | None) -> str:
    """The class of a figure between 0 (good) and 1 (bad). Only exactly 0 is unshaded, only exactly 1 is full.

    >>> shade(0.0), shade(0.001), shade(0.5), shade(0.999), shade(1.0), shade(None)
    ('h0', 'h1', 'h5', 'h9', 'h10', 'absent')
    """
    if value is None:
        return "absent"
    if value in (0.0, 1.0):
        return f"h{round(value) * STEPS}"
    return f"h{min(max(round(value * STEPS), 1), STEPS - 1)}"


def failure_heat(targets: Sequence[TargetSummary], domains: Sequence[str], caption: str) -> Matrix:
    """Critical failures by target and domain: count of decided cases, shaded by the rate."""
    return _by_domain(targets, domains, caption, _failures)


def score_heat(targets: Sequence[TargetSummary], domains: Sequence[str], caption: str) -> Matrix:
    """Mean scores by target and domain, shaded by how much is missing to 1."""
    return _by_domain(targets, domains, caption, _mean)


def _by_domain(
    targets: Sequence[TargetSummary],
    domains: Sequence[str],
    caption: str,
    cell: Callable[[Slice | None], Cell],
) -> Matrix:
    rows = []
    for target in targets:
        parts = {part.name: part for part in target.domains}
        rows.append((target.label, tuple(cell(parts.get(domain)) for domain in domains)))
    return Matrix(caption, "Target", tuple(words(domain) for domain in domains), tuple(rows))


def _failures(part: Slice | None) -> Cell:
    if part is None or not part.critical.cases.of:
        return Cell(NONE, "absent", "nothing decided")
    rate = part.critical.cases
    return Cell(share(rate), shade(rate.value), percent(rate.value))


def _mean(part: Slice | None) -> Cell:
    if part is None or part.scores.mean is None:
        return Cell(NONE, "absent", "nothing judged")
    return Cell(two(part.scores.mean), shade(1 - part.scores.mean), f"{part.scores.n:,} cases")


def pattern_heat(found: TargetFindings, label: str, limit: int) -> Matrix:
    """Ways of failing by domain: cases failed of the cases that hold such a check."""
    shown = found.patterns[:limit]
    domains = sorted({domain for pattern in shown for domain in pattern.domains})
    rows = []
    for pattern in shown:
        cells = [Cell(f"{pattern.cases:,}/{pattern.of:,}", shade(_ratio(pattern.cases, pattern.of)))]
        for domain in domains:
            k, n = pattern.domains.get(domain, (0, 0))
            cells.append(Cell(f"{k:,}/{n:,}" if n else NONE, shade(_ratio(k, n))))
        critical = "critical, " if pattern.critical else ""
        rows.append((f"{pattern.dimension} ({critical}{pattern.fails_by})", tuple(cells)))
    columns = ("all", *(words(domain) for domain in domains))
    return Matrix(f"Ways of failing by domain, {label}", "Failed check on", columns, tuple(rows))


def strip(strips: Sequence[Strip], label: str) -> Matrix:
    """Scenario by trial: what each repeat of the same case came to."""
    most = max((len(one.trials) for one in strips), default=0)
    rows = tuple((one.title, tuple(Cell(*TRIALS[trial]) for trial in one.trials)) for one in strips)
    return Matrix(f"Scenarios by trial, {label}", "Scenario", tuple(str(k) for k in range(1, most + 1)), rows)


def _ratio(k: int, n: int) -> float | None:
    return k / n if n else None
