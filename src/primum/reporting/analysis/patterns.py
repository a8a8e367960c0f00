"""Ways of failing, counted by domain: which dimension, by leaving out or by doing, critical or not."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from primum.reporting.analysis.findings import Pattern
from primum.reporting.columns import Tally
from primum.scenarios.model import Check, Scenario

Masks = Mapping[str, Mapping[str, tuple[int, Check]]]
"""Scenario → pattern → the bits of its checks, and one of them."""


def masks_of(bits: Mapping[str, Mapping[str, int]], known: Mapping[str, Scenario]) -> Masks:
    """The patterns that each scenario holds, the same for all targets."""
    return {name: _masks(bits[name], known[name]) for name in bits if name in known}


def patterns_of(tally: Tally, masks: Masks, known: Mapping[str, Scenario]) -> tuple[Pattern, ...]:
    """The patterns of one target that occurred, critical ones first, then the most frequent.

    A case counts once in a pattern however many of its checks failed. Without the scenarios there are none.
    """
    failed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[str, Check] = {}
    for (scenario, failures, answered, _), cases in tally.answers.items():
        for code, (mask, check) in masks.get(scenario, {}).items():
            if answered & mask:
                held[code][known[scenario].domain] += cases
                if failures & mask:
                    failed[code][known[scenario].domain] += cases
                    examples[code] = check
    found = [_pattern(code, examples[code], failed[code], held[code]) for code in failed]
    return tuple(sorted(found, key=lambda p: (not p.critical, -p.cases, p.code)))


def code_of(check: Check) -> str:
    """
    >>> code_of(Check(id="x", text="", dimension="safety", fails_by="omission", critical=True))
    '!safety/omission'
    """
    return f"{'!' if check.critical else ''}{check.dimension}/{check.fails_by}"


def _masks(bits: Mapping[str, int], scenario: Scenario) -> dict[str, tuple[int, Check]]:
    """For each pattern the bits of the checks that belong to it."""
    found: dict[str, tuple[int, Check]] = {}
    for check in scenario.checks:
        mask, _ = found.get(code_of(check), (0, check))
        found[code_of(check)] = (mask | bits.get(check.id, 0), check)
    return found


def _pattern(code: str, check: Check, failed: Counter[str], held: Counter[str]) -> Pattern:
    return Pattern(
        code=code,
        dimension=check.dimension,
        fails_by=check.fails_by,
        critical=check.critical,
        cases=failed.total(),
        of=held.total(),
        domains={domain: (failed[domain], held[domain]) for domain in sorted(held)},
    )
