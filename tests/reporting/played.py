"""Runs as they are read back, made from a string a scenario: f failed, p passed, ? undecided, x no verdict.

`played({"s1": "ppf", "s2": "ppp"})` is a run of two scenarios tried three times.
"""

from collections.abc import Mapping

from primum.campaign.model import EndpointRecord, FrozenPolicy, Manifest
from primum.reporting.rows import Played, by_target
from tests.reporting.build import START, manifest

TARGET = "example/alpha"
SCORES = {"f": 0.2, "p": 1.0, "?": 0.8, "0": 0.0}


def played(
    scenarios: Mapping[str, str] | Mapping[str, Mapping[str, str]],
    *,
    run: str = "r-one",
    created: float = START,
    domains: Mapping[str, str] | None = None,
    reviewed: bool = False,
    attack: str = "scripted",
    scores: Mapping[str, float] | None = None,
    policy: FrozenPolicy | None = None,
    edition: Mapping[str, str] | None = None,
    planned: int | None = None,
    judge: EndpointRecord | None = None,
    **changed: object,
) -> Played:
    """One target, or several: {target: {scenario: trials}}. `0` is a failure that scored nothing."""
    first = next(iter(scenarios.values()), "")
    by_name = scenarios if isinstance(first, Mapping) else {TARGET: scenarios}
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    values = SCORES | dict(scores or {})
    for target, contents in by_name.items():
        for scenario, trials in contents.items():  # type: ignore[union-attr]
            for trial, letter in enumerate(trials):
                score = None if letter == "x" else values[letter]
                row = {
                    "index": len(columns["id"]),
                    "id": f"{scenario}.{target[-3:]}.{trial + 1}",
                    "scenario": scenario,
                    "domain": (domains or {}).get(scenario, "safety"),
                    "subdomain": "chest-pain",
                    "perspective": "patient",
                    "setting": "patient-facing",
                    "risk": "high",
                    "target": target,
                    "attack": attack,
                    "transforms": "",
                    "outcome": "target_failed" if letter == "x" else "judged",
                    "state": "confirmed" if reviewed and letter != "x" else "provisional",
                    "score": score,
                    "score_low": None if score is None else (0.3 if letter == "?" else score),
                    "score_high": None if score is None else (1.0 if letter == "?" else score),
                    "critical_failed": int(letter in "f0"),
                    "critical_undecided": int(letter == "?"),
                }
                for name, value in row.items():
                    columns[name].append(value)
    names = {scenario for contents in by_name.values() for scenario in contents}  # type: ignore[union-attr]
    made: Manifest = manifest(
        planned if planned is not None else len(columns["id"]),
        tuple(by_name),
        run=run,
        created=created,
        trials=max((len(t) for c in by_name.values() for t in c.values()), default=1),  # type: ignore[union-attr]
        policy=policy,
        drawn=len(names),
        **({"judges": (judge,)} if judge else {}),
        **changed,
    )
    return Played(
        manifest=made,
        targets=by_target(columns, made),
        contents={name: (edition or {}).get(name, f"content of {name}") for name in names},
        titles={name: f"Title of {name}" for name in names},
    )


def many(**counts: int) -> dict[str, str]:
    """`many(p=300, f=2)`: so many scenarios of each, tried once (`pp=…` twice)."""
    return {f"{trials}-{n:04d}": trials for trials, count in counts.items() for n in range(count)}


COLUMNS = (
    "index", "id", "scenario", "domain", "subdomain", "perspective", "setting", "risk", "target", "attack",
    "transforms", "outcome", "state", "score", "score_low", "score_high", "critical_failed", "critical_undecided",
)  # fmt: skip
