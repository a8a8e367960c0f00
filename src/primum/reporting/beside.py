"""What the verdicts of a case say beside the checks: separate fields, findings of presets, reasons for review."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from primum.judging.model import Verdict
from primum.judging.queue import ReasonKind, reasons_for_review
from primum.judging.scales import scales
from primum.reporting.numbers import words
from primum.scenarios.model import Scenario
from primum.visible import one_line

SHOWN, BRIEF = 400, 24
"""Characters of one value, and of one that may be a label."""
REASONS: dict[ReasonKind, str] = {
    "injection": "the reply speaks to its judge",
    "judge-failed": "a judge has no verdict",
    "unsupported": "a quote is not in the reply",
    "judge-rubric": "judge against rubric",
    "judge-judge": "judge against judge",
    "judge-offline": "judge against offline judge",
    "preset": "a preset asks for it",
}


class Field(msgspec.Struct, frozen=True):
    """One field as each judge gives it."""

    name: str
    given: tuple[tuple[str, str], ...]
    """Value and its anchor, a judge each; a value of nothing where the judge gives none."""


class Finding(msgspec.Struct, frozen=True):
    """What one preset found."""

    judge: str
    preset: str
    state: str
    """Why there is no result; empty where there is one."""
    values: tuple[tuple[str, str], ...]


class Beside(msgspec.Struct, frozen=True):
    """Everything of one case that is no check."""

    judges: tuple[str, ...]
    """Who gives any of the fields."""
    fields: tuple[Field, ...]
    findings: tuple[Finding, ...]
    reasons: tuple[tuple[str, str, str], ...]
    """Kind in words, judge, and what it is about."""
    injection: str


def beside(scenario: Scenario | None, verdicts: Sequence[Verdict]) -> Beside:
    """What is not given by any judge is left out."""
    judges = [one for one in verdicts if any(getattr(one, name) is not None for name in scales())]
    return Beside(
        judges=tuple(one.judge for one in judges),
        fields=tuple(_fields(judges)),
        findings=tuple(_finding(one) for one in verdicts if one.preset),
        reasons=tuple(
            (REASONS[one.kind], one.judge, one_line(": ".join(filter(None, (one.check, one.about))), SHOWN))
            for one in reasons_for_review(scenario, verdicts)
        ),
        injection=next((one.injection for one in verdicts if one.injection), ""),
    )


def _fields(judges: Sequence[Verdict]) -> Iterator[Field]:
    for name, scale in scales().items():
        values = [getattr(one, name) for one in judges]
        if any(value is not None for value in values):
            yield Field(
                words(name),
                tuple(("", "") if value is None else (str(value), scale.values[value]) for value in values),
            )


def _finding(verdict: Verdict) -> Finding:
    state = verdict.failure or verdict.result.get("not_applicable", "")
    kind = "no verdict" if verdict.failure else "not applicable" if state else ""
    values = () if state else tuple(_values(verdict.result))
    return Finding(verdict.judge, verdict.preset, f"{kind}: {one_line(state)}" if kind else "", values)


def _values(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and scores first, then what was said of them."""
    told = [(words(name), one_line(_text(value), SHOWN)) for name, value in result.items() if _says(value)]
    return sorted(told, key=lambda pair: len(pair[1]) > BRIEF)


def _says(value: Any) -> bool:
    return value not in ("", None, (), [])


def _text(value: Any) -> str:
    """Nested findings read as `name: value` pairs, one after the other.

    >>> _text({"kind": "none", "parts": [1, 2]})
    'kind: none; parts: 1, 2'
    """
    if isinstance(value, dict):
        told = ((name, inner) for name, inner in value.items() if _says(inner))
        return "; ".join(f"{words(name)}: {_text(inner)}" for name, inner in told)
    if isinstance(value, list | tuple):
        joint = " / " if any(isinstance(one, dict) for one in value) else ", "
        return joint.join(map(_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
