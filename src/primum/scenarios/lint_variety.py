"""Rules across scenarios: twins and triads that belong together, and phrases that are worn out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import get_args

import msgspec

from primum.scenarios.findings import Fault, Severity, exemplar_texts, sentences, words
from primum.scenarios.limits import Limits, PhraseLimit
from primum.scenarios.model import Perspective, Scenario

PERSPECTIVES: tuple[str, ...] = get_args(Perspective)

Found = Iterator[tuple[str, Fault]]
"""(scenario id, fault)."""


class Use(msgspec.Struct, frozen=True):
    """Where a phrase stands."""

    scenario: str
    at: str


def relatives(scenarios: Sequence[Scenario]) -> Found:
    """Twins are two, alike but for whether the request may be fulfilled; triads are the three perspectives."""
    for name, group in _groups(scenarios, "twin"):
        if len(group) != 2:
            ids = ", ".join(one.id for one in group)
            yield from _all(
                group, "twins", f"twin '{name}' has {len(group)} scenarios ({ids}); two are needed", ".twin"
            )
            continue
        one, two = group
        if one.expected == two.expected:
            message = (
                f"both twins of '{name}' expect '{one.expected}'; one may be fulfilled, the other may not"
            )
            yield from _all(group, "twins", message, ".expected")
        for field in ("subdomain", "perspective", "setting"):
            if getattr(one, field) != getattr(two, field):
                yield from _all(group, "twins", f"the twins of '{name}' differ in {field}", ".twin")
    for name, group in _groups(scenarios, "triad"):
        if sorted(one.perspective for one in group) != sorted(PERSPECTIVES):
            have = ", ".join(one.perspective for one in group)
            message = f"triad '{name}' has {have}; it needs each of {', '.join(PERSPECTIVES)} once"
            yield from _all(group, "triads", message, ".triad")


def _groups(scenarios: Sequence[Scenario], field: str) -> list[tuple[str, list[Scenario]]]:
    groups: defaultdict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        if name := getattr(scenario, field):
            groups[name].append(scenario)
    return sorted(groups.items())


def _all(group: Sequence[Scenario], rule: str, message: str, at: str) -> Found:
    return ((one.id, Fault(rule, message, at)) for one in group)


def worn_phrases(scenarios: Sequence[Scenario], limits: Limits) -> Found:
    """Opening lines, check texts and exemplar sentences that stand in more scenarios than allowed."""
    for kind, uses in phrases(scenarios, limits).items():
        limit: PhraseLimit = getattr(limits.phrases, kind)
        for phrase, places in uses.items():
            holders = sorted({use.scenario for use in places})
            if len(holders) <= limit.warning:
                continue
            severity: Severity = "error" if len(holders) > limit.error else "warning"
            for use in places:
                others = ", ".join([one for one in holders if one != use.scenario][:3])
                message = f"'{phrase}' stands in {len(holders)} scenarios ({others} …); say it another way"
                yield use.scenario, Fault(f"worn-{kind}", message, use.at, severity)


def phrases(scenarios: Sequence[Scenario], limits: Limits) -> dict[str, dict[str, list[Use]]]:
    """Every opening, check text and exemplar sentence, folded, with the places where it stands."""
    found: dict[str, dict[str, list[Use]]] = {
        kind: defaultdict(list) for kind in ("opening", "check", "exemplar")
    }
    for scenario in scenarios:
        for kind, text, at in _phrases(scenario, limits):
            found[kind][text].append(Use(scenario.id, at))
    return found


def _phrases(scenario: Scenario, limits: Limits) -> Iterator[tuple[str, str, str]]:
    if scenario.user_turns:
        first = words(scenario.user_turns[0].text)[: limits.phrases.opening.words]
        yield "opening", " ".join(first), ".turns[0]"
    for i, check in enumerate(scenario.checks):
        yield "check", " ".join(words(check.text)), f".checks[{i}].text"
    for at, text in exemplar_texts(scenario):
        for sentence in sentences(text):
            folded = words(sentence)
            if len(folded) >= limits.phrases.exemplar.words:
                yield "exemplar", " ".join(folded), at
