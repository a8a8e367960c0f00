"""A check's evidence, compiled, and the search for it in one reply."""

from collections.abc import Container, Mapping
from functools import lru_cache
from itertools import compress

import msgspec

from primum.judging.identifiers import disclosed
from primum.judging.options import choice
from primum.judging.patterns import any_of
from primum.judging.questions import asking
from primum.judging.reading import BITS, Reading
from primum.judging.refusal import Refused, refusal_in
from primum.judging.scope import flags, qualified
from primum.judging.stems import stemmed
from primum.scenarios.model import Evidence

_EARLY_WORDS = 40


class Found(msgspec.Struct, frozen=True):
    """The words of a reply that show a behaviour."""

    start: int
    end: int
    certain: bool = False
    """Shown by an option, a refusal or an identifier, not by a wording that may be meant otherwise."""


class Late(msgspec.Struct, frozen=True):
    """The words are in the reply, but not where they must stand."""


class Unparsed(msgspec.Struct, frozen=True):
    """The reply names no option that can be read."""


class Seen:
    """One reply and what is worked out about it at most once."""

    __slots__ = ("_asking", "_cuts", "_refused", "_spoken", "options", "reading", "text")

    def __init__(self, text: str, options: Mapping[str, str]) -> None:
        self.text = text
        self.options = options
        self.reading = Reading(text)
        self._refused: Refused | None = None
        self._asking: frozenset[int] | None = None
        self._cuts: list[str] = []
        self._spoken: tuple[int, list[tuple[str, int]]] | None = None

    @property
    def refused(self) -> Refused:
        if self._refused is None:
            self._refused = refusal_in(self.reading)
        return self._refused

    @property
    def asking(self) -> frozenset[int]:
        if self._asking is None:
            self._asking = asking(self.reading)
        return self._asking

    @property
    def cuts(self) -> list[str]:
        """The stems of the different words, in their order; empty ones for words that tell nothing."""
        if not self._cuts:
            self._cuts = [*map(stemmed().__getitem__, self.reading.distinct_words())]
        return self._cuts

    def holding(self, stems: Container[str]) -> dict[str, int]:
        """Which of these stems the reply holds, with the sentences that do as bits."""
        cuts, found = self.cuts, dict[str, int]()
        for cut, (_, bits) in compress(
            zip(cuts, self.reading.vocabulary(), strict=True), map(stems.__contains__, cuts)
        ):
            found[cut] = found.get(cut, 0) | bits
        return found

    def saying(self, stems: Container[str]) -> dict[str, int]:
        """The same of what is said as so: not asked, denied, supposed or told back."""
        if self._spoken is None:
            self._spoken = self._said()
        plain, others = self._spoken
        found = {cut: bits & plain for cut, bits in self.holding(stems).items() if bits & plain}
        for cut, bit in others:
            if cut in stems:
                found[cut] = found.get(cut, 0) | bit
        return found

    def _said(self) -> tuple[int, list[tuple[str, int]]]:
        """The sentences in which everything is said as so, as bits; of the others the stems that are."""
        reading, plain = self.reading, 0
        marked = qualified(reading)
        known = stemmed()
        found: list[tuple[str, int]] = []
        for at, sentence in enumerate(reading.sentences):
            bit = reading.bit(at)
            if sentence.question:
                continue
            if not marked >> at % BITS & 1 and not sentence.crossed and sentence.lead < 0:
                plain |= bit
                continue
            words = reading.words[sentence.first : sentence.last]
            told = zip(words, flags(reading, at), strict=True)
            found += [(known[word], bit) for word, flag in told if not flag]
        return plain, found


class Behaviour:
    """What a check is about, ready to be looked for."""

    __slots__ = (
        "also",
        "asks",
        "discloses",
        "first",
        "option",
        "patterns",
        "refuses",
        "says",
        "strict",
        "unless",
        "worded",
    )

    def __init__(self, evidence: Evidence, *, strict: bool) -> None:
        self.strict = strict
        self.says = any_of(evidence.says)
        self.also = tuple(map(any_of, evidence.also))
        self.unless = any_of(evidence.unless)
        self.asks = any_of(evidence.asks)
        self.refuses = evidence.refuses
        self.option = frozenset(evidence.option)
        self.discloses = evidence.discloses
        self.first = evidence.first
        self.worded = bool(evidence.says or evidence.asks or evidence.refuses)
        """Looked for in words; an identifier or an option is found exactly or is not there."""
        self.patterns = (self.says, *self.also, self.unless, self.asks)
        """All that is looked for in words."""

    @property
    def only_worded(self) -> bool:
        """Looked for by its patterns and in no other way."""
        return bool(self.says.branches or self.asks.branches) and not (
            self.option or self.refuses or self.discloses
        )

    def find(self, seen: Seen) -> Found | Late | Unparsed | None:
        """Where the reply shows the behaviour; None where it does not."""
        if self.option:
            return self._chosen(seen)
        found = self._said(seen, frozenset()) if self.says.near(seen.reading) else None
        if found and self.unless.near(seen.reading):
            found = self._said(seen, self.unless.sentences(seen.reading))
        found = found or self._asked(seen) or self._refused(seen) or self._disclosed(seen)
        if found is None:
            return None
        if self.first and not _early(seen, found.start):
            return Late()
        if self.also:
            skip = self.unless.sentences(seen.reading)
            for group in self.also:
                if not group.affirmed(seen.reading, strict=self.strict, skip=skip):
                    return None
        return found

    def _said(self, seen: Seen, skip: frozenset[int]) -> Found | None:
        spans = self.says.affirmations(seen.reading, strict=self.strict, skip=skip)
        span = min(spans, key=lambda span: span.start, default=None) if self.first else next(spans, None)
        return Found(span.start, span.end) if span else None

    def _asked(self, seen: Seen) -> Found | None:
        span = self.asks.asked(seen.reading, seen.asking) if self.asks.branches else None
        return Found(span.start, span.end) if span else None

    def _refused(self, seen: Seen) -> Found | None:
        span = seen.refused.span if self.refuses else None
        return Found(span.start, span.end, certain=True) if span else None

    def _disclosed(self, seen: Seen) -> Found | None:
        for identifier in self.discloses:
            place = disclosed(seen.text, identifier)
            if place:
                return Found(*place, certain=True)
        return None

    def _chosen(self, seen: Seen) -> Found | Unparsed | None:
        chosen = choice(seen.text, seen.options or self.option)
        if chosen is None:
            return Unparsed()
        same = chosen.letters == self.option
        return Found(chosen.start, chosen.end, certain=True) if same else None


def _early(seen: Seen, start: int) -> bool:
    """In the first third, or among the first words of a short reply."""
    before = len(seen.text[:start].split())
    return before < max(_EARLY_WORDS, len(seen.reading.words) / 3)


@lru_cache(maxsize=65536)
def behaviour(evidence: Evidence, *, strict: bool) -> Behaviour:
    """The compiled evidence; `strict` for commission checks."""
    return Behaviour(evidence, strict=strict)
