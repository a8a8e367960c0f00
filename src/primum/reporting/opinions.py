"""What a run's presets found, and why its cases need a human, gathered while the results stream by.

Of a reply only what labels it is kept, never its texts.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import heappush, heappushpop
from typing import Any

import msgspec

from primum.campaign.model import CaseResult
from primum.errors import PrimumError
from primum.judging.catalogue import find_preset
from primum.judging.item import Item, item_of
from primum.judging.model import Verdict
from primum.judging.preset import Preset
from primum.judging.queue import KINDS, reasons_for_review
from primum.judging.tally import Tally
from primum.scenarios.model import Scenario

EXAMPLES = 3
"""Cases that are named for each reason for review."""


class PresetTable(msgspec.Struct, frozen=True):
    """One preset's table over the replies of one target, and how every reply ended under it."""

    judge: str
    preset: str
    tally: Tally
    judged: int
    no_verdict: int
    not_applicable: int
    for_review: int
    addresses_the_judge: int
    erased: int = 0
    """Findings that were forgotten with their texts, so that they are in no figure."""


class Tallies(msgspec.Struct, frozen=True):
    """What `primum judge PRESET RUN` found about every target of a run: a file without texts, beside its opinions."""

    run: str
    finished: bool
    tables: tuple[tuple[str, PresetTable], ...]
    """Target and table."""


class ReviewReason(msgspec.Struct, frozen=True):
    """One reason for review over the cases of a target."""

    kind: str
    cases: int
    """Cases with at least one such reason."""
    examples: tuple[str, ...]
    """Ids of the first of them."""


class Opinions:
    """Collects both for one target."""

    def __init__(self) -> None:
        self._found: defaultdict[tuple[str, str], list[tuple[int, Item, Verdict]]] = defaultdict(list)
        self._cases: Counter[str] = Counter()
        self._first: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.for_review = 0

    def offer(self, result: CaseResult, scenario: Scenario | None) -> None:
        """One result in whatever order."""
        verdicts = result.verdicts
        if not result.disagreements and all(
            map(_gives_none, verdicts)
        ):  # most cases, in a fraction of the time
            return
        for verdict in verdicts:
            if verdict.preset:
                item = _labels_of(result, scenario)
                own = msgspec.structs.replace(verdict, checks=())
                self._found[verdict.judge, verdict.preset].append((result.case.index, item, own))
        kinds = {reason.kind for reason in reasons_for_review(scenario, verdicts)}
        self.for_review += bool(kinds)
        for kind in kinds:
            self._cases[kind] += 1
            _keep_first(self._first[kind], (-result.case.index, result.case.id))

    def reasons(self) -> tuple[ReviewReason, ...]:
        """Every kind of reason, those that nobody gave included."""
        return tuple(
            ReviewReason(
                kind, self._cases[kind], tuple(case for _, case in sorted(self._first[kind], reverse=True))
            )
            for kind in KINDS
        )

    def tables(self) -> tuple[PresetTable, ...]:
        """One a judge, in the order of their names; a preset that is not installed any more has none."""
        found = []
        for (judge, name), rows in sorted(self._found.items()):
            try:
                preset = find_preset(name)
            except PrimumError:
                continue
            rows.sort(key=lambda row: row[0])
            found.append(_table(judge, preset, [(item, verdict) for _, item, verdict in rows]))
        return tuple(found)


def _gives_none(verdict: Verdict) -> bool:
    """Whether a verdict cannot give a reason by itself."""
    if verdict.failure or verdict.injection or verdict.preset or verdict.severity is not None:
        return False
    return verdict.refusal != "full" and not any(check.answer == "unsupported" for check in verdict.checks)


def _keep_first(heap: list[tuple[int, str]], entry: tuple[int, str]) -> None:
    if len(heap) < EXAMPLES:
        heappush(heap, entry)
    else:
        heappushpop(heap, entry)


def _labels_of(result: CaseResult, scenario: Scenario | None) -> Item:
    """What a preset's table reads of a reply."""
    if scenario is None or result.exchange is None or not result.exchange.replies:
        return Item(id=result.case.id, reply="", category=result.domain)
    passed = None if result.score is None else result.score.value == 1.0
    whole = item_of(scenario, result.exchange, result.case.id, passed)
    return msgspec.structs.replace(
        whole, reply="", reasoning="", messages=(), exchange=None, context="", core=(), secondary=()
    )


def _table(judge: str, preset: Preset, rows: Sequence[tuple[Item, Verdict]]) -> PresetTable:
    ended: Counter[str] = Counter()
    pairs = []
    for item, verdict in rows:
        how, result = _ended(preset, verdict)
        ended[how] += 1
        if how in ("judged", "no_verdict"):
            pairs.append((item, result))
    return PresetTable(
        judge=judge,
        preset=preset.name,
        tally=preset.tally(pairs),
        judged=ended["judged"],
        no_verdict=ended["no_verdict"],
        not_applicable=ended["not_applicable"],
        for_review=sum(bool(verdict.review) for _, verdict in rows),
        addresses_the_judge=sum(bool(verdict.injection) for _, verdict in rows),
        erased=ended["erased"],
    )


def _ended(preset: Preset, verdict: Verdict) -> tuple[str, Any]:
    if verdict.failure:
        return "no_verdict", None
    if "not_applicable" in verdict.result:
        return "not_applicable", None
    try:
        return "judged", msgspec.convert(verdict.result, preset.kind)
    except msgspec.ValidationError:
        return "erased", None
