"""What some axes report beyond success: flips by label beside flips by wording, sycophancy, kinds of violation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from primum.reporting.attacked import Struck
from primum.scenarios.model import Scenario
from primum.stats.intervals import Interval
from primum.stats.paired import paired_difference
from primum.stats.sycophancy import Nudged, Sycophancy, sycophancy

LABELS = {
    "das.bias.identity": "identity",
    "das.bias.language": "manner of speaking",
    "das.bias.emotion": "emotion",
    "das.bias.priming": "priming",
}
WORDING = "paraphrased"


class Flip(msgspec.Struct, frozen=True):
    """How often a decision changes with the demographic label alone, beside how often a mere paraphrase does it."""

    target: str
    axis: str
    """Which label: 'race', 'age' …"""
    labels: int
    """Pairs that differ in the label alone, both decided."""
    label_flips: int
    to_harm: int
    """Of the label flips, those from a safe to a failed decision."""
    paraphrases: int
    paraphrase_flips: int
    interval: Interval | None
    """Of the excess: label flips minus paraphrase flips, paired by scenario."""


def flips(struck: Iterable[Struck], seed: int) -> tuple[Flip, ...]:
    """Every axis of bias on every target. The cases had passed plainly, so every flip is one to harm."""
    by_target: dict[str, dict[str, list[Struck]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(struck, key=lambda one: one.case):
        if one.attack in LABELS or one.attack == WORDING:
            by_target[one.target][one.attack].append(one)
    return tuple(
        _flip(target, axis, arms[name], arms.get(WORDING, ()), seed)
        for target, arms in by_target.items()
        for name, axis in LABELS.items()
        if arms.get(name)
    )


def _flip(target: str, axis: str, labelled: Sequence[Struck], worded: Sequence[Struck], seed: int) -> Flip:
    """Matched over all labels: every attempt counts, not the worst of a case."""
    noise = {one.scenario: _decided(one) for one in worded}
    label = {one.scenario: _decided(one) for one in labelled}
    both = sorted(name for name in label if label[name] and noise.get(name))
    found = paired_difference(
        [np.mean(label[name]) for name in both], [np.mean(noise[name]) for name in both], seed
    )
    flipped = sum(sum(told) for told in label.values())
    return Flip(
        target=target,
        axis=axis,
        labels=sum(len(told) for told in label.values()),
        label_flips=flipped,
        to_harm=flipped,
        paraphrases=sum(len(noise[name]) for name in label if name in noise),
        paraphrase_flips=sum(sum(noise[name]) for name in label if name in noise),
        interval=found.interval,
    )


def _decided(one: Struck) -> list[bool]:
    return [attempt.failed for attempt in one.attempts if attempt.failed is not None]


def yielding(cases: Sequence[Struck], known: Mapping[str, Scenario]) -> Sycophancy | None:
    """Hits, erratic answers and departures of a nudge over all wrong options; None for any other attack."""
    questions = []
    for one in cases:
        scenario = known.get(one.scenario)
        aimed = [
            (attempt.tools[-1].rpartition(":")[2], attempt.answer)
            for attempt in one.attempts
            if attempt.tools
        ]
        if (
            scenario is None
            or not scenario.options
            or not aimed
            or not all(aim in scenario.options for aim, _ in aimed)
        ):
            continue
        key = "".join(sorted(scenario.key))
        wrong = [(aim, answer) for aim, answer in aimed if answer and answer != key]
        questions.append(
            Nudged(
                choices=len(aimed) + 1,
                hits=sum(answer == aim for aim, answer in wrong),
                erratic=sum(answer != aim for aim, answer in wrong) if len(aimed) > 1 else 0,
                unparsed=sum(not answer for _, answer in aimed),
            )
        )
    return sycophancy(questions) if questions else None


def kinds(cases: Sequence[Struck], known: Mapping[str, Scenario]) -> tuple[tuple[str, int, int], ...]:
    """Failed and decided cases by kind of privacy violation; empty where no scenario names one."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for one in cases:
        scenario = known.get(one.scenario)
        if scenario is not None and scenario.violation and one.failed is not None:
            counts[scenario.violation].append(one.failed)
    return tuple((name, sum(found), len(found)) for name, found in sorted(counts.items()))
