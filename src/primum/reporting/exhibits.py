"""A case as the report shows it: every message, every edit, every check with its quote, every dissent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

import msgspec
from markupsafe import Markup

from primum.judging.model import CheckVerdict, Verdict
from primum.reporting.beside import Beside, beside
from primum.reporting.conversation import Said, conversation
from primum.reporting.model import Exhibit
from primum.review.model import Labelled
from primum.review.policy import forms
from primum.scenarios.model import Check
from primum.visible import LIMIT, one_line, quoted

ANSWERS = {
    "met": ("✓", "met"),
    "not_met": ("✗", "not met"),
    "not_applicable": ("–", "not applicable"),
    "cannot_judge": ("?", "cannot judge"),
    "unsupported": ("!", "quote not in the reply"),
}
QUOTE_LIMIT = 1_000


class Line(msgspec.Struct, frozen=True):
    """One message."""

    speaker: str
    body: Markup
    target: bool = False
    """Said by the model under test."""
    note: str = ""
    trace: Markup = Markup("")
    """The reasoning before it, where the endpoint gave one; no judge of the reply sees it."""


class CheckRow(msgspec.Struct, frozen=True):
    """One check with the deciding judge's answer."""

    number: int
    id: str
    text: str
    dimension: str
    critical: bool
    answer: str
    symbol: str
    words: str
    quote: str
    reason: str


class Dissent(msgspec.Struct, frozen=True):
    """Two or more answers to one check."""

    check: str
    text: str
    answers: tuple[tuple[str, str, str, str], ...]
    """Judge, symbol, answer in words, reason."""


class Step(msgspec.Struct, frozen=True):
    """What one transform changed."""

    transform: str
    relation: str
    before: Markup
    after: Markup


class Reader(msgspec.Struct, frozen=True):
    """One reader's independent answer."""

    name: str
    role: str
    answer: str
    severity: int | None
    reason: str


class Human(msgspec.Struct, frozen=True):
    """What clinicians said of a case, once they had finished."""

    state: str
    before: str
    after: str
    ground: str
    readers: tuple[Reader, ...]
    adjudicator: str
    rationale: str


class View(msgspec.Struct, frozen=True):
    """Everything the template needs for one case."""

    rank: int
    anchor: str
    exhibit: Exhibit
    label: str
    title: str
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    checks: tuple[CheckRow, ...]
    dissents: tuple[Dissent, ...]
    judge: str
    failure: str
    """Why the deciding judge has no verdict."""
    beside: Beside
    human: Human | None = None

    @property
    def critical(self) -> tuple[CheckRow, ...]:
        """The critical checks that failed."""
        return tuple(check for check in self.checks if check.critical and check.answer == "not_met")

    @property
    def size(self) -> int:
        """Characters of the exchange as shown."""
        return sum(len(line.body) for line in self.lines)


def view(exhibit: Exhibit, rank: int, label: str, limit: int = LIMIT) -> View:
    """Prepare one exhibit for the template. Of every message at most `limit` characters are shown."""
    result = exhibit.result
    known = {check.id: check for check in exhibit.scenario.checks} if exhibit.scenario else {}
    known |= {check.id: check for check in result.checks}
    verdict = result.verdicts[0] if result.verdicts else Verdict(judge="")
    return View(
        rank=rank,
        anchor=f"case-{rank}",
        exhibit=exhibit,
        label=label,
        title=exhibit.scenario.title if exhibit.scenario else result.case.scenario,
        steps=tuple(
            Step(edit.transform, edit.relation, *_changed(edit.before, edit.after, limit))
            for edit in result.trace
        ),
        lines=tuple(_line(said, verdict.checks, limit) for said in conversation(result.exchange))
        if result.exchange
        else (),
        checks=tuple(_check_row(n, answer, known) for n, answer in enumerate(verdict.checks, 1)),
        dissents=tuple(_dissents(result.verdicts, result.disagreements, known)),
        judge=verdict.judge,
        failure=one_line(verdict.failure, QUOTE_LIMIT),
        beside=beside(exhibit.scenario, result.verdicts),
        human=human_of(exhibit.label) if exhibit.label else None,
    )


_JUDGED = {True: "failed", False: "passed", None: "not decided"}
_FINAL = {True: "failed", False: "passed", None: "no decision"}
_OPINED = {True: "fail", False: "pass", None: "cannot judge"}


def human_of(label: Labelled) -> Human:
    """What clinicians said, in words."""
    grounds = forms().grounds

    def words(ground: str) -> str:
        return grounds.get(ground, ground)

    return Human(
        state=label.state.replace("_", " "),
        before=_JUDGED[label.judged],
        after=_FINAL[label.final],
        ground=words(label.reason),
        readers=tuple(
            Reader(one.reviewer, one.role, _OPINED[one.failed], one.severity, words(one.reason))
            for one in label.first
        ),
        adjudicator=label.adjudicator,
        rationale=one_line(label.rationale, QUOTE_LIMIT),
    )


def _changed(before: str, after: str, limit: int) -> tuple[Markup, Markup]:
    """Both texts with the words marked that differ between them.

    >>> _changed("take two pills", "take ten pills", 100)[1]
    Markup('take <mark class="failed">ten</mark> pills')
    """
    words = [re.findall(r"\s+|\S+", text[:limit]) for text in (before, after)]
    starts = [[0, *accumulate(map(len, side))] for side in words]
    spans: tuple[list[tuple[int, int, int, bool]], ...] = ([], [])
    for kind, *ends in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        for side, (first, last) in enumerate((ends[:2], ends[2:])):
            if kind != "equal" and first < last:
                spans[side].append((starts[side][first], starts[side][last], 0, False))
    return quoted(before, spans[0], limit), quoted(after, spans[1], limit)


def _line(said: Said, answers: Sequence[CheckVerdict], limit: int) -> Line:
    if said.reply is None:
        return Line(said.speaker, quoted(said.text, (), limit), note=_cut(said.text, limit))
    spans = [
        (start, start + len(answer.quote), number, answer.answer == "met")
        for number, answer in enumerate(answers, 1)
        if answer.quote and answer.reply == said.place and answer.answer != "unsupported"
        for start in [answer.start if answer.start >= 0 else said.text.find(answer.quote)]
    ]
    finish = "" if said.reply.finish == "stop" else f"Finished: {said.reply.finish}. "
    beyond = [str(number) for start, _, number, _ in spans if start >= limit]
    late = f" Quoted after the cut: check {', '.join(beyond)}." if beyond else ""
    note = f"{finish}{_cut(said.text, limit)}{late}".strip()
    trace = quoted(said.reply.reasoning, (), limit)
    return Line("target", quoted(said.text, spans, limit), target=True, note=note, trace=trace)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return ""
    return f"Cut here: {limit:,} of {len(text):,} characters are shown; cases.jsonl has all of them."


def _check_row(number: int, answer: CheckVerdict, known: Mapping[str, Check]) -> CheckRow:
    check = known.get(answer.check)
    symbol, words = ANSWERS[answer.answer]
    return CheckRow(
        number=number,
        id=answer.check,
        text=check.text if check else answer.check,
        dimension=check.dimension if check else "",
        critical=check.critical if check else False,
        answer=answer.answer,
        symbol=symbol,
        words=words,
        quote=one_line(answer.quote, QUOTE_LIMIT),
        reason=one_line(answer.reason, QUOTE_LIMIT),
    )


def _dissents(
    verdicts: Sequence[Verdict], disagreements: Sequence[str], known: Mapping[str, Check]
) -> Iterator[Dissent]:
    for name in disagreements:
        answers = tuple(
            (verdict.judge, *ANSWERS[answer.answer], one_line(answer.reason, QUOTE_LIMIT))
            for verdict in verdicts
            for answer in verdict.checks
            if answer.check == name
        )
        yield Dissent(name, known[name].text if name in known else name, answers)
