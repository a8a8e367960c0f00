"""The second witness heard on every decision of the patterns: it stands, or becomes *cannot judge*."""

from collections.abc import Sequence

import msgspec

from primum.judging.brief import Brief
from primum.judging.doubt import Kind, Signs, doubtful, kind_of, room
from primum.judging.evidence import Seen
from primum.judging.model import CheckVerdict
from primum.judging.witness import Look, Near
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
        self._looks: dict[tuple[int, int], tuple[Look, dict[Kind, float]]] = {}

    def verdict(self, decision: Decision) -> CheckVerdict:
        """The decision, or *cannot judge* with the words that make it doubtful."""
        verdict = decision.verdict
        if decision.certain:
            return verdict
        found = verdict.start >= 0
        kind = kind_of(decision.check.fails_by, found)
        look, rooms = self._look(decision)
        most = rooms.get(kind)
        if most is None:
            most = rooms[kind] = 1000 * room(kind, look.lean, self.rest)
        if look.most[decision.number] <= most:
            return verdict  # however near the reply comes: mostly so, and cheap to tell
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
        signs = Signs(nearest[at].score / 1000, self._look(decision)[0].lean, self.rest)
        return signs, decision.begin + at, nearest[at]

    def _look(self, decision: Decision) -> tuple[Look, dict[Kind, float]]:
        """What all the words of the replies looked at add up to; and how near, in thousandths, a reply may come for
        each kind of decision, as far as it was asked for."""
        span = decision.begin, decision.end
        found = self._looks.get(span)
        if found is None:
            told = [reply.cuts for reply in self.seen[decision.begin : decision.end]]
            found = self._looks[span] = self.brief.balance.of(set[str]().union(*told)), {}
        return found
