"""The second witness heard on every decision of the patterns: it stands, or becomes *cannot judge*."""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from primum.judging.brief import Brief
from primum.judging.doubt import Signs, doubtful, kind_of, settled
from primum.judging.evidence import Seen
from primum.judging.model import CheckVerdict
from primum.judging.witness import Near
from primum.scenarios.model import Check


class Decision(msgspec.Struct, frozen=True):
    """What the patterns say of one check, before anybody doubts it."""

    check: Check
    verdict: CheckVerdict
    number: int = 0
    """The place of the check among those of the scenario."""
    begin: int = 0
    end: int = 0
    """The replies [begin, end) that were looked at."""
    certain: bool = False
    """Decided by something other than a wording, or not decided at all: nothing to doubt."""


class Hearing:
    """The decisions on one exchange, and what the second witness has to say about each."""

    def __init__(self, own: Brief, seen: Sequence[Seen], decisions: Sequence[Decision]) -> None:
        self.brief = own
        self.seen = seen
        self.decisions = decisions
        found = [one.verdict.answer == "met" for one in decisions if one.check.fails_by == "omission"]
        self.rest = (sum(found) + 0.5) / (len(found) + 1)
        """The share of the omission checks that the patterns find met; a half where there is none."""
        self._leans: dict[tuple[int, int], float] = {}

    def verdict(self, decision: Decision) -> CheckVerdict:
        """The decision, or *cannot judge* with the words that make it doubtful."""
        verdict = decision.verdict
        if decision.certain:
            return verdict
        found = verdict.start >= 0
        kind = kind_of(decision.check.fails_by, found)
        if settled(kind, self._bound(decision)):
            return verdict
        signs, index, near = self.signs(decision)
        reason = doubtful(kind, signs)
        if not reason or (kind == "commission-found" and not self.brief.witnessed(decision.number)):
            return verdict
        if found or near.start < 0:
            return msgspec.structs.replace(verdict, answer="cannot_judge", reason=reason)
        quote = self.seen[index].text[near.start : near.end]
        return CheckVerdict(verdict.check, "cannot_judge", quote, index, near.start, reason)

    def signs(self, decision: Decision) -> tuple[Signs, int, Near]:
        """The signs, and the reply and the place that come nearest to the check."""
        words, spoken = self.brief.witness(decision.number), decision.check.fails_by == "commission"
        looked = self.seen[decision.begin : decision.end]
        nearest = [words.nearest(reply, spoken=spoken) for reply in looked]
        at = max(range(len(nearest)), key=lambda index: nearest[index].score)
        signs = Signs(nearest[at].score / 1000, self._lean(decision), self.rest)
        return signs, decision.begin + at, nearest[at]

    def _bound(self, decision: Decision) -> Signs:
        """The same with more nearness than there can be: cheap, and mostly enough to let a decision stand."""
        most = max([each[decision.number] for each in self._most[decision.begin : decision.end]])
        return Signs(most / 1000, self._lean(decision), self.rest)

    @cached_property
    def _most(self) -> list[list[int]]:
        return [self.brief.most.of(reply) for reply in self.seen]

    def _lean(self, decision: Decision) -> float:
        span = decision.begin, decision.end
        if span not in self._leans:
            self._leans[span] = self.brief.scales.lean(self.seen[span[0] : span[1]])
        return self._leans[span]
