"""JUnit XML, as CI servers read it. A critical failure is a <failure>; whatever is not known is an <error>.

Nothing is ever <skipped>: CI servers paint skipped tests green.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from primum.reporting.columns import FAILED, UNKNOWN
from primum.reporting.comparison.model import ChangedItem, Comparison
from primum.reporting.gate.model import GateResult, RuleResult
from primum.reporting.numbers import count, three
from primum.reporting.rows import Played, Rows
from primum.visible import one_line

Case = tuple[str, str, str, str]
"""Class name, name, 'failure' | 'error' | '' and the message."""


def junit_of_run(run: Played, gate: GateResult | None = None) -> bytes:
    """One test a case, one suite a target; the gate's rules, where there is a gate, in suites of their own."""
    simulated = {record.name for record in run.manifest.targets if record.simulated}
    root = ET.Element("testsuites", name=f"primum {run.manifest.run}")
    for target in gate.targets if gate else ():
        _suite(root, f"gate: {target.label}", (_rule(target.name, rule) for rule in target.rules))
    for name, rows in run.targets.items():
        label = f"{name} (simulated)" if name in simulated else name
        _suite(root, label, _cases(name, rows, run))
    return _bytes(root)


def junit_of_comparison(found: Comparison, allowance: int = 0) -> bytes:
    """One test a scenario that changed or still fails. A new failure beyond the allowance is a <failure>."""
    root = ET.Element("testsuites", name=f"primum {found.a.run} → {found.b.run}")
    for change in found.targets:
        tolerated = len(change.new) <= allowance
        new = "" if tolerated else "failure"
        cases = [
            *(_item(change.b, item, new, "passed before, fails now") for item in change.new),
            *(_item(change.b, item, "error", "decided before, not decided now") for item in change.lost),
            *(_item(change.b, item, "", "fixed") for item in change.fixed),
            *(_item(change.b, item, "", "failed before and now") for item in change.still),
        ]
        overall = "error" if change.drift == "cannot be compared" else ""
        cases.insert(0, (change.b, "drift", overall, change.sentence))
        _suite(root, change.label, cases)
    return _bytes(root)


def _cases(target: str, rows: Rows, run: Played) -> Iterable[Case]:
    for place, case in enumerate(rows.case):
        where = f"{target}.{rows.groups['domain'][place]}"
        title = run.titles.get(rows.scenario[place], rows.scenario[place])
        if rows.critical[place] == FAILED:
            state = "confirmed" if rows.reviewed[place] else "provisional"
            yield (
                where,
                case,
                "failure",
                f"critical failure ({state}), score {three(rows.score[place])}: {title}",
            )
        elif rows.critical[place] == UNKNOWN:
            why = "a critical check is undecided" if rows.judged[place] else "no verdict"
            yield where, case, "error", f"{why}: {title}"
        else:
            yield where, case, "", ""
    if rows.not_reached:
        yield target, "not reached", "error", f"{count(rows.not_reached, 'planned case')} not reached"


def _rule(target: str, rule: RuleResult) -> Case:
    kind = {"PASS": "", "FAIL": "failure", "INCONCLUSIVE": "error"}[rule.decision]
    name = rule.rule if rule.slice == "all" else f"{rule.rule}: {rule.slice}"
    return f"gate.{target}", name, kind, f"{rule.decision}: {rule.reason}"


def _item(target: str, item: ChangedItem, kind: str, words: str) -> Case:
    tried = f"{item.a_failed}/{item.a_of} → {item.b_failed}/{item.b_of} trials failed; {item.b_case or item.a_case}"
    return (
        f"{target}.{item.domain}",
        f"{item.scenario} {item.attack}",
        kind,
        f"{words}: {item.title} ({tried})",
    )


def _suite(root: ET.Element, name: str, cases: Iterable[Case]) -> None:
    suite = ET.SubElement(root, "testsuite", name=one_line(name))
    counted = {"tests": 0, "failure": 0, "error": 0}
    for where, case, kind, message in cases:
        test = ET.SubElement(suite, "testcase", classname=one_line(where), name=one_line(case))
        counted["tests"] += 1
        if kind:
            counted[kind] += 1
            ET.SubElement(test, kind, message=one_line(message))
        elif message:
            ET.SubElement(test, "system-out").text = one_line(message)
    suite.set("tests", str(counted["tests"]))
    suite.set("failures", str(counted["failure"]))
    suite.set("errors", str(counted["error"]))


def _bytes(root: ET.Element) -> bytes:
    for total, name in (("tests", "tests"), ("failures", "failures"), ("errors", "errors")):
        root.set(total, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
