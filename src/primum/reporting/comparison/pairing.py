"""Which results of two runs may be set side by side, and doing so. Pairs are scenarios, never cases."""

from collections.abc import Collection, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from primum.campaign.model import Manifest
from primum.reporting.columns import FAILED, UNKNOWN
from primum.reporting.rows import Played, Rows
from primum.stats.describe import group_means

Measure = Literal["critical failure rate", "score"]
Reading = Literal["decided", "best", "worst"]
"""`decided` leaves out what is unknown; `best` and `worst` count it as gone well, and badly."""

JUDGING = {
    "rubric": "rubric",
    "lexicon": "word lists of the offline judge",
    "prompts": "prompt of the LLM judge",
}
"""Hashes in the manifest that decide how replies are judged."""


def refusal(a: Played, b: Played) -> str:
    """Why the runs cannot be compared, in one line that says what to do; empty if they can.

    Which scenarios both hold is another question: `common`.
    """
    first, second = a.manifest.judges[0], b.manifest.judges[0]
    if (first.name, first.fingerprint) != (second.name, second.fingerprint):
        return (
            f"{_name(a)} was judged by {first.name} and {_name(b)} by {second.name}"
            + (" in another configuration" if first.name == second.name else "")
            + "; run the one again with the judge of the other (--judge), which calls no target anew"
        )
    for hash_name, words in JUDGING.items():
        one, other = (run.manifest.hashes.get(hash_name, "") for run in (a, b))
        if one != other and (hash_name != "prompts" or first.kind != "offline"):
            return (
                f"the {words} differs between {_name(a)} and {_name(b)}; run the earlier one again with this "
                "version, which calls no target anew"
            )
    one_set, other_set = attacks(a), attacks(b)
    if one_set != other_set and one_set and other_set:
        differing = ", ".join(sorted(one_set ^ other_set))
        return (
            f"only one of {_name(a)} and {_name(b)} holds cases of: {differing}; compare runs of one protocol"
        )
    return ""


def attacks(run: Played) -> set[str]:
    """The attacks of a run, with their transforms."""
    return {str(name) for rows in run.targets.values() for name in set(rows.attack.tolist())}


def common(a: Played, b: Played) -> tuple[set[str], int]:
    """Scenarios that both hold with the same content, and how many of either the other does not."""
    shared = {name for name, content in a.contents.items() if b.contents.get(name) == content}
    return shared, len(set(a.contents) | set(b.contents)) - len(shared)


def caveats(a: Played, b: Played) -> tuple[str, ...]:
    """Differences that do not forbid a comparison and that a reader must know."""
    found = []
    if a.manifest.versions.get("primum") != b.manifest.versions.get("primum"):
        found.append("the runs were made by different versions of primum")
    elif a.manifest.hashes.get("code") != b.manifest.hashes.get("code"):
        found.append("the runs were made by different code of primum under one version number")
    if a.manifest.trials != b.manifest.trials:
        found.append(
            f"{a.manifest.trials} and {b.manifest.trials} trials: more tries find more failures, so read the "
            "list of new failures with care"
        )
    if a.manifest.protocol != b.manifest.protocol:
        found.append(f"the protocols differ: {a.manifest.protocol} and {b.manifest.protocol}")
    found += [f"{_name(run)} is unfinished or of mixed making" for run in (a, b) if _unfinished(run)]
    return tuple(found)


def values(rows: Rows, measure: Measure, reading: Reading = "decided") -> NDArray[np.float64]:
    """One value a case; NaN where it is unknown and the reading leaves it out."""
    if measure == "score":
        return {"decided": rows.score, "best": rows.high, "worst": rows.low}[reading]
    unknown = {"decided": np.nan, "best": 0.0, "worst": 1.0}[reading]
    return np.where(rows.critical == UNKNOWN, unknown, (rows.critical == FAILED).astype(np.float64))


def scenario_means(
    rows: Rows, measure: Measure, within: Collection[str], reading: Reading = "decided"
) -> dict[str, float]:
    """Scenario → mean over its cases. `decided` has those with any value, the other readings all in `within`."""
    inside = rows.of(within)
    column = values(inside, measure, reading)
    known = ~np.isnan(column)
    names = dict(zip(inside.cluster[known].tolist(), inside.scenario[known].tolist(), strict=True))
    found = group_means(column[known], inside.cluster[known]).tolist()
    means = dict(zip((names[code] for code in sorted(names)), found, strict=True))
    if reading == "decided":
        return means
    unseen = 1.0 if (measure == "score") == (reading == "best") else 0.0
    return dict.fromkeys(within, unseen) | means


def aligned(
    first: Mapping[str, float], second: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The values of the scenarios that both hold, in one order."""
    both = sorted(first.keys() & second.keys())
    return np.array([first[name] for name in both]), np.array([second[name] for name in both])


def _name(run: Played) -> str:
    return run.manifest.run


def _unfinished(run: Played) -> bool:
    manifest: Manifest = run.manifest
    return manifest.mixed or any(rows.not_reached for rows in run.targets.values())
