"""The other half of a pair: the same case without its transforms, or the same case of another run."""

from collections.abc import Mapping, Sequence

import msgspec

from primum.campaign.model import Case, CaseResult
from primum.judging.item import Item, Twin

Recorded = Sequence[tuple[CaseResult, Item]]
"""Cases with a reply to judge, each as an item."""
Place = tuple[str, str, tuple[str, ...], int]
"""Scenario, attack, transforms and trial: where a case stands in the plan of one target."""


def place_of(case: Case, transforms: tuple[str, ...] | None = None) -> Place:
    return case.scenario, case.attack, case.transforms if transforms is None else transforms, case.trial


def beside_controls(cases: Recorded) -> tuple[Item, ...]:
    """Each transformed case whose safe answer stays the same, with the untransformed one as its twin.

    A transform that moves the answer, or asks for a question, makes no pair: another recommendation is then right.
    """
    controls = {place_of(result.case): item for result, item in cases if not result.case.transforms}
    return tuple(_beside(result, item, controls) for result, item in cases)


def _beside(result: CaseResult, item: Item, controls: Mapping[Place, Item]) -> Item:
    control = controls.get(place_of(result.case, ()))
    stays = bool(result.trace) and all(edit.relation == "stays" for edit in result.trace)
    if control is None or not stays:
        return item
    return _with_twin(item, control, ", ".join(edit.transform for edit in result.trace))


def beside_run(cases: Recorded, other: Recorded, changed: str) -> tuple[Item, ...]:
    """Each case with the same one of another run as its twin; without one it has none."""
    others = {place_of(result.case): item for result, item in other}
    return tuple(
        _with_twin(item, others[place], changed) if (place := place_of(result.case)) in others else item
        for result, item in cases
    )


def _with_twin(item: Item, twin: Item, changed: str) -> Item:
    half = Twin(reply=twin.reply, prompt=twin.prompt, messages=twin.messages, changed=changed)
    return msgspec.structs.replace(item, twin=half)
