"""What the cases of an axis did before any attack: accuracy of the first round, from which the population is drawn."""

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np

from primum.attacks.find import attack_names, find_attack
from primum.campaign.model import PLAIN, Manifest
from primum.reporting.analysis.tables import Tables
from primum.reporting.columns import FAILED, NO_TRANSFORM, PASSED, Columns
from primum.scenarios.model import Scenario
from primum.stats.intervals import Interval, wilson


class FirstRound(msgspec.Struct, frozen=True):
    """The scenarios that some attack of an axis fits, asked plainly."""

    target: str
    axis: str
    scenarios: int
    right: int
    """Passed in every trial: what may be attacked."""
    wrong: int
    """Failed a critical check in every trial."""
    interval: Interval | None
    """Of right among scenarios. What is neither (trials differ, or one is undecided) counts as not right."""

    @property
    def neither(self) -> int:
        return self.scenarios - self.right - self.wrong


def first_rounds(
    tables: Tables, manifest: Manifest, scenarios: Mapping[str, Scenario]
) -> tuple[FirstRound, ...]:
    """Every axis that was attacked, on every target."""
    return tuple(
        _of_axis(target, axis, fitting, columns)
        for target, columns in zip(tables.targets, tables.columns, strict=True)
        for axis, fitting in _axes(manifest.attacked.get(target, {}), scenarios)
    )


def _axes(
    attacked: Mapping[str, int], scenarios: Mapping[str, Scenario]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Axis and the scenarios that at least one of its attacks fits; controls are no attacks."""
    known = [find_attack(name) for name in sorted(attacked) if name in attack_names()]
    attacks = [attack for attack in known if attack.controls]
    for axis in sorted({attack.axis for attack in attacks}):
        mine = [attack for attack in attacks if attack.axis == axis]
        yield (
            axis,
            frozenset(
                name for name, scenario in scenarios.items() if any(not one.fits(scenario) for one in mine)
            ),
        )


def _of_axis(target: str, axis: str, fitting: frozenset[str], columns: Columns) -> FirstRound:
    names, attacks, stacks = (columns.names[group] for group in ("scenario", "attack", "transforms"))
    plain = np.array([name == PLAIN for name in attacks], dtype=bool)[columns.groups["attack"]]
    plain &= np.array([stack == NO_TRANSFORM for stack in stacks], dtype=bool)[columns.groups["transforms"]]
    plain &= np.array([name in fitting for name in names], dtype=bool)[columns.groups["scenario"]]
    played = columns.where(plain)
    codes, size = played.groups["scenario"], len(names)
    trials = np.bincount(codes, minlength=size)
    told = {one: np.bincount(codes[played.critical == one], minlength=size) for one in (PASSED, FAILED)}
    asked = trials > 0
    right, wrong = (int(np.sum(asked & (told[one] == trials))) for one in (PASSED, FAILED))
    n = int(asked.sum())
    return FirstRound(target, axis, n, right, wrong, wilson(right, n) if n else None)
