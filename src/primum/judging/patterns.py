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

from primum.judging.anchors import united
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
    """One way through a pattern, with the words that must be there."""

    __slots__ = ("anchors", "beginning", "negated", "nodes", "plain")

    def __init__(self, nodes: tuple[Node, ...], *, negated: bool) -> None:
        self.nodes = nodes
        self.beginning = united([node.heads for node in Sequence(nodes).beginning])
        self.negated = negated
        """Holds a negation of its own, and so is matched as written."""
        keys = [node.key for node in sorted(Sequence(nodes).needed, key=lambda node: -node.rarity)]
        self.anchors = (keys[0], *(key for key in keys[1:] if not key.dear))
        """What decides which sentences are tried: words that must be there, the rarest first."""
        self.plain = tuple(key.words for key in self.anchors if not key.stems and not key.number)

    def matches(self, reading: Reading, opening: int | None = None) -> Iterator[_Match]:
        """Every match, sentence by sentence, in the order of their ends."""
        vocabulary = reading.index.keys()
        for words in self.plain:
            if vocabulary.isdisjoint(words):
                return
        owner = reading.owner
        sentences: set[int] | None = None
        for anchor in self.anchors:
            places = anchor.places(reading)
            if not places:
                return
            if sentences is None or len(places) < _MANY:
                held = {owner[at] for at in places}
                sentences = held if sentences is None else sentences & held
        for sentence in sorted(sentences or ()):
            if opening is not None and sentence >= opening:
                return
            place = reading.sentences[sentence]
            places = self.beginning.places(reading)
            begin = {at: at for at in range(place.first, place.last) if at in places}
            ends = walk(self.nodes, reading, begin, place.last)
            for last in sorted(ends):
                yield _Match(sentence, ends[last], last)


_MANY = 50


class Pattern:
    """A compiled pattern; immutable, shared."""

    __slots__ = ("branches", "text")

    def __init__(self, text: str, branches: tuple[Branch, ...]) -> None:
        self.text = text
        self.branches = branches

    def find(self, reading: Reading) -> Span | None:
        """The first place where it stands, affirmed or not."""
        return next(
            (_span(reading, match) for branch in self.branches for match in branch.matches(reading)), None
        )

    def sentences(self, reading: Reading) -> frozenset[int]:
        """The sentences that hold it."""
        return frozenset(match.sentence for branch in self.branches for match in branch.matches(reading))

    def affirmed(
        self,
        reading: Reading,
        *,
        strict: bool = False,
        skip: frozenset[int] = frozenset(),
        opening: int | None = None,
    ) -> Span | None:
        """The first place where it is said as so, outside questions and the sentences to skip.

        `opening` looks at so many sentences only.

        `strict` is for what must not be said (commission): a condition, somebody's reported wish and a denial behind
        the words do not count as saying it.
        """
        for branch in self.branches:
            for match in branch.matches(reading, opening):
                if match.sentence not in skip and _affirms(
                    reading, match, negated=branch.negated, strict=strict
                ):
                    return _span(reading, match)
        return None

    def asked(self, reading: Reading, asking: frozenset[int]) -> Span | None:
        """The first place where it stands in one of the asking sentences."""
        for branch in self.branches:
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
    for alternative in parse(text, concept_group):
        some, others = _polarity(alternative.nodes)
        plain += some
        negated += others
    branches = [Branch(nodes, negated=False) for nodes in plain]
    return Pattern(text, (*branches, *(Branch(nodes, negated=True) for nodes in negated)))


@lru_cache(maxsize=1024)
def concept_group(name: str) -> Group:
    """The alternatives of a concept as one node, shared by all patterns that name it."""
    return Group(tuple(way for text in concept(name).patterns for way in parse(text, concept_group)))


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
