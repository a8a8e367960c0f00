"""One case in a terminal: the conversation, each check with its quote, the outcome."""

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from primum.campaign.model import CaseResult, Manifest
from primum.judging.model import Verdict
from primum.judging.scales import scales
from primum.reporting.conversation import conversation
from primum.reporting.exhibits import ANSWERS, Human, human_of
from primum.reporting.numbers import two
from primum.review.model import Labelled
from primum.scenarios.model import Scenario
from primum.visible import LIMIT, one_line, visible


def print_case(
    result: CaseResult,
    manifest: Manifest,
    scenario: Scenario | None,
    console: Console | None = None,
    label: Labelled | None = None,
) -> None:
    """Print one case whole, with what clinicians said of it. What cannot be seen in a reply is made visible."""
    console = console or Console(highlight=False)
    simulated = any(record.simulated for record in manifest.targets if record.name == result.case.target)
    target = f"{result.case.target} (simulated)" if simulated else result.case.target
    case = result.case
    console.print(Text(one_line(scenario.title if scenario else case.scenario), style="bold"))
    console.print(Text(one_line(f"{case.id}  run {manifest.run}  {target}"), style="dim"))
    console.print(
        Text(one_line(f"{result.domain} › {result.subdomain}, {result.perspective}, {result.risk} risk"))
    )
    how = f"attack {case.attack}, transforms {', '.join(case.transforms) or 'none'}, trial {case.trial + 1}"
    console.print(Text(one_line(how)))
    for number, attempt in enumerate(result.attempts, 1):
        found = {True: "failed", False: "held", None: attempt.outcome}[attempt.failed]
        console.print(
            Text(one_line(f"  {number}. {' + '.join(attempt.tools) or 'as it was'}: {found}"), style="dim")
        )
    console.print(_outcome(result))
    for line in _clinicians(human_of(label)) if label else ():
        console.print(Text(one_line(line)))
    _print_exchange(result, target, console)
    for verdict in result.verdicts:
        _print_verdict(verdict, scenario, result.disagreements, console)


def _clinicians(found: Human) -> Iterator[str]:
    ground = f", because: {found.ground}" if found.ground else ""
    yield f"clinicians: the judge had {found.before}, in the end {found.after} ({found.state}){ground}"
    for reader in found.readers:
        severity = "" if reader.severity is None else f", severity {reader.severity}"
        yield f"  {reader.name}, {reader.role}: {reader.answer}{severity}"
    if found.adjudicator:
        yield f"  {found.adjudicator}, adjudicator: {found.rationale}"


def _outcome(result: CaseResult) -> Text:
    text = Text(f"outcome {result.outcome}")
    if result.failure:
        text.append(one_line(f": {result.failure.kind}, {result.failure.message}"))
    if result.score is None:
        return text
    score = result.score
    text.append(f", score {two(score.value)} ({two(score.low)}–{two(score.high)}), {result.state}")
    if score.critical_failed:
        text.append(f", critical failures: {one_line(', '.join(score.critical_failed))}", style="bold red")
    if score.critical_undecided:
        text.append(f", critical undecided: {one_line(', '.join(score.critical_undecided))}", style="yellow")
    return text


def _print_exchange(result: CaseResult, target: str, console: Console) -> None:
    if result.exchange is None:
        console.print("\nNo exchange was stored.")
        return
    for said in conversation(result.exchange):
        _print_message(target if said.reply else said.speaker, said.text, console)


def _print_message(speaker: str, text: str, console: Console) -> None:
    console.print(Text("\n" + one_line(speaker), style="bold cyan"))
    console.print(Padding(Text(visible(text[:LIMIT]) or "(empty)"), (0, 0, 0, 2)))
    if len(text) > LIMIT:
        console.print(f"  [{LIMIT:,} of {len(text):,} characters shown; --json prints all]", markup=False)


def _print_verdict(
    verdict: Verdict, scenario: Scenario | None, disagreements: tuple[str, ...], console: Console
) -> None:
    known = {check.id: check for check in scenario.checks} if scenario else {}
    console.print(Text(f"\nJudge {one_line(verdict.judge)}", style="bold"))
    if verdict.failure:
        console.print(Text(f"  no verdict: {one_line(verdict.failure)}", style="yellow"))
    for name, value in verdict.result.items():
        console.print(Padding(Text(one_line(f"{name}: {value}")), (0, 0, 0, 2)))
    given = [
        f"{name.replace('_', ' ')} {value}"
        for name in scales()
        if (value := getattr(verdict, name)) is not None
    ]
    if given:
        console.print(Padding(Text(", ".join(given)), (0, 0, 0, 2)))
    if verdict.injection:
        console.print(Text(f"  the reply speaks to the judge: {one_line(verdict.injection)}", style="yellow"))
    for reason in verdict.review:
        console.print(Text(f"  for review: {one_line(reason)}", style="yellow"))
    for answer in verdict.checks:
        check = known.get(answer.check)
        symbol, words = ANSWERS[answer.answer]
        style = {"met": "green", "not_met": "red"}.get(answer.answer, "yellow")
        notes = [note for note, holds in (
            ("critical", check is not None and check.critical), ("judges differ", answer.check in disagreements)
        ) if holds]  # fmt: skip
        mark = f" [{', '.join(notes)}]" if notes else ""
        console.print(Text(f"  {symbol} {words}{mark}: ", style=style).append(
            one_line(check.text if check else answer.check), style="default"))  # fmt: skip
        for line in (f"“{one_line(answer.quote)}”" if answer.quote else "", one_line(answer.reason)):
            if line:
                console.print(Padding(Text(line, style="dim"), (0, 0, 0, 6)))
