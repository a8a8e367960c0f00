"""Scenario by scenario: what newly fails, what is fixed, what still fails, and what nobody knows any more."""

from collections.abc import Mapping

import msgspec
import numpy as np

from primum.reporting.columns import FAILED, UNKNOWN
from primum.reporting.comparison.model import ChangedItem
from primum.reporting.rows import Rows


class Changes(msgspec.Struct, frozen=True):
    """The scenarios of two runs by what became of them, worst first."""

    new: tuple[ChangedItem, ...]
    fixed: tuple[ChangedItem, ...]
    still: tuple[ChangedItem, ...]
    lost: tuple[ChangedItem, ...]
    passing: int


class _Tried(msgspec.Struct, frozen=True):
    """One scenario under one attack in one run: its decided trials."""

    failed: int
    of: int
    case: str
    domain: str


def changed_items(before: Rows, after: Rows, titles: Mapping[str, str]) -> Changes:
    """An item fails if any decided trial failed a critical check; it passes if one was decided and none failed."""
    old, new = _tried(before), _tried(after)
    lists: dict[str, list[ChangedItem]] = {"new": [], "fixed": [], "still": [], "lost": []}
    passing = 0
    for key, was in sorted(old.items()):
        now = new.get(key, _Tried(0, 0, "", was.domain))
        kind = _kind(was, now)
        if kind == "passing":
            passing += 1
        elif kind:
            lists[kind].append(_item(key, was, now, titles))
    for found in lists.values():
        found.sort(key=lambda item: (-(item.b_failed / max(1, item.b_of)), item.scenario, item.attack))
    return Changes(
        new=tuple(lists["new"]),
        fixed=tuple(lists["fixed"]),
        still=tuple(lists["still"]),
        lost=tuple(lists["lost"]),
        passing=passing,
    )


def _kind(was: _Tried, now: _Tried) -> str:
    if not was.of:
        return ""  # never known to pass or fail
    if not now.of:
        return "lost"
    if was.failed:
        return "still" if now.failed else "fixed"
    return "new" if now.failed else "passing"


def _tried(rows: Rows) -> dict[tuple[str, str], _Tried]:
    """Every scenario × attack, with its worst case: a failed one first, then the lowest score."""
    badness = np.where(np.isnan(rows.score), 2.0, rows.score) - 10.0 * (rows.critical == FAILED)
    found: dict[tuple[str, str], _Tried] = {}
    lowest: dict[tuple[str, str], float] = {}
    for place, (scenario, attack) in enumerate(zip(rows.scenario, rows.attack, strict=True)):
        key, critical = (scenario, attack), rows.critical[place]
        seen = found.get(key, _Tried(0, 0, "", rows.groups["domain"][place]))
        worse = badness[place] < lowest.get(key, np.inf)
        found[key] = _Tried(
            failed=seen.failed + int(critical == FAILED),
            of=seen.of + int(critical != UNKNOWN),
            case=str(rows.case[place]) if worse else seen.case,
            domain=seen.domain,
        )
        lowest[key] = min(float(badness[place]), lowest.get(key, np.inf))
    return found


def _item(key: tuple[str, str], was: _Tried, now: _Tried, titles: Mapping[str, str]) -> ChangedItem:
    scenario, attack = key
    return ChangedItem(
        scenario=scenario,
        title=titles.get(scenario, scenario),
        domain=now.domain,
        attack=attack,
        a_failed=was.failed,
        a_of=was.of,
        b_failed=now.failed,
        b_of=now.of,
        a_case=was.case,
        b_case=now.case,
    )
