"""What went wrong, ranked: the checks that failed, the cases to read first, and the further cases a report names."""

from collections.abc import Iterable, Mapping

from primum.campaign.model import CaseResult
from primum.reporting.columns import Gathered, Tally
from primum.reporting.model import Exhibit, FailedCheck, Summary, WorstCase
from primum.reporting.reviewed import Reviewed, state
from primum.scenarios.model import Scenario

FURTHER_CASES = 200
"""Cases shown beside the worst ones because a table of the report names them."""
EXAMPLES = 12
"""Failed checks of a target whose worst example is shown whole."""


def failed_checks(tally: Tally, known: Mapping[str, Scenario]) -> tuple[FailedCheck, ...]:
    """Every check of a target that failed at least once, the most frequent first."""
    words = {(s.id, check.id): check for s in known.values() for check in s.checks}
    found = []
    for (scenario, check), counted in tally.checks.items():
        if not counted.failed:
            continue
        authored = words.get((scenario, check))
        found.append(
            FailedCheck(
                scenario=scenario,
                check=check,
                text=authored.text if authored else "",
                dimension=authored.dimension if authored else "",
                critical=authored.critical if authored else False,
                failed=counted.failed,
                answered=counted.answered,
                undecided=counted.undecided,
                example=counted.example,
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.failed, not c.critical, c.scenario, c.check)))


def worst_exhibits(
    gathered: Gathered,
    order: Iterable[str],
    known: Mapping[str, Scenario],
    reviewed: Reviewed | None = None,
) -> tuple[Exhibit, ...]:
    """The worst case of every target first, then the second worst of each, and so on."""
    ranked = [gathered.tallies[name].worst.ranked() for name in order]
    rounds = max((len(cases) for cases in ranked), default=0)
    picked = [cases[place] for place in range(rounds) for cases in ranked if place < len(cases)]
    return tuple(exhibit(result, known, reviewed) for result in picked)


def exhibit(result: CaseResult, known: Mapping[str, Scenario], reviewed: Reviewed | None = None) -> Exhibit:
    """A record with its scenario and what clinicians said of it."""
    label = reviewed.named(result.case.id) if reviewed else None
    return Exhibit(result, known.get(result.case.scenario), label)


def worst_case(exhibit: Exhibit, simulated: set[str]) -> WorstCase:
    """The figures of a worst case, for summary.json and the terminal."""
    result, score = exhibit.result, exhibit.result.score
    assert score is not None  # only judged cases are kept
    return WorstCase(
        case=result.case.id,
        target=result.case.target,
        simulated=result.case.target in simulated,
        scenario=result.case.scenario,
        title=exhibit.scenario.title if exhibit.scenario else result.case.scenario,
        domain=result.domain,
        subdomain=result.subdomain,
        perspective=result.perspective,
        score=score.value,
        critical_failed=score.critical_failed,
        critical_undecided=score.critical_undecided,
        state=state(result, exhibit.label),
        clinician=exhibit.label.final if exhibit.label else None,
    )


def further_cases(summary: Summary) -> tuple[str, ...]:
    """Ids of the cases that the report's tables name and that are not among its worst ones, at most FURTHER_CASES.

    Taken in turns, one of every target, so that no target's cases crowd out another's.
    """
    found = {target.name: target for target in summary.findings.targets} if summary.findings else {}
    columns = [
        [
            *(check.example for check in target.failed_checks[:EXAMPLES]),
            *(case for reason in target.review for case in reason.examples),
            *(found[target.name].zero_cases if target.name in found else ()),
        ]
        for target in summary.targets
    ]
    if summary.review:
        columns.append(list(summary.review.judge[0].misses))
        columns.append([one.case for one in summary.review.apart])
    shown = {exhibit.result.case.id for exhibit in summary.exhibits}
    longest = max((len(column) for column in columns), default=0)
    turns = (column[place] for place in range(longest) for column in columns if place < len(column))
    return tuple(dict.fromkeys(case for case in turns if case not in shown))[:FURTHER_CASES]
