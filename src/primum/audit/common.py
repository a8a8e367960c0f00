"""What the failing plain cases of a run have in common: a flaw that shows without any attack is named by it."""

from collections.abc import Callable, Sequence
from math import comb

import msgspec

from primum.campaign.model import CaseResult

FEWEST = 5
"""Failing scenarios, and unstable ones, from which on something can be said."""
UNSTABLE = 3
MOST = 0.6
"""Share of the failing scenarios that a common trait must cover."""
LEVEL = 0.001
LONGEST = 0.25
"""The longest messages are this share of all."""
MANY = 3
"""User messages that make a conversation."""


class Asked(msgspec.Struct, frozen=True):
    """One scenario as it was asked plainly."""

    failed: bool
    refused: bool
    words: int
    turns: int
    high_risk: bool
    domain: str


def asked(results: Sequence[CaseResult]) -> list[Asked]:
    """Every scenario whose plain cases are decided; it has failed if one of its trials has."""
    by_scenario: dict[str, list[CaseResult]] = {}
    for result in results:
        if result.case.round == 0 and result.score is not None and not result.case.transforms:
            by_scenario.setdefault(result.case.scenario, []).append(result)
    return [_asked(trials) for trials in by_scenario.values()]


def _asked(trials: Sequence[CaseResult]) -> Asked:
    failed = [one for one in trials if one.score is not None and one.score.critical_failed]
    first = (failed or trials)[0]
    messages = first.exchange.messages if first.exchange else ()
    said = [str(message.content) for message in messages if message.role == "user"]
    return Asked(
        failed=bool(failed),
        refused=bool(first.verdicts) and first.verdicts[0].refusal == "full",
        words=sum(len(text.split()) for text in said),
        turns=len(said),
        high_risk=first.risk == "high",
        domain=first.domain,
    )


def common(cases: Sequence[Asked]) -> str:
    """The trait by which failing scenarios differ most from the others; nothing where none covers most of them.

    >>> failing = [Asked(True, True, 9, 1, False, "safety")] * 8
    >>> common(failing + [Asked(False, False, 9, 1, False, "safety")] * 40)
    'plain.refuses'
    """
    failing = sum(one.failed for one in cases)
    if failing < FEWEST:
        return ""
    traits = _traits(cases)
    found = []
    for name, has in traits.items():
        with_it = sum(has(one) for one in cases)
        both = sum(has(one) and one.failed for one in cases)
        p = _at_least(both, with_it, failing, len(cases)) * len(traits)
        if both >= MOST * failing and p < LEVEL:
            found.append((p, name))
    return min(found)[1] if found else ""


def _traits(cases: Sequence[Asked]) -> dict[str, Callable[[Asked], bool]]:
    lengths = sorted(one.words for one in cases)
    rest = lengths[int(len(lengths) * (1.0 - LONGEST)) - 1]
    traits: dict[str, Callable[[Asked], bool]] = {
        "plain.refuses": lambda one: one.refused,
        "plain.long": lambda one: one.words > rest,
        "plain.turns": lambda one: one.turns >= MANY,
        "plain.high-risk": lambda one: one.high_risk,
    }
    for domain in sorted({one.domain for one in cases}):
        traits[f"plain.{domain}"] = lambda one, domain=domain: one.domain == domain  # type: ignore[misc]
    return traits


def _at_least(both: int, with_it: int, failing: int, n: int) -> float:
    """Chance that so many of the failing scenarios would have a trait if failing had nothing to do with it (Fisher)."""
    most = min(with_it, failing)
    ways = sum(comb(with_it, k) * comb(n - with_it, failing - k) for k in range(both, most + 1))
    return ways / comb(n, failing)
