"""Recorded replies to be judged anew: from a JSONL file, or from the cases of a run. Nothing is asked of a target."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from primum.campaign.counterparts import Recorded, beside_controls, beside_run
from primum.campaign.model import CaseResult, Manifest
from primum.campaign.outcome import before_judging
from primum.errors import PrimumError
from primum.judging.item import Item, item_of
from primum.scenarios.model import Scenario


class Subject(msgspec.Struct, frozen=True):
    """Replies that make one table: a file, or one target of a run."""

    name: str
    items: tuple[Item, ...]
    simulated: bool = False
    left_out: dict[str, int] = {}
    """Cases without a reply to judge, by outcome."""


def subject_of_file(path: Path) -> Subject:
    """One reply a line: `reply`, `prompt` or `messages`, what the preset needs; without an id its line is its id."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PrimumError(f"{path}: cannot be read as replies: {error}") from None
    items: list[Item] = []
    places: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = _decode(line)
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            raise PrimumError(f"{path}:{number}: {error}") from None
        item = item if item.id else msgspec.structs.replace(item, id=str(number))
        if item.id in places:
            raise PrimumError(f"{path}:{number}: the id '{item.id}' stands in line {places[item.id]} already")
        if item.prompt and item.messages:
            raise PrimumError(f"{path}:{number}: give 'prompt' or 'messages', not both")
        places[item.id] = number
        items.append(item)
    if not items:
        raise PrimumError(f"{path}: there is no reply in it")
    return Subject(path.name, tuple(items))


_decode = msgspec.json.Decoder(Item).decode


def subjects_of_run(
    manifest: Manifest,
    results: Iterable[CaseResult],
    scenarios: Mapping[str, Scenario],
    other: Mapping[str, Recorded] | None = None,
    changed: str = "",
) -> list[Subject]:
    """One subject a target, in the manifest's order; cases without a reply are counted by their outcome.

    A case has a twin where its plan has one, or, with `other`, where that run has the same case.
    """
    left_out: dict[str, Counter[str]] = {target.name: Counter() for target in manifest.targets}
    cases = cases_of_run(manifest, results, scenarios, left_out)
    subjects = []
    for target in manifest.targets:
        own = cases[target.name]
        items = beside_controls(own) if other is None else beside_run(own, _same(target.name, other), changed)
        subjects.append(Subject(target.name, items, target.simulated, dict(left_out[target.name])))
    return subjects


def _same(target: str, other: Mapping[str, Recorded]) -> Recorded:
    """The cases of the same target in another run; where that has only one, its."""
    return next(iter(other.values())) if len(other) == 1 else other.get(target, ())


def cases_of_run(
    manifest: Manifest,
    results: Iterable[CaseResult],
    scenarios: Mapping[str, Scenario],
    left_out: Mapping[str, Counter[str]] | None = None,
) -> dict[str, list[tuple[CaseResult, Item]]]:
    """The cases of each target that have a reply to judge; what has none is added to `left_out` by its outcome."""
    cases: dict[str, list[tuple[CaseResult, Item]]] = {target.name: [] for target in manifest.targets}
    for result in results:
        name, exchange = result.case.target, result.exchange
        scenario = scenarios.get(result.case.scenario)
        if exchange is None or scenario is None or before_judging(exchange) is not None:
            if left_out is not None:
                left_out[name][result.outcome] += 1
            continue
        passed = None if result.score is None else result.score.value == 1.0
        cases[name].append((result, item_of(scenario, exchange, result.case.id, passed)))
    return cases
