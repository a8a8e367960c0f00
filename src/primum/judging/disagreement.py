"""Where two judges of the same exchange differ."""

from primum.judging.model import Verdict
from primum.judging.rubric import DECIDED


def disagreements(first: Verdict, second: Verdict) -> tuple[str, ...]:
    """The checks that both judges decided, differently."""
    other = {answer.check: answer.answer for answer in second.checks}
    return tuple(
        mine.check
        for mine in first.checks
        if mine.answer in DECIDED and other.get(mine.check) in DECIDED and mine.answer != other[mine.check]
    )
