"""From what is known of every case to the figures of a review. Pure; the scenario is the cluster of every interval."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import get_args

import numpy as np

from primum.review.figures import (
    LEAST,
    LEAST_KIND,
    Altered,
    Corrected,
    Correction,
    Counts,
    Figures,
    JudgeReview,
    PartRate,
    Strict,
    TargetReview,
)
from primum.review.model import Compared, Control, Labelled, SignOff, State
from primum.review.readers import (
    apart,
    between,
    control_shares,
    form_answers,
    pairs,
    second_look,
    share,
    with_judge,
)
from primum.stats.cluster import t_interval
from primum.stats.intervals import Estimate
from primum.stats.reviewed import FLAGGED, UNFLAGGED, UNJUDGED, Draws, Run, make_run, missed

ALL = "all"
ROUTINE = "routine"
APART_SHOWN = 50
_NONE = Estimate(None, None)
_FLAG = {True: FLAGGED, False: UNFLAGGED, None: UNJUDGED}


def figures(
    cases: Sequence[Labelled],
    seed: int,
    controls: Sequence[Control] = (),
    compared: Sequence[Compared] = (),
    signed: Sequence[SignOff] = (),
    results: str = "",
    head: str = "",
) -> Figures:
    """All figures of a review. `cases` holds every case of the run, reviewed or not.

    >>> def case(n, final): return Labelled(str(n), str(n), "t", "safety", "certain/safety", 1.0, False, final=final)
    >>> found = figures([case(n, n < 2) for n in range(40)], seed=1)
    >>> found.targets[0].corrected.rate.value
    0.05
    """
    ordered = sorted(cases, key=lambda one: one.case)  # figures do not depend on the order of arrival
    plain = [one for one in ordered if not one.arm]
    differing = apart(ordered)
    return Figures(
        targets=tuple(
            _target(name, [one for one in ordered if one.target == name], seed)
            for name in dict.fromkeys(one.target for one in cases)
        ),
        judge=tuple(_judges(plain, seed)),
        pairs=tuple(pairs(ordered, seed)),
        apart=differing[:APART_SHOWN],
        apart_cases=len(differing),
        second_look=second_look(ordered),
        controls=control_shares(controls),
        forms=form_answers(compared),
        signed=tuple(signed),
        results=results,
        head=head,
    )


def _target(name: str, cases: Sequence[Labelled], seed: int) -> TargetReview:
    plain = [one for one in cases if not one.arm]
    attacked = [one for one in cases if one.arm]
    return TargetReview(
        target=name,
        counts=_counts(plain),
        strict=_strict(plain),
        corrected=_corrected(plain, seed, least=1),
        missed=missed(_run(_with_reply(plain)), seed),
        altered=_altered(plain),
        corrections=_corrections(plain),
        domains=tuple(
            PartRate(domain, _corrected(own, seed, LEAST))
            for domain, own in _by(lambda one: one.domain, plain)
        ),
        attacked=_counts(attacked),
        attacked_altered=_altered(attacked),
    )


def _counts(cases: Sequence[Labelled]) -> Counts:
    states: dict[str, int] = dict.fromkeys(get_args(State), 0)
    reasons: Counter[str] = Counter()
    for one in cases:
        states[one.state] += 1
        if one.reviewed:
            reasons.update(one.reasons or (ROUTINE,))
    return Counts(
        cases=len(cases),
        no_reply=sum(one.pi <= 0.0 for one in cases),
        drawn=sum(one.drawn for one in cases),
        reviewed=sum(one.reviewed for one in cases),
        labelled=sum(one.final is not None for one in cases),
        waiting=sum(one.drawn and not one.reviewed and not one.conflict for one in cases),
        conflicts=sum(one.conflict for one in cases),
        states=states,
        reasons=dict(sorted(reasons.items())),
    )


def _strict(cases: Sequence[Labelled]) -> Strict:
    final = sum(one.final is not None for one in cases)
    failed, n = sum(one.final is True for one in cases), len(cases)
    return Strict(failed, final, n, failed / n if n else None, (failed + n - final) / n if n else None)


def _altered(cases: Sequence[Labelled]) -> Altered:
    labelled = [one for one in cases if one.final is not None]
    both = [one for one in labelled if one.judged is not None]
    changes = [float(one.final or 0) - float(one.judged or 0) for one in both]
    scenarios = [one.scenario for one in both]
    change = Estimate(sum(changes) / len(changes), t_interval(changes, scenarios)) if both else _NONE
    return Altered(
        share=share((one.scenario, one.final != one.judged) for one in both),
        to_failed=sum(step > 0 for step in changes),
        to_passed=sum(step < 0 for step in changes),
        change=change,
        first_decided=len(labelled) - len(both),
    )


def _corrections(cases: Sequence[Labelled]) -> tuple[Correction, ...]:
    """Changes by domain and by the reason that was given, the most frequent first."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in cases:
        if one.final is not None and one.judged is not None and one.final != one.judged:
            found[one.domain, one.reason][not one.final] += 1
    rows = [Correction(domain, ground, *counts) for (domain, ground), counts in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.to_failed - row.to_passed, row.domain, row.ground)))


def _corrected(cases: Sequence[Labelled], seed: int, least: int) -> Corrected:
    """The corrected rate; none where fewer than `least` labels speak for it."""
    there = _with_reply(cases)
    labelled = [one for one in there if one.final is not None]
    run = _run(there)
    enough = len(labelled) >= least
    undecided = sum(_open(one) for one in there)
    absent = len(cases) - len(there)
    return Corrected(
        rate=Draws(run, seed).rate() if enough else _NONE,
        best=_bound(there, absent, 0.0, seed) if enough else None,
        worst=_bound(there, absent, 1.0, seed) if enough else None,
        labels=len(labelled),
        cases=len(there),
        undecided=undecided,
        borrowed=run.borrowed,
        judge_alone=share((one.scenario, one.judged) for one in there if one.judged is not None),
        reviewed_alone=share((one.scenario, one.final) for one in labelled if one.final is not None),
    )


def _bound(cases: Sequence[Labelled], absent: int, value: float, seed: int) -> float | None:
    """The estimate if all that was read and not decided, and all that has no reply, had this value."""
    rate = Draws(_run(cases, undecided=value), seed, replicates=2).rate().value
    return None if rate is None else (rate * len(cases) + value * absent) / (len(cases) + absent)


def _open(one: Labelled) -> bool:
    """Read, and not decided (yet): such cases are the disputed ones, so no random part of their stratum."""
    return one.final is None and (one.reviewed or one.conflict)


def _with_reply(cases: Sequence[Labelled]) -> list[Labelled]:
    return [one for one in cases if one.pi > 0.0]


def _run(cases: Sequence[Labelled], undecided: float = float("nan")) -> Run:
    """A stratum is drawn for each target and domain by itself; its kind is what stands before the domain."""

    def label(one: Labelled) -> float:
        if one.final is not None:
            return float(one.final)
        return undecided if _open(one) else float("nan")

    return make_run(
        failed=np.array([label(one) for one in cases]),
        pi=np.array([one.pi for one in cases]),
        stratum=np.array([f"{one.target}/{one.stratum}" for one in cases], dtype=np.str_),
        kind=np.array([one.stratum.rpartition("/")[0] for one in cases], dtype=np.str_),
        flag=np.array([_FLAG[one.judged] for one in cases], dtype=np.int64),
        clusters=np.array([one.scenario for one in cases], dtype=np.str_),
    )


def _judges(cases: Sequence[Labelled], seed: int) -> Iterator[JudgeReview]:
    there = _with_reply(cases)
    yield _judge(ALL, there, seed)
    for domain, own in _by(lambda one: one.domain, there):
        yield _judge(domain, own, seed)


def _judge(domain: str, cases: Sequence[Labelled], seed: int) -> JudgeReview:
    cells = Counter((one.final, one.judged) for one in cases if one.final is not None)
    failed, passed = (sum(cells[final, judged] for judged in (True, False)) for final in (True, False))
    draws = Draws(_run(cases), seed)
    enough = failed + passed >= LEAST
    told = {
        "sensitivity": draws.sensitivity() if enough and failed >= LEAST_KIND else None,
        "specificity": draws.specificity() if enough and passed >= LEAST_KIND else None,
        "ppv": draws.ppv() if enough else None,
        "npv": draws.npv() if enough else None,
    }
    return JudgeReview(
        domain=domain,
        labels=sum(cells.values()),
        failed=sum(one.final is True for one in cases),
        found=cells[True, True],
        missed=cells[True, False],
        false_alarms=cells[False, True],
        agreed=cells[False, False],
        open=cells[True, None] + cells[False, None],
        **{name: found or _NONE for name, found in told.items()},
        too_few=tuple(name for name, found in told.items() if found is None),
        with_reader=with_judge(cases, seed),
        between_readers=between(cases, seed),
        misses=tuple(one.case for one in cases if one.final is True and one.judged is False),
    )


def _by(key: Callable[[Labelled], str], cases: Sequence[Labelled]) -> list[tuple[str, list[Labelled]]]:
    groups: dict[str, list[Labelled]] = defaultdict(list)
    for one in cases:
        groups[key(one)].append(one)
    return sorted(groups.items())
