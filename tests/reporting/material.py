"""A gate, a comparison and a crosswalk made by hand, to see what the report makes of them."""

from typing import Any

from primum.reporting.comparison.model import SCHEMA as COMPARISON
from primum.reporting.comparison.model import ChangedItem, Comparison, Difference, Side, TargetChange
from primum.reporting.crosswalk import ControlEvidence, ControlRow, Crosswalk
from primum.reporting.gate.model import SCHEMA as GATE
from primum.reporting.gate.model import Decision, GateResult, PolicyRecord, RuleResult, TargetGate
from primum.stats.intervals import Interval


def gate(decision: Decision, **changed: Any) -> GateResult:
    """One rule on one target with this decision."""
    fields: dict[str, Any] = {
        "rule": "critical failures",
        "metric": "critical-case-rate",
        "slice": "all",
        "direction": "at most",
        "threshold": 0.01,
        "estimate": 0.111,
        "interval": Interval(0.02, 0.31, "Clopper–Pearson"),
        "best": 0.1,
        "worst": 0.2,
        "count": 1,
        "of": 9,
        "scenarios": 9,
        "decision": decision,
        "reason": "The interval lies where the rule says.",
        "needed": 812 if decision == "INCONCLUSIVE" else None,
        "cases": ("c00000",) if decision == "FAIL" else (),
    }
    rule = RuleResult(**(fields | changed))
    policy = PolicyRecord("hospital", "ab" * 32, "[[rule]]", frozen=True)
    headline = f"{decision}: thresholds frozen before the run"
    target = TargetGate("example/alpha", "example/alpha", False, decision, "As its rules say.", (rule,), 0, 1)
    return GateResult(GATE, "r", "multi-domain", decision, headline, 0.95, 1, policy, (target,), "cd" * 32)


def comparison() -> Comparison:
    """One scenario that passed before and fails now."""
    item = ChangedItem(
        "s-001", "Chest tightness again", "safety", "scripted", 0, 3, 3, 3, "old-case", "c00000"
    )
    worse = Difference("critical failure rate", 0.0, 0.111, 0.111, Interval(0.01, 0.3, "bootstrap"), 0.02, 0.04,
                       9, 0, 0.1, 0.12, "worse")  # fmt: skip
    change = TargetChange("example/alpha", "example/alpha", "example/alpha", False, "worse",
                          "example/alpha: 1 of 9 scenarios that passed now fails.", (worse,), (item,), (), (), (),
                          8)  # fmt: skip
    sides = [Side(run, "2026-10-01T08:00:00Z", "", 1, "0.1.0") for run in ("r-before", "r-after")]
    return Comparison(COMPARISON, *sides, "worse", 9, 2, None, 0.95, (change,), ("One judge in both runs.",))


def crosswalk() -> Crosswalk:
    """One control with evidence, one without."""
    evidence = ControlEvidence("example/alpha", "safety", 9, 9, 1, "c00000")
    rows = (
        ControlRow("nist-ai-600-1:2024:MS-2.7-007", "NIST AI 600-1", "2024", "Red-team the system",
                   "https://example.org", "evidences", (evidence,)),
        ControlRow("nist-ai-600-1:2024:MS-2.8-002", "NIST AI 600-1", "2024", "Say what annotators were told",
                   "https://example.org", "informs", ()),
    )  # fmt: skip
    return Crosswalk("r", rows, 1, 1, "A person decides what a row is worth.")
