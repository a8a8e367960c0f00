"""Finding a pattern in a reading: where it matches, and whether what it matches is affirmed.

>>> reading = Reading("Do not wait. Please call an ambulance now.")
>>> span = compile_pattern("(call|ring|phone) (an)? ambulance").affirmed(reading)
>>> reading.text[span.start:span.end]
'call an ambulance'
>>> compile_pattern("wait").affirmed(reading) is None
True
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from primum.judging.grammar import Group, Node, Sequence, Word, parse, walk
from primum.judging.lexicon import concept
from primum.judging.reading import Reading
from primum.judging.scope import DENIED, REPORTED, SUPPOSED, UNREAL, denied_after, flags, holds_negation


class Span(msgspec.Struct, frozen=True):
    """A match: its sentence and its characters [start, end) in the text."""

    sentence: int
    start: int
    end: int


class _Match(msgspec.Struct, frozen=True):
    sentence: int
    first: int
    last: int


class Branch:
    """One way through a pattern."""

    __slots__ = ("negated", "way")

    def __init__(self, way: Sequence, *, negated: bool) -> None:
        self.way = way
        self.negated = negated
        """Holds a negation of its own, and so is matched as written."""

    def matches(self, reading: Reading, opening: int | None = None) -> Iterator[_Match]:
        """Every match, sentence by sentence, in the order of their ends."""
        way = self.way
        owner = reading.owner
        sentences: set[int] | None = None
        for key in way.keys[:_TELLING]:
            held = {owner[at] for at in key.places(reading)}
            sentences = held if sentences is None else sentences & held
        for sentence in sorted(sentences or ()):
            if opening is not None and sentence >= opening:
                return
            place = reading.sentences[sentence]
            places = way.beginning.places(reading)
            begin = {at: at for at in range(place.first, place.last) if at in places}
            ends = walk(way.nodes, reading, begin, place.last)
            for last in sorted(ends):
                yield _Match(sentence, ends[last], last)


_TELLING = 2
"""So many of the rarest words decide which sentences are tried."""


_FEW = 6


class Pattern:
    """A compiled pattern; immutable, shared."""

    __slots__ = ("_by_family", "_by_word", "_unindexed", "branches", "text")

    def __init__(self, text: str, branches: tuple[Branch, ...]) -> None:
        self.text = text
        self.branches = branches
        self._by_word: dict[str, list[int]] = {}
        self._by_family: dict[str, list[int]] = {}
        self._unindexed: list[int] = []
        for number, branch in enumerate(branches):
            key = branch.way.keys[0]
            if key.number or key.short:
                self._unindexed.append(number)
                continue
            for word in key.words:
                self._by_word.setdefault(word, []).append(number)
            for family in key.families:
                self._by_family.setdefault(family, []).append(number)

    def _likely(self, reading: Reading) -> Iterator[Branch]:
        """The branches whose words the text holds, in order; found from the words, not one by one."""
        if len(self.branches) <= _FEW:
            for branch in self.branches:
                if branch.way.possible(reading):
                    yield branch
            return
        numbers = set(self._unindexed)
        for word in reading.vocabulary & self._by_word.keys():
            numbers.update(self._by_word[word])
        if self._by_family:
            for family in reading.families.keys() & self._by_family.keys():
                numbers.update(self._by_family[family])
        for number in sorted(numbers):
            branch = self.branches[number]
            if branch.way.possible(reading):
                yield branch

    def find(self, reading: Reading) -> Span | None:
        """The first place where it stands, affirmed or not."""
        for branch in self._likely(reading):
            for match in branch.matches(reading):
                return _span(reading, match)
        return None

    def sentences(self, reading: Reading) -> frozenset[int]:
        """The sentences that hold it."""
        return frozenset(
            match.sentence for branch in self._likely(reading) for match in branch.matches(reading)
        )

    def affirmed(
        self,
        reading: Reading,
        *,
        strict: bool = False,
        skip: frozenset[int] = frozenset(),
        opening: int | None = None,
    ) -> Span | None:
        """A place where it is said as so, outside questions and the sentences to skip.

        `opening` looks at so many sentences only.
        `strict` is for what must not be said (commission): a condition, somebody's reported wish and a denial behind
        the words do not count as saying it.
        """
        return next(self.affirmations(reading, strict=strict, skip=skip, opening=opening), None)

    def affirmations(
        self, reading: Reading, *, strict: bool, skip: frozenset[int], opening: int | None = None
    ) -> Iterator[Span]:
        """Every such place, not in the order of the text."""
        for branch in self._likely(reading):
            for match in branch.matches(reading, opening):
                if match.sentence not in skip and _affirms(
                    reading, match, negated=branch.negated, strict=strict
                ):
                    yield _span(reading, match)

    def asked(self, reading: Reading, asking: frozenset[int]) -> Span | None:
        """The first place where it stands in one of the asking sentences."""
        for branch in self._likely(reading):
            for match in branch.matches(reading):
                if match.sentence in asking:
                    return _span(reading, match)
        return None


def _span(reading: Reading, match: _Match) -> Span:
    start, end = reading.span(match.first, match.last)
    return Span(match.sentence, start, end)


def _affirms(reading: Reading, match: _Match, *, negated: bool, strict: bool) -> bool:
    sentence = reading.sentences[match.sentence]
    if sentence.question:
        return False
    marks = flags(reading, match.sentence)
    begin, end = marks[match.first - sentence.first], marks[match.last - 1 - sentence.first]
    if begin & UNREAL or (not negated and (begin | end) & DENIED):
        return False
    if not strict:
        return True
    if begin & (SUPPOSED | REPORTED):
        return False
    return negated or not denied_after(reading, match.sentence, match.last)


@lru_cache(maxsize=16384)
def compile_pattern(text: str) -> Pattern:
    """A pattern ready to match; a wrong one raises PrimumError that names it."""
    plain: Ways = []
    negated: Ways = []
    for alternative in _flat(parse(text, concept_group)):
        some, others = _polarity(alternative.nodes)
        plain += some
        negated += others
    branches = [Branch(Sequence(nodes), negated=False) for nodes in plain]
    return Pattern(text, (*branches, *(Branch(Sequence(nodes), negated=True) for nodes in negated)))


@lru_cache(maxsize=16384)
def any_of(texts: tuple[str, ...]) -> Pattern:
    """Several patterns as one, which looks for all of them at once."""
    return Pattern(" | ".join(texts), tuple(way for text in texts for way in compile_pattern(text).branches))


@lru_cache(maxsize=1024)
def concept_group(name: str) -> Group:
    """The alternatives of a concept as one node, shared by all patterns that name it."""
    return Group(tuple(way for text in concept(name).patterns for way in parse(text, concept_group)))


def _flat(alternatives: tuple[Sequence, ...]) -> Iterator[Sequence]:
    """Each alternative by itself, where one is nothing but a group or a concept: each is found by its own words."""
    for alternative in alternatives:
        head = alternative.nodes[0]
        if len(alternative.nodes) == 1 and isinstance(head, Group):
            yield from _flat(head.alternatives)
        else:
            yield alternative


Ways = list[tuple[Node, ...]]


def _polarity(nodes: tuple[Node, ...]) -> tuple[Ways, Ways]:
    """The ways through a sequence without and with a negation of their own."""
    if holds_negation(_plain_words(nodes)):
        return [], [nodes]
    plain: tuple[Node, ...] | None = ()
    negated: Ways = []
    for at, node in enumerate(nodes):
        without, with_ = _divide(node) if isinstance(node, Group) else (node, None)
        if with_:
            negated.append((*nodes[:at], with_, *nodes[at + 1 :]))
        if without:
            plain = None if plain is None else (*plain, without)
        elif not node.optional:
            plain = None
    return ([plain] if plain else []), negated


@lru_cache(maxsize=16384)
def _divide(group: Group) -> tuple[Group | None, Group | None]:
    """A group as its alternatives without and with a negation; itself where they are all of one kind."""
    plain: Ways = []
    negated: Ways = []
    for alternative in group.alternatives:
        some, others = _polarity(alternative.nodes)
        plain += some
        negated += others
    if not negated:
        return group, None
    without = Group(tuple(map(Sequence, plain)), optional=group.optional) if plain else None
    return without, Group(tuple(map(Sequence, negated)))


def _plain_words(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """The plain words of a sequence in order; anything else breaks a phrase."""
    return tuple(node.word if isinstance(node, Word) else "\0" for node in nodes)
