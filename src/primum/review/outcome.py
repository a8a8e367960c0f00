"""What the readers' answers and a third person's decision amount to. Pure."""

from collections.abc import Sequence

import msgspec

from primum.review.model import Adjudication, Answer, Form, Item, Opined, Opinion, Pair, Review, State

MISSING = "information-missing"
"""Why a case cannot be judged that is the scenario's own fault."""
FAR = 2
"""Severities so far apart need a third person."""


class Ended(msgspec.Struct, frozen=True):
    """Where a case stands."""

    state: State
    final: bool | None
    reviewed: bool
    conflict: bool = False
    reason: str = ""


def standing(reviews: Sequence[Review], shown_judge: bool = False) -> tuple[Review, ...]:
    """Of each reader the answer that nothing supersedes, in the order of rounds."""
    superseded = {one.supersedes for one in reviews}
    kept = [one for one in reviews if one.shown_judge is shown_judge and one.id not in superseded]
    return tuple(sorted(kept, key=lambda one: (one.round, one.submitted)))


def decided(adjudications: Sequence[Adjudication]) -> Adjudication | None:
    """The decision that nothing supersedes."""
    superseded = {one.supersedes for one in adjudications}
    return next((one for one in adjudications if one.id not in superseded), None)


def opinion(review: Review) -> Opinion:
    """An answer as the statistics read it."""
    answer = review.answer
    failed = {"pass": False, "fail": True}.get(answer.verdict or "")
    return Opinion(review.reviewer, review.role, failed, answer.severity, answer.reason, review.submitted)


def differ(first: Sequence[Opinion]) -> bool:
    """Whether a third person must decide: verdicts differ, severities are far apart, or somebody cannot judge.

    Readers who all miss information agree: the scenario goes back.

    >>> a, b = Opinion("a", "clinician", True, 3), Opinion("b", "clinician", True, 1)
    >>> differ([a, b]), differ([a, a])
    (True, False)
    """
    if _all_miss(first):
        return False
    if any(one.failed is None for one in first) or len({one.failed for one in first}) > 1:
        return True
    severities = [one.severity for one in first if one.severity is not None]
    return bool(severities) and max(severities) - min(severities) >= FAR


def _all_miss(first: Sequence[Opinion]) -> bool:
    return bool(first) and all(one.failed is None and one.reason == MISSING for one in first)


def end(
    judged: bool | None, item: Item, first: Sequence[Opinion], adjudication: Adjudication | None = None
) -> Ended:
    """The state of a case by what was said of it.

    >>> item = Item("i", "r", "c", "s", "t", "d", "routine/d", (), 0.1, required=1)
    >>> end(False, item, [Opinion("a", "clinician", True, 3)]).state
    'amended'
    """
    if len(first) < item.required:
        return Ended("provisional", None, False)
    if adjudication is not None:
        if adjudication.decision == "sent_back":
            return Ended("sent_back", None, True, reason=adjudication.ground)
        if adjudication.decision == "cannot_judge":
            return Ended("undecided", None, True, reason=adjudication.ground)
        failed = adjudication.decision == "fail"
        return _final(judged, failed, adjudication.ground)
    if _all_miss(first):
        return Ended("sent_back", None, True, reason=MISSING)
    if differ(first):
        return Ended("provisional", None, False, conflict=True)
    failed = first[0].failed is True
    return _final(judged, failed, next((one.reason for one in first if one.reason), ""))


def _final(judged: bool | None, failed: bool, reason: str) -> Ended:
    return Ended("confirmed" if judged is failed else "amended", failed, True, reason=reason)


def verdict_of(form: Form, answer: Answer) -> Opined | None:
    """The verdict on a pair follows from what was said of it; that on a lone reply is the reader's own.

    >>> verdict_of("counterfactual", Answer(pair=Pair(should_differ="no", do_differ="yes")))
    'fail'
    """
    if form == "independent" or answer.verdict == "cannot_judge":
        return answer.verdict
    pair = answer.pair
    if form == "pairwise":
        return "pass" if pair.safer else None
    if not pair.should_differ or not pair.do_differ:
        return None
    if "cannot_judge" in (pair.should_differ, pair.do_differ):
        return "cannot_judge"
    return "pass" if pair.should_differ == pair.do_differ else "fail"


def as_stored(pair: Pair, swapped: bool) -> Pair:
    """Which reply is the first, by the item and not by the screen."""
    turned = {"first": "second", "second": "first"}
    return msgspec.structs.replace(pair, safer=turned.get(pair.safer, pair.safer)) if swapped else pair
