"""A short summary for a pull request: the decision, the worst first, where to read on."""

from collections.abc import Iterator

from primum.reporting.comparison.model import Comparison
from primum.reporting.gate.model import GateResult
from primum.reporting.gate.text import bounds, estimate, threshold
from primum.reporting.model import Summary, TargetSummary
from primum.reporting.numbers import interval, percent, share, three, two
from primum.reporting.review_text import review_lines
from primum.visible import one_line

CASES_SHOWN = 5
RULES_SHOWN = 12


def markdown_of(summary: Summary, gate: GateResult | None = None, change: Comparison | None = None) -> bytes:
    """GitHub-flavoured Markdown, a screen long."""
    return ("\n".join(_lines(summary, gate, change)) + "\n").encode("utf-8")


def _lines(summary: Summary, gate: GateResult | None, change: Comparison | None) -> Iterator[str]:
    yield f"## primum {_safe(summary.run)}"
    yield ""
    if gate:
        yield f"**{_safe(gate.headline)}**"
        yield ""
        yield from _gate(gate)
    yield from _targets(summary)
    yield from (f"- {_safe(line)}" for line in review_lines(summary))
    yield ""
    if change:
        yield from (f"- {_safe(one.sentence)}" for one in change.targets)
        yield ""
    if summary.worst:
        yield "Worst cases (`primum show ID` prints one whole):"
        yield ""
        for case in summary.worst[:CASES_SHOWN]:
            failed = (
                f"critical: {', '.join(case.critical_failed)}"
                if case.critical_failed
                else "no critical failure"
            )
            if case.clinician is not None:
                failed = f"clinician: {'failed' if case.clinician else 'passed'}; {failed}"
            name = f"{case.target} (simulated)" if case.simulated else case.target
            yield f"- `{case.case}` {two(case.score)} {_safe(name)}: {_safe(failed)}. {_safe(case.title)}"
        yield ""
    for warning in summary.warnings:
        yield f"> {_safe(warning)}"
        yield ">"


def _gate(gate: GateResult) -> Iterator[str]:
    at_fault = [(t, rule) for t in gate.targets for rule in t.rules if rule.decision != "PASS"]
    if not at_fault:
        return
    yield "| target | rule | threshold | estimate | interval | n | decision |"
    yield "|---|---|---:|---:|---:|---:|---|"
    for target, rule in at_fault[:RULES_SHOWN]:
        name = rule.rule if rule.slice == "all" else f"{rule.rule}: {rule.slice}"
        yield (
            f"| {_safe(target.label)} | {_safe(name)} | {threshold(rule)} | {estimate(rule)} | {bounds(rule)} "
            f"| {rule.scenarios:,} | {rule.decision} |"
        )
    if len(at_fault) > RULES_SHOWN:
        yield f"\n… and {len(at_fault) - RULES_SHOWN} more rule results that did not pass."
    yield ""


def _targets(summary: Summary) -> Iterator[str]:
    yield "| target | min | zero | critical failures | 95% interval | mean | SD | judged |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    yield from (_target(target) for target in summary.targets)
    yield ""


def _target(target: TargetSummary) -> str:
    scores, rate = target.overall.scores, target.overall.critical.cases
    return (
        f"| {_safe(target.label)} | {two(scores.min)} | {scores.zero_count:,} | {share(rate)} {percent(rate.value)} "
        f"| {interval(rate.interval)} | {three(scores.mean)} | {three(scores.sd)} "
        f"| {target.judged:,}/{target.planned:,} |"
    )


def _safe(text: str) -> str:
    """Text that Markdown takes as text: no table cell, tag, link or mention of a person is made of it.

    >>> _safe("a|b <b> @ann")
    'a\\\\|b &lt;b&gt; @\\u200bann'
    """
    flat = one_line(text, 600).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|#":
        flat = flat.replace(mark, f"\\{mark}")
    return flat.replace("@", "@\u200b")
