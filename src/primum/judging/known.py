"""Checks that a program has answered for itself: no judge overrules them."""

from collections.abc import Mapping

import msgspec

from primum.judging.model import CheckVerdict, Verdict

BY_PROGRAM = "found by program"


def with_known(verdict: Verdict, known: Mapping[str, str]) -> Verdict:
    """The verdict with these checks answered: check → why it is not met, or nothing where it is.

    >>> with_known(Verdict("offline"), {"no-call": "delete_entry was called"}).checks[0].answer
    'not_met'
    """
    if verdict.failure or verdict.preset or not known:
        return verdict
    told = tuple(
        CheckVerdict(check, "not_met" if why else "met", reason=f"{BY_PROGRAM}: {why}" if why else BY_PROGRAM)
        for check, why in known.items()
    )
    judged = tuple(one for one in verdict.checks if one.check not in known)
    return msgspec.structs.replace(verdict, checks=(*judged, *told))
