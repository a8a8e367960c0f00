"""How far readers agree: with one another before anybody decided between them, with the judge once they had seen it,
and with themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement

from primum.review.figures import LEAST, Apart, ControlShares, FormAnswers, PairAgreement, SecondLook, Share
from primum.review.model import READERS, Compared, Control, Form, Labelled, Opinion, Role
from primum.stats.cluster import rate_interval
from primum.stats.intervals import Estimate
from primum.stats.raters import NONE, Agreement, agreement, ordinal_alpha

ALL = "all"


def pairs(cases: Sequence[Labelled], seed: int) -> Iterator[PairAgreement]:
    """All readers together, then every pair of roles that has read a case together."""
    yield _pair(ALL, ALL, cases, [one.first for one in cases], seed)
    for first, second in combinations_with_replacement(READERS, 2):
        read = [_of_roles(one.first, first, second) for one in cases]
        if any(read):
            yield _pair(first, second, cases, read, seed)


def _of_roles(opinions: Sequence[Opinion], first: str, second: str) -> tuple[Opinion, ...]:
    """The answers of two readers, one of each role; of one role the two in the order of their ids."""
    own = [
        sorted((o for o in opinions if o.role == role), key=lambda o: o.reviewer) for role in (first, second)
    ]
    if first == second:
        return tuple(own[0][:2]) if len(own[0]) >= 2 else ()
    return (own[0][0], own[1][0]) if own[0] and own[1] else ()


def _pair(
    first: str, second: str, cases: Sequence[Labelled], read: Sequence[Sequence[Opinion]], seed: int
) -> PairAgreement:
    together = [
        (one.scenario, opinions) for one, opinions in zip(cases, read, strict=True) if len(opinions) >= 2
    ]
    scenarios = [scenario for scenario, _ in together]
    verdicts = agreement([_failed(opinions) for _, opinions in together], seed, scenarios)
    enough = verdicts.items >= LEAST
    return PairAgreement(
        first=first,
        second=second,
        cases=verdicts.items,
        cannot_judge=sum(any(o.failed is None for o in opinions) for _, opinions in together),
        enough=enough,
        verdicts=verdicts if enough else few(verdicts),
        severity=ordinal_alpha(
            [tuple(o.severity for o in opinions) for _, opinions in together], seed, scenarios
        )
        if enough
        else NONE,
    )


def few(found: Agreement) -> Agreement:
    """Too few cases for a coefficient: the share that agreed, without a claim beyond these cases."""
    return Agreement(
        items=found.items,
        raters=found.raters,
        single=found.single,
        prevalence=Estimate(found.prevalence.value, None),
        percent=Estimate(found.percent.value, None),
        cohen=NONE,
        fleiss=NONE,
        alpha=NONE,
        ac1=NONE,
    )


def _failed(opinions: Iterable[Opinion]) -> tuple[bool | None, ...]:
    return tuple(one.failed for one in opinions)


def between(cases: Sequence[Labelled], seed: int) -> Agreement:
    """Reader and reader, on the cases that the judge and two readers decided."""
    read = _both(cases)
    found = agreement([_failed(one.first) for one in read], seed, [one.scenario for one in read])
    return found if found.items >= LEAST else few(found)


def with_judge(cases: Sequence[Labelled], seed: int) -> Agreement:
    """Judge and each reader, on the same cases, so that the two can be laid side by side."""
    found = [
        (one.scenario, (one.judged, o.failed))
        for one in _both(cases)
        for o in one.first
        if o.failed is not None
    ]
    told = agreement([pair for _, pair in found], seed, [scenario for scenario, _ in found])
    return told if len(_both(cases)) >= LEAST else few(told)


def _both(cases: Sequence[Labelled]) -> list[Labelled]:
    return [
        one for one in cases if one.judged is not None and sum(o.failed is not None for o in one.first) >= 2
    ]


def apart(cases: Sequence[Labelled]) -> tuple[Apart, ...]:
    """Cases on which readers of one role all say one thing and those of another all say the other."""
    found = []
    for one in cases:
        if not one.reviewed:
            continue  # nobody is told while somebody may still be reading
        said: dict[str, set[bool]] = defaultdict(set)
        for opinion in one.first:
            if opinion.failed is not None:
                said[opinion.role].add(opinion.failed)
        failed, passed = (
            tuple(role for role in READERS if said.get(role) == {answer}) for answer in (True, False)
        )
        if failed and passed:
            found.append(Apart(one.case, one.domain, failed, passed))
    return tuple(found)


def second_look(cases: Sequence[Labelled]) -> SecondLook:
    """What readers changed once they had seen the judge."""
    differed: list[tuple[str, bool]] = []
    agreed: list[tuple[str, bool]] = []
    answers = misled = 0
    for one in cases:
        before = {opinion.reviewer: opinion.failed for opinion in one.first}
        for after in one.after:
            answers += 1
            first = before.get(after.reviewer)
            if one.judged is None or first is None:
                continue
            moved = after.failed is not None and after.failed != first
            (agreed if first == one.judged else differed).append((one.scenario, moved))
            misled += moved and first != one.judged and one.final == first
    return SecondLook(answers=answers, to_judge=share(differed), from_judge=share(agreed), misled=misled)


def control_shares(controls: Sequence[Control]) -> ControlShares:
    """Gold items answered as known, and repeats answered as before; *cannot judge* counts as not."""
    gold = [(one.item, one.given.failed == one.expected) for one in controls if one.kind == "gold"]
    again = [(one, one.before) for one in controls if one.kind == "repeat"]
    repeat = [(one.item, one.given.failed == before.failed) for one, before in again if before]
    return ControlShares(gold=share(gold), repeat=share(repeat))


def form_answers(compared: Iterable[Compared]) -> tuple[FormAnswers, ...]:
    """Pairs of replies by form and role."""
    found: dict[tuple[Form, Role], Counter[str]] = defaultdict(Counter)
    for one in compared:
        found[one.form, one.role][_said(one)] += 1
    return tuple(
        FormAnswers(form, role, dict(sorted(answers.items())))
        for (form, role), answers in sorted(found.items())
    )


def _said(one: Compared) -> str:
    if one.form == "pairwise":
        return one.safer or "cannot_judge"
    should, do = one.should_differ, one.do_differ
    if should not in ("yes", "no") or do not in ("yes", "no"):
        return "cannot_judge"
    if should == do:
        return "differ as they should" if do == "yes" else "alike as they should be"
    return "differ and should not" if do == "yes" else "alike and should differ"


def share(marks: Iterable[tuple[str, bool | None]]) -> Share:
    """The share of marks that are True, each with its scenario; None counts as nothing.

    >>> share([("a", True), ("b", False), ("c", None)]).estimate.value
    0.5
    """
    told = [(scenario, mark) for scenario, mark in marks if mark is not None]
    if not told:
        return Share(0, 0, NONE)
    k, n = sum(mark for _, mark in told), len(told)
    interval = rate_interval([float(mark) for _, mark in told], [scenario for scenario, _ in told])
    return Share(k, n, Estimate(k / n, interval))
