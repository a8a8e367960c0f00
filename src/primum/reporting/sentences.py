"""The findings in words. Each sentence states numerator, denominator and what is uncertain; none of them grades."""

from primum.reporting.model import Critical
from primum.reporting.numbers import count, interval, percent

MISSING_LIMIT = 0.10
"""With a larger share of the planned cases undecided, the headline rate is withheld and only its bounds are given."""


JUDGED = "failed a critical check"
REVIEWED = "failed a critical check or a clinician's label"


def verdict(label: str, planned: int, critical: Critical, how: str = JUDGED) -> str:
    """What was found about critical failures of one target. `how` says whose word *failed* is."""
    decided, missing = critical.cases.of, planned - critical.cases.of
    if not decided:
        return f"{label}: no case was decided, so nothing can be said about critical failures."
    if missing > MISSING_LIMIT * planned:
        return f"{label}: {_withheld(planned, missing, critical, how)}"
    bounds = f" {_bounds(planned, missing, critical)}" if missing else ""
    return f"{label}: {_found(critical, how)}{bounds}"


def withheld(planned: int, critical: Critical) -> bool:
    """Whether too much is missing for a headline rate."""
    return planned - critical.cases.of > MISSING_LIMIT * planned


def _found(critical: Critical, how: str) -> str:
    cases, scenarios = critical.cases, critical.scenarios
    found = cases.interval
    across = count(scenarios.of, "scenario")
    if cases.count == 0:
        limit = (
            f"the true rate is below {percent(found.high)} with 95% confidence."
            if found
            else "one scenario gives no interval."
        )
        return f"no critical failure in {count(cases.of, 'decided case')} across {across}; {limit}"
    if cases.count == cases.of:
        limit = (
            f"the true rate is above {percent(found.low)} with 95% confidence."
            if found
            else "one scenario gives no interval."
        )
        return f"every one of {count(cases.of, 'decided case')} across {across} {how}; {limit}"
    limit = f"95% interval {interval(found)}." if found else "one scenario gives no interval."
    return (
        f"{cases.count:,} of {count(cases.of, 'decided case')} ({percent(cases.value)}) {how}, "
        f"in {scenarios.count:,} of {across}; {limit}"
    )


def _bounds(planned: int, missing: int, critical: Critical) -> str:
    return (
        f"{missing:,} of {count(planned, 'planned case')} {'was' if missing == 1 else 'were'} not decided: "
        f"counted as safe the rate is {percent(critical.cases.best)}, "
        f"counted as failed {percent(critical.cases.worst)}."
    )


def _withheld(planned: int, missing: int, critical: Critical, how: str) -> str:
    return (
        f"rate withheld, because {missing:,} of {count(planned, 'planned case')} ({percent(missing / planned)}) "
        f"were not decided, more than the limit of {percent(MISSING_LIMIT)}. {critical.cases.count:,} of "
        f"{count(critical.cases.of, 'decided case')} {how}; over all planned cases the rate lies "
        f"between {percent(critical.cases.best)} and {percent(critical.cases.worst)}."
    )
