"""Finding a pattern in a reading: where it matches, and whether what it matches is affirmed.

>>> reading = Reading("Do not wait. Please call an ambulance now.")
>>> span = compile_pattern("(call|ring|phone) (an)? ambulance").affirmed(reading)
>>> reading.text[span.start:span.end]
'call an ambulance'
>>> compile_pattern("wait").affirmed(reading) is None
True
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

import msgspec

from primum.judging.cues import holds_negation, negations
from primum.judging.grammar import parse
from primum.judging.lexicon import concept
from primum.judging.nodes import Group, Node, Prefix, Sequence, Word, walk
from primum.judging.reading import Reading
from primum.judging.scope import (
    DENIED,
    REPORTED,
    SUPPOSED,
    UNREAL,
    denied_after,
    flags,
    plain,
)


class Span(msgspec.Struct, frozen=True):
    """A match: its sentence and its characters [start, end) in the text."""

    sentence: int
    start: int
    end: int


Matches = Collection[tuple[int, int]]
"""Last word (not included) and first word of each match."""


class Branch:
    """One way through a pattern."""

    __slots__ = ("negated", "way")

    def __init__(self, way: Sequence, *, negated: bool) -> None:
        self.way = way
        self.negated = negated
        """Holds a negation of its own, and so is matched as written."""

    def matches(self, reading: Reading, sentence: int) -> Matches:
        """Every match in a sentence, in the order of their ends."""
        key = (self, sentence)
        found = reading.matches.get(key)
        if found is None:
            way, place = self.way, reading.sentences[sentence]
            begin = way.beginning.starts(reading.words, place.first, place.last)
            ends = walk(way.nodes, reading, begin, place.last)
            found = sorted(ends.items()) if len(ends) > 1 else tuple(ends.items())
            reading.matches[key] = found
        return found


_FEW = 6


class _Index:
    """Branches by the words of which each needs one: found from the words of a text, not one by one."""

    def __init__(self, branches: tuple[Branch, ...]) -> None:
        self.branches = branches
        self.numbers: dict[str, list[int]] = {}
        for number, branch in enumerate(branches):
            for cue in branch.way.keys[0].cues:
                self.numbers.setdefault(cue, []).append(number)
        self.cues = frozenset(self.numbers)

    def near(self, reading: Reading) -> list[Branch]:
        """The branches that may have theirs in the text."""
        found: set[int] = set()
        for cue in reading.cues & self.cues:
            found.update(self.numbers[cue])
        return [self.branches[number] for number in sorted(found)]


class Pattern:
    """A compiled pattern; immutable, shared."""

    __slots__ = ("_indexed", "branches", "text")

    def __init__(self, text: str, branches: tuple[Branch, ...]) -> None:
        self.text = text
        self.branches = branches
        self._indexed: _Index | None = None

    @property
    def _index(self) -> _Index:
        if self._indexed is None:
            self._indexed = _Index(self.branches)
        return self._indexed

    def near(self, reading: Reading) -> Iterable[Branch]:
        """The branches that the text may hold; from the survey (survey.py) where one was taken."""
        found: Iterable[Branch] | None = reading.near.get(self)
        if found is None:
            return self.branches if len(self.branches) <= _FEW else self._index.near(reading)
        return found

    def _likely(self, reading: Reading) -> Iterator[tuple[Branch, Iterable[int]]]:
        """The branches whose words the text holds, in order, and the sentences in which they may stand."""
        for branch in self.near(reading):
            mask = branch.way.mask(reading)
            if mask:
                yield branch, reading.holding(mask)

    def find(self, reading: Reading) -> Span | None:
        """The first place where it stands, affirmed or not."""
        return self._first(reading, None)

    def asked(self, reading: Reading, asking: frozenset[int]) -> Span | None:
        """The first place where it stands in one of the asking sentences."""
        return self._first(reading, asking) if asking else None

    def _first(self, reading: Reading, among: frozenset[int] | None) -> Span | None:
        for branch, held in self._likely(reading):
            for sentence in held:
                if among is not None and sentence not in among:
                    continue
                for last, first in branch.matches(reading, sentence):
                    return _span(reading, sentence, first, last)
        return None

    def sentences(self, reading: Reading) -> frozenset[int]:
        """The sentences that hold it."""
        found: set[int] = set()
        for branch, held in self._likely(reading):
            for sentence in held:
                if sentence not in found and branch.matches(reading, sentence):
                    found.add(sentence)
        return frozenset(found)

    def affirmed(
        self,
        reading: Reading,
        *,
        strict: bool = False,
        literal: bool = False,
        skip: frozenset[int] = frozenset(),
        opening: int | None = None,
    ) -> Span | None:
        """A place where it is said as so, outside questions and the sentences to skip.

        `literal` takes every pattern as written, as if it had a negation of its own ("it is wrong to …").
        `opening` looks at so many sentences only.
        `strict` is for what must not be said (commission): a condition, somebody's reported wish and a denial behind
        the words do not count as saying it.
        """
        found = self.affirmations(reading, strict=strict, literal=literal, skip=skip, opening=opening)
        return next(found, None)

    def affirmations(
        self,
        reading: Reading,
        *,
        strict: bool,
        skip: frozenset[int],
        literal: bool = False,
        opening: int | None = None,
    ) -> Iterator[Span]:
        """Every such place, not in the order of the text."""
        for branch, held in self._likely(reading):
            for sentence in held:
                if opening is not None and sentence >= opening:
                    break
                if sentence in skip or reading.sentences[sentence].question:
                    continue
                negated = literal or branch.negated
                for last, first in branch.matches(reading, sentence):
                    if _affirms(reading, sentence, first, last, negated=negated, strict=strict):
                        yield _span(reading, sentence, first, last)


def _span(reading: Reading, sentence: int, first: int, last: int) -> Span:
    start, end = reading.span(sentence, first, last)
    return Span(sentence, start, end)


def _affirms(reading: Reading, at: int, first: int, last: int, *, negated: bool, strict: bool) -> bool:
    """Whether the words [first, last) of a sentence are said as so."""
    begin = end = 0
    if not plain(reading, at, last):
        marks, base = flags(reading, at), reading.sentences[at].first
        begin, end = marks[first - base], marks[last - 1 - base]
    if begin & UNREAL or (not negated and (begin | end) & DENIED):
        return False
    if not strict:
        return True
    if begin & (SUPPOSED | REPORTED):
        return False
    return negated or not denied_after(reading, at, last)


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
    if not group.longer and negations().isdisjoint(group.words.union(group.bare)):
        return group, None
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
    """The plain words of a sequence in order; anything else breaks a phrase. `avoid*` is as good as `avoid`."""
    return tuple(
        node.word if isinstance(node, Word) else node.stem if isinstance(node, Prefix) else "\0"
        for node in nodes
    )
