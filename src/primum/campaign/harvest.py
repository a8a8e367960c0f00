"""The found failing attempts of a run, as an attack pack."""

from collections.abc import Iterable, Mapping

import msgspec

from primum.attacks.find import attack_names, find_attack
from primum.attacks.pack import PREFIX, Entry, Line
from primum.campaign.model import PLAIN, CaseResult
from primum.canonical import digest
from primum.endpoints.model import Exchange
from primum.scenarios.model import Check, Expected, Scenario
from primum.scenarios.render import fill


class Harvest(msgspec.Struct, frozen=True):
    """What a pack holds, and how many failures could not be put into it."""

    entries: tuple[Entry, ...]
    tools: int = 0
    """Conversations with tools: play those attacks themselves, they need no writer."""
    unreadable: int = 0
    """Messages with parts that are no text, or a case without its texts."""


def harvest(results: Iterable[CaseResult], scenarios: Mapping[str, Scenario]) -> Harvest:
    """Every attacked case whose deciding attempt failed a critical check, none twice. Controls are no attacks."""
    entries: dict[str, Entry] = {}
    tools = unreadable = 0
    for result in results:
        scenario = scenarios.get(result.case.scenario)
        if scenario is None or not _attacked(result) or not (result.score and result.score.critical_failed):
            continue
        lines = lines_of(result.exchange, scenario) if result.exchange else None
        if result.exchange and any(message.role == "tool" for message in result.exchange.messages):
            tools += 1
        elif lines is None:
            unreadable += 1
        else:
            entry = _entry(result, scenario, lines)
            entries.setdefault(digest([entry.scenario, entry.lines]), entry)
    return Harvest(tuple(entries.values()), tools, unreadable)


def _attacked(result: CaseResult) -> bool:
    """Whether something was done to the case that should not change the outcome."""
    name = result.case.attack
    if name == PLAIN:
        return bool(result.case.transforms)
    if name not in attack_names():
        return name.startswith(PREFIX)
    attack = find_attack(name)
    return bool(attack.controls) and name not in _controls() and attack.starts == "passed"


def _controls() -> set[str]:
    return {control for name in attack_names() for control in find_attack(name).controls}


def lines_of(exchange: Exchange, scenario: Scenario) -> tuple[Line, ...] | None:
    """The messages with the target's own answers left open; None where one is no plain text."""
    scripted = {fill(turn.text, scenario) for turn in scenario.turns if turn.role == "assistant"}
    lines: list[Line] = []
    for message in exchange.messages:
        role, text = message.role, message.content
        if role == "tool" or not isinstance(text, str):
            return None
        lines.append(Line("target") if role == "assistant" and text not in scripted else Line(role, text))
    if lines and lines[-1].role != "target":
        lines.append(Line("target"))
    return tuple(lines) or None


def _entry(result: CaseResult, scenario: Scenario, lines: tuple[Line, ...]) -> Entry:
    failed = next((one for one in result.attempts if one.failed), None)
    options = _options(result, scenario)
    checks = _checks(result, scenario)
    return Entry(
        scenario=scenario.id,
        content=digest(scenario),
        attack=result.case.attack if result.case.attack != PLAIN else " + ".join(result.case.transforms),
        tools=failed.tools if failed else (),
        lines=lines,
        replies=len(result.exchange.replies) if result.exchange else 1,
        checks=checks,
        expected=_expected(result, scenario),
        options=options,
        key=scenario.key if options == scenario.options else _key(checks),
        trace=result.trace,
    )


def _checks(result: CaseResult, scenario: Scenario) -> tuple[Check, ...]:
    """The checks that the attempt was judged by: those of the case that were kept, and those that were brought."""
    brought = {check.id: check for check in result.checks}
    judged = {one.check for verdict in result.verdicts[:1] for one in verdict.checks}
    kept = {check.id: check for check in scenario.checks if check.id in judged}
    return tuple((kept | brought).values())


def _options(result: CaseResult, scenario: Scenario) -> dict[str, str]:
    """As they were shown."""
    shown = [edit.after for edit in result.trace if edit.where == "options"]
    if not shown:
        return scenario.options
    pairs = (line.partition(". ") for line in shown[-1].splitlines())
    return {letter: text for letter, _, text in pairs}


def _key(checks: tuple[Check, ...]) -> tuple[str, ...]:
    return next((check.evidence.option for check in checks if check.evidence and check.evidence.option), ())


def _expected(result: CaseResult, scenario: Scenario) -> Expected:
    asks = any(edit.relation == "must_ask" for edit in result.trace)
    return "ask" if asks else scenario.expected
