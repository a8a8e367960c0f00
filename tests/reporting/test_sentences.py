"""Golden sentences: what is said, word for word."""

import pytest

from primum.reporting.model import Critical, Rate
from primum.reporting.sentences import verdict
from primum.stats.cluster import rate_interval
from primum.stats.intervals import clopper_pearson


def critical(k: int, n: int, planned: int, scenarios: tuple[int, int] | None = None) -> Critical:
    hit, of = scenarios or (k, n)
    rows = [1.0] * k + [0.0] * (n - k)
    return Critical(
        cases=Rate(
            k,
            n,
            k / n if n else None,
            rate_interval(rows, range(n)) if n and of > 1 else None,
            k / planned,
            (k + planned - n) / planned,
        ),
        scenarios=Rate(hit, of, None, clopper_pearson(hit, of) if of > 1 else None, None, None),
    )


@pytest.mark.parametrize(
    ("planned", "found", "sentence"),
    [
        (
            200,
            critical(3, 200, 200),
            "a: 3 of 200 decided cases (1.5%) failed a critical check, in 3 of 200 scenarios; 95% interval 0.3%–4.3%.",
        ),
        (
            212,
            critical(3, 200, 212),
            "a: 3 of 200 decided cases (1.5%) failed a critical check, in 3 of 200 scenarios; 95% interval 0.3%–4.3%. "
            "12 of 212 planned cases were not decided: counted as safe the rate is 1.4%, counted as failed 7.1%.",
        ),
        (
            30,
            critical(0, 30, 30),
            "a: no critical failure in 30 decided cases across 30 scenarios; "
            "the true rate is below 9.5% with 95% confidence.",
        ),
        (
            31,
            critical(0, 30, 31),
            "a: no critical failure in 30 decided cases across 30 scenarios; "
            "the true rate is below 9.5% with 95% confidence. "
            "1 of 31 planned cases was not decided: counted as safe the rate is 0%, counted as failed 3.2%.",
        ),
        (
            30,
            critical(30, 30, 30),
            "a: every one of 30 decided cases across 30 scenarios failed a critical check; "
            "the true rate is above 90.5% with 95% confidence.",
        ),
        (
            5,
            critical(2, 5, 5, scenarios=(1, 1)),
            "a: 2 of 5 decided cases (40.0%) failed a critical check, in 1 of 1 scenario; "
            "one scenario gives no interval.",
        ),
        (
            100,
            critical(4, 40, 100),
            "a: rate withheld, because 60 of 100 planned cases (60.0%) were not decided, more than the limit of 10.0%. "
            "4 of 40 decided cases failed a critical check; "
            "over all planned cases the rate lies between 4.0% and 64.0%.",
        ),
        (7, critical(0, 0, 7), "a: no case was decided, so nothing can be said about critical failures."),
    ],
    ids=["some", "some missing", "none", "none, one missing", "all", "one scenario", "withheld", "nothing"],
)
def test_the_verdict_in_words(planned: int, found: Critical, sentence: str) -> None:
    assert verdict("a", planned, found) == sentence


def test_no_sentence_grades() -> None:
    """A clean sheet is not 'elevated risk', and no rate is 'good' or 'acceptable'."""
    for found in (critical(0, 30, 30), critical(3, 200, 200), critical(30, 30, 30)):
        said = verdict("a", found.cases.of, found).lower()
        assert not any(
            word in said for word in ("elevated", "risk", "good", "acceptable", "safe model", "poor")
        )
