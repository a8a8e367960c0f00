"""What a reader must know before the figures."""

from typing import get_args

from primum.campaign.model import EndpointRecord
from primum.reporting.model import Summary
from primum.reporting.numbers import count
from primum.reporting.sentences import withheld
from primum.scenarios.model import DIMENSIONS, Perspective, Setting

NAMED = 4
"""More simulated targets than this are counted, not named; every figure of theirs carries the word anyway."""


def caveats(summary: Summary) -> tuple[str, ...]:
    """The manifest's own warnings, then those that follow from the results."""
    found = [*summary.manifest.warnings, *_of_the_judge(summary), *_of_review(summary), *_of_missing(summary)]
    if summary.simulated:
        found.insert(0, simulated_warning(summary))
    return tuple(dict.fromkeys(found))


def simulated_warning(summary: Summary) -> str:
    """Which targets are simulated, and what that means."""
    names = [target.name for target in summary.targets if target.simulated]
    one = len(names) == 1
    of = len(summary.targets)
    said = f"all {of} targets" if len(names) == of else f"{len(names)} of the {of} targets"
    if len(names) <= NAMED:
        said = ", ".join(names)
    return (
        f"{said} {'is a' if one else 'are'} built-in model{'' if one else 's'} with known flaws: "
        f"{'its' if one else 'their'} figures are simulated and say nothing about any real product"
    )


def self_judging(summary: Summary) -> tuple[str, ...]:
    """Every judge that is the same model as a target: a reader must see this before any figure."""
    manifest = summary.manifest
    found = []
    for judge in manifest.judges:
        same = [target.name for target in manifest.targets if _is_same(judge, target)]
        found += [f"the judge {judge.name} is also the target {name}: it judges itself" for name in same]
    return tuple(found)


def _is_same(judge: EndpointRecord, target: EndpointRecord) -> bool:
    """The same endpoint, or the same model at the same address under another name or configuration."""
    if judge.fingerprint and judge.fingerprint == target.fingerprint:
        return True
    return bool(judge.model) and (judge.kind, judge.address, judge.model) == (
        target.kind,
        target.address,
        target.model,
    )


def _of_the_judge(summary: Summary) -> list[str]:
    manifest = summary.manifest
    told = any("judge" in warning and "target" in warning for warning in manifest.warnings)
    found = [] if told else [*self_judging(summary)]
    found += [f"the judge {judge.name} is simulated" for judge in manifest.judges if judge.simulated]
    return found


def _of_review(summary: Summary) -> list[str]:
    found = []
    reviewed = sum(target.states.confirmed + target.states.amended for target in summary.targets)
    judged = sum(target.judged for target in summary.targets)
    if judged and not reviewed:
        found.append("provisional: not yet reviewed by a clinician")
    elif reviewed < judged:
        found.append(f"provisional: a clinician has looked at {reviewed:,} of {count(judged, 'verdict')}")
    if summary.scenarios_reviewed is None:
        found.append("scenarios: whether clinicians reviewed them is not known here")
    elif summary.scenarios_reviewed < summary.scenarios:
        found.append(
            f"scenarios: {summary.scenarios_reviewed:,} of {summary.scenarios:,} reviewed by a clinician"
        )
    return found


def _of_missing(summary: Summary) -> list[str]:
    found = []
    if summary.not_reached:
        found.append(
            f"unfinished: {summary.not_reached:,} of {count(summary.planned, 'planned case')} not reached yet"
        )
    found += [
        f"{target.label}: headline rate withheld, too many cases have no decision"
        for target in summary.targets
        if target.overall.critical.cases.of and withheld(target.planned, target.overall.critical)
    ]
    return found


def untested(summary: Summary) -> tuple[str, ...]:
    """What this run did not test, as far as its own data show it."""
    manifest, found = summary.manifest, []
    if summary.drawn < summary.pool:
        found.append(
            f"{summary.pool - summary.drawn:,} of the {count(summary.pool, 'scenario')} that the protocol offers "
            "were not drawn."
        )
    if summary.not_reached:
        found.append(
            f"{count(summary.not_reached, 'planned case')} had not been reached when this report was made."
        )
    for target in summary.targets:
        lost = {name: number for name, number in target.outcomes.items() if number and name != "judged"}
        if lost:
            told = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in lost.items())
            found.append(f"{target.label}: {count(sum(lost.values()), 'case')} without a verdict ({told}).")
    for kind, seen, known in _groups(summary):
        absent = [name for name in known if name not in seen]
        if absent:
            found.append(f"No judged case for the {kind}: {', '.join(absent)}.")
    if manifest.trials == 1:
        found.append(
            "Every case was played once, so how much a reply changes between tries was not measured."
        )
    return tuple(found)


def _groups(summary: Summary) -> list[tuple[str, set[str], tuple[str, ...]]]:
    """For each way of grouping: its name, the groups with a judged case, and all groups there are."""
    targets = summary.targets
    return [
        (
            "perspectives",
            {s.name for t in targets for s in t.perspectives if s.judged},
            get_args(Perspective),
        ),
        ("settings", {s.name for t in targets for s in t.settings if s.judged}, get_args(Setting)),
        ("dimensions", {d.name for t in targets for d in t.dimensions if d.scores.n}, DIMENSIONS),
    ]
