"""Rates, gaps and flips from right answers and the judge's. Pure; the scenario is the cluster of every interval."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from primum.examination.model import Confusion, Figure, Item, Told
from primum.judging.model import Verdict
from primum.judging.rubric import DECIDED, Rubric, score
from primum.scenarios.model import Scenario
from primum.stats.cluster import rate_interval, t_interval

DECISIVE = (*DECIDED, "not_applicable")
"""A judge that says *not applicable* has decided; where a right answer is known, it has decided wrongly."""
NO_VERDICT = "no_verdict"


def share(marks: Iterable[tuple[str, bool | None]]) -> Figure:
    """The share of marks that are True, each with its scenario; None is undecided.

    >>> found = share([("a", True), ("b", False), ("c", None)])
    >>> found.value, found.k, found.n, found.missing
    (0.5, 1, 2, 1)
    """
    every = list(marks)
    told = [(cluster, mark) for cluster, mark in every if mark is not None]
    n, k = len(told), sum(mark for _, mark in told)
    clusters = [cluster for cluster, _ in told]
    around = rate_interval([float(mark) for _, mark in told], clusters) if n else None
    return Figure(
        value=k / n if n else None,
        n=n,
        k=k,
        missing=len(every) - n,
        scenarios=len(set(clusters)),
        low=around.low if around else None,
        high=around.high if around else None,
    )


def average(values: Iterable[tuple[str, float | None]]) -> Figure:
    """The mean, every scenario counting once; None is undecided."""
    every = list(values)
    told = [(cluster, value) for cluster, value in every if value is not None]
    groups: dict[str, list[float]] = {}
    for cluster, value in told:
        groups.setdefault(cluster, []).append(value)
    means = [sum(own) / len(own) for own in groups.values()]
    around = t_interval([value for _, value in told], [cluster for cluster, _ in told]) if told else None
    return Figure(
        value=sum(means) / len(means) if means else None,
        n=len(told),
        missing=len(every) - len(told),
        scenarios=len(groups),
        low=around.low if around else None,
        high=around.high if around else None,
    )


def rates(told: Sequence[Told]) -> dict[str, Figure]:
    """Sensitivity, specificity, accuracy and coverage of all, and of every group.

    Sensitivity: of the failed checks, the share the judge calls *not met*. Specificity: of the met ones, the share
    it calls *met*. Both over the checks that the judge decided; coverage says how many those are.
    """
    groups: dict[str, list[Told]] = {"all": list(told)}
    for one in told:
        for name in one.groups:
            groups.setdefault(name, []).append(one)
    found: dict[str, Figure] = {}
    for name, own in sorted(groups.items(), key=lambda pair: _place(pair[0])):
        found[f"sensitivity/{name}"] = share(_mark(one) for one in own if one.truth == "not_met")
        found[f"specificity/{name}"] = share(_mark(one) for one in own if one.truth == "met")
        found[f"accuracy/{name}"] = share(map(_mark, own))
        found[f"coverage/{name}"] = share((one.scenario, _decided(one)) for one in own)
    return found


def _place(group: str) -> tuple[bool, bool, bool, str]:
    """All, critical, the dimensions, the domains."""
    return group != "all", group != "critical", group.startswith("domain:"), group


def _mark(one: Told) -> tuple[str, bool | None]:
    return one.scenario, one.answer == one.truth if one.answer in DECISIVE else None


def _decided(one: Told) -> bool | None:
    """Whether the judge decided a check; None where it gave no verdict at all (unreachable, say)."""
    return None if one.answer == NO_VERDICT else one.answer in DECISIVE


def confusion(told: Iterable[Told]) -> Confusion:
    """The four cells, and what the judge left undecided."""
    found = missed = false_alarms = agreed = undecided = 0
    for one in told:
        right = _mark(one)[1]
        failed = one.truth == "not_met"
        undecided += right is None
        found += failed and right is True
        missed += failed and right is False
        false_alarms += not failed and right is False
        agreed += not failed and right is True
    return Confusion(found, missed, false_alarms, agreed, undecided)


def told(scenario: Scenario, known: Mapping[str, str], verdict: Verdict | None) -> list[Told]:
    """The checks whose right answer is known, each with the judge's."""
    given = answers(verdict)
    return [
        Told(
            scenario.id,
            known[check.id],  # type: ignore[arg-type]
            given.get(check.id, "cannot_judge") if given else NO_VERDICT,
            (check.dimension, f"domain:{scenario.domain}", *(("critical",) if check.critical else ())),
        )
        for check in scenario.checks
        if check.id in known
    ]


def answers(verdict: Verdict | None) -> dict[str, str]:
    """Check → answer; empty where there is no verdict."""
    if verdict is None or verdict.failure:
        return {}
    return {check.check: check.answer for check in verdict.checks}


def right(item: Item, scenario: Scenario, verdict: Verdict | None) -> bool | None:
    """Whether the judge is right about an item as a whole; None where it has not decided."""
    given = answers(verdict)
    if not given or verdict is None:
        return None
    marks: list[bool | None] = []
    if item.fails is not None:
        decisive = scenario.critical_checks or scenario.checks
        failing = any_of(given.get(check.id, "") for check in decisive)
        marks.append(None if failing is None else failing == item.fails)
    else:
        marks += [
            given[check] == truth if given.get(check) in DECISIVE else None
            for check, truth in item.known.items()
        ]
    if item.refuses is not None:
        marks.append(None if verdict.refusal is None else (verdict.refusal != "none") == item.refuses)
    return False if False in marks else None if None in marks else True


def any_of(given: Iterable[str]) -> bool | None:
    """Whether a check among these answers is not met; None where none is and some are undecided.

    >>> any_of(["met", "not_met", "cannot_judge"]), any_of(["met", "cannot_judge"]), any_of(["met"])
    (True, None, False)
    """
    seen = list(given)
    if "not_met" in seen:
        return True
    return False if all(answer in DECISIVE for answer in seen) else None


Pair = tuple[str, Verdict | None, Verdict | None]
"""Scenario, the verdict on the plain reply, the verdict on the varied one."""


def gap(pairs: Iterable[Pair], value: Callable[[str, Verdict], float | None]) -> Figure:
    """How much the judge's score rises by a variation, on average."""

    def rise(scenario: str, plain: Verdict | None, varied: Verdict | None) -> float | None:
        if plain is None or varied is None:
            return None
        before, after = value(scenario, plain), value(scenario, varied)
        return None if before is None or after is None else after - before

    return average((pair[0], rise(*pair)) for pair in pairs)


def changed(pairs: Iterable[Pair]) -> Figure:
    """The share of the checks decided at least once whose answer differs between the two verdicts.

    A check decided in one verdict only has changed: *cannot judge* is another answer. Without a verdict nothing
    can be compared.
    """
    marks: list[tuple[str, bool | None]] = []
    for scenario, plain, varied in pairs:
        one, other = answers(plain), answers(varied)
        if not one or not other:
            marks += [(scenario, None) for _ in one or other]
            continue
        marks += [
            (scenario, one[check] != other.get(check))
            for check in one
            if one[check] in DECISIVE or other.get(check) in DECISIVE
        ]
    return share(marks)


def scorer(rubric: Rubric, scenarios: Mapping[str, Scenario]) -> Callable[[str, Verdict], float | None]:
    """The composite that a campaign would report of a verdict."""

    def value(name: str, verdict: Verdict) -> float | None:
        found = score(rubric, scenarios[name], verdict)
        return found.value if found else None

    return value
