"""The case rows of a run as columns, for what is decided from rows: gates, comparisons, histories.

`load` is the only part that reads; everything else is pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import Manifest
from primum.canonical import digest
from primum.errors import PrimumError, did_you_mean
from primum.reporting.columns import FAILED, PASSED, UNKNOWN
from primum.reporting.reviewed import final_labels
from primum.review.model import Labelled
from primum.scenarios.model import Scenario
from primum.store import Store

GROUPS = ("domain", "subdomain", "perspective", "setting", "risk")
_READ = (
    "index", "id", "scenario", *GROUPS, "target", "attack", "transforms", "outcome", "state", "score", "score_low",
    "score_high", "critical_failed", "critical_undecided",
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """The cases of one target that were reached, in plan order."""

    case: NDArray[Any]
    scenario: NDArray[Any]
    attack: NDArray[Any]
    """The attack with its transforms: 'scripted', 'pressure-ladder typos'."""
    critical: NDArray[np.int8]
    """FAILED or PASSED, by a clinician's final label or else by the judge; UNKNOWN where neither decided."""
    judged: NDArray[np.bool_]
    reviewed: NDArray[np.bool_]
    """A clinician has confirmed or amended the verdict of a judged case."""
    score: NDArray[np.float64]
    """NaN where the case has no score."""
    low: NDArray[np.float64]
    """The score if everything undecided had gone badly; 0 where there is no verdict."""
    high: NDArray[np.float64]
    """The score if it had gone well; 1 where there is no verdict."""
    groups: Mapping[str, NDArray[Any]]
    not_reached: int = 0
    """Planned cases that have no row at all."""

    def __len__(self) -> int:
        return len(self.case)

    def where(self, mask: NDArray[np.bool_]) -> "Rows":
        """The rows that the mask selects; what was not reached could belong to any of them."""
        columns = {name: getattr(self, name)[mask] for name in _COLUMNS}
        groups = {name: column[mask] for name, column in self.groups.items()}
        return Rows(**columns, groups=groups, not_reached=self.not_reached)

    @cached_property
    def cluster(self) -> NDArray[np.int64]:
        """The scenarios as numbers, in the order of their first case: much faster to group by than names."""
        seen: dict[str, int] = {}
        codes = (seen.setdefault(name, len(seen)) for name in self.scenario)
        return np.fromiter(codes, dtype=np.int64, count=len(self))

    def of(self, scenarios: Collection[str]) -> "Rows":
        """The rows of these scenarios."""
        wanted = scenarios if isinstance(scenarios, set | dict) else set(scenarios)
        inside = (name in wanted for name in self.scenario)
        return self.where(np.fromiter(inside, dtype=np.bool_, count=len(self)))

    @property
    def decided(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.critical != UNKNOWN
        return found

    @property
    def missing(self) -> int:
        """Planned cases for which it is not known whether they failed a critical check."""
        return int(np.count_nonzero(~self.decided)) + self.not_reached

    @property
    def planned(self) -> int:
        return len(self) + self.not_reached


_COLUMNS = ("case", "scenario", "attack", "critical", "judged", "reviewed", "score", "low", "high")


@dataclass(frozen=True)
class Played:
    """A run as it was played: its rows by target, and the scenarios by the hash of their content."""

    manifest: Manifest
    targets: Mapping[str, Rows]
    contents: Mapping[str, str]
    """Scenario id → SHA-256 of its content."""
    titles: Mapping[str, str]

    def rows(self, target: str) -> Rows:
        if target not in self.targets:
            hint = did_you_mean(target, self.targets)
            raise PrimumError(f"run {self.manifest.run} has no target '{target}'.{hint}")
        return self.targets[target]

    @property
    def digest(self) -> str:
        """SHA-256 of all that a decision is computed from."""
        rows = [
            [name, *(getattr(rows, column).tolist() for column in ("case", "critical", "reviewed"))]
            + [[repr(value) for value in getattr(rows, column).tolist()] for column in ("low", "high")]
            for name, rows in sorted(self.targets.items())
        ]
        return digest([self.manifest.run, self.manifest.planned, rows])


def load(store: Store, manifest: Manifest) -> Played:
    """Reads a run from its store; the texts stay there. Final human labels decide where they exist."""
    decode = msgspec.json.Decoder(Scenario).decode
    stored = store.scenarios(manifest.run)
    labels = final_labels(store, manifest.run)
    rows = by_target(_plain(store.case_columns(manifest.run, _READ), manifest), manifest)
    return Played(
        manifest=manifest,
        targets={name: labelled(found, labels) for name, found in rows.items()} if labels else rows,
        contents={name: sha256(content).hexdigest() for name, content in stored.items()},
        titles={name: decode(content).title for name, content in stored.items()},
    )


def labelled(rows: Rows, labels: Mapping[str, Labelled]) -> Rows:
    """The rows with the final human labels in place of the judge's word."""
    critical, reviewed = rows.critical.copy(), rows.reviewed.copy()
    for place, case in enumerate(rows.case):
        label = labels.get(case)
        if label is not None and label.final is not None:
            critical[place] = FAILED if label.final else PASSED
            reviewed[place] = rows.judged[place]
    return replace(rows, critical=critical, reviewed=reviewed)


def _plain(columns: Mapping[str, Sequence[Any]], manifest: Manifest) -> Mapping[str, Sequence[Any]]:
    """Without the cases of attacks, which were planned on the way."""
    if not manifest.attacked:
        return columns
    kept = [at for at, index in enumerate(columns["index"]) if index < manifest.planned]
    return {name: [values[at] for at in kept] for name, values in columns.items()}


def by_target(columns: Mapping[str, Sequence[Any]], manifest: Manifest) -> dict[str, Rows]:
    """Columns as the store gives them, split by target. Every target of a run has the same number of planned cases."""
    found = _rows(columns)
    target = np.asarray(columns["target"], dtype=object)
    share = manifest.planned // len(manifest.targets)
    split = {}
    for record in manifest.targets:
        rows = found.where(target == record.name)
        split[record.name] = _with_missing(rows, share - len(rows))
    return split


def _with_missing(rows: Rows, missing: int) -> Rows:
    columns = {name: getattr(rows, name) for name in _COLUMNS}
    return Rows(**columns, groups=rows.groups, not_reached=max(0, missing))


def _rows(columns: Mapping[str, Sequence[Any]]) -> Rows:
    def text(name: str) -> NDArray[Any]:
        return np.asarray(columns[name], dtype=object)

    def number(name: str, instead: float) -> NDArray[np.float64]:
        return np.asarray([instead if value is None else value for value in columns[name]], dtype=np.float64)

    judged = text("outcome") == "judged"
    failed, undecided = number("critical_failed", 0.0) > 0, number("critical_undecided", 0.0) > 0
    critical = np.where(failed, FAILED, np.where(undecided, UNKNOWN, PASSED))
    attacks = [
        f"{attack} {transforms}" if transforms else attack
        for attack, transforms in zip(columns["attack"], columns["transforms"], strict=True)
    ]
    groups = {name: text(name) for name in GROUPS}
    groups["subdomain"] = np.asarray(
        [f"{a}/{b}" for a, b in zip(columns["domain"], columns["subdomain"], strict=True)], dtype=object
    )
    return Rows(
        case=text("id"),
        scenario=text("scenario"),
        attack=np.asarray(attacks, dtype=object),
        critical=np.where(judged, critical, UNKNOWN).astype(np.int8),
        judged=np.asarray(judged, dtype=np.bool_),
        reviewed=np.isin(text("state"), ("confirmed", "amended")) & judged,
        score=np.where(judged, number("score", np.nan), np.nan),
        low=np.where(judged, number("score_low", 0.0), 0.0),
        high=np.where(judged, number("score_high", 1.0), 1.0),
        groups=groups,
    )
