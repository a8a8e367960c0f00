"""The evidence pattern language: from its text to a tree of nodes. docs/scenarios.md explains the language.

A node steps a set of states through a sentence. A state is a place in the text and where the match that reached it
began (the latest beginning, so that a quote is tight). Stepping sets instead of trying one way after another keeps
the time linear whatever the text.
"""

import re
from functools import lru_cache
from typing import Protocol, cast

from primum.errors import PrimumError
from primum.judging.anchors import Anchor, anchor, numbers, rarity, united
from primum.judging.reading import Reading, fold, spelling, tokens

States = dict[int, int]
"""Place of the next word → where the match began."""

_PIECE = re.compile(r"\{[^{}]*\}\??|\(|\)\??|\||\.\.\.|\.\.|#[^\s(){}|]*|[^\s(){}|]+|[{}]")
_NARROW = 6
_FEW = 8


class Node(Protocol):
    optional: bool

    @property
    def heads(self) -> Anchor:
        """The words with which a match can begin."""

    @property
    def key(self) -> Anchor:
        """Words of which every match holds one; the rarest such."""

    @property
    def rarity(self) -> int:
        """How much the key narrows the search."""

    def step(self, reading: Reading, states: States, stop: int) -> States: ...


class Word:
    """One word, as it is."""

    __slots__ = ("heads", "key", "rarity", "word")
    optional = False

    def __init__(self, word: str) -> None:
        self.word = word
        self.heads = self.key = anchor(frozenset((word,)))
        self.rarity = rarity(word)

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, word = reading.words, self.word
        return {at + 1: begun for at, begun in states.items() if at < stop and words[at] == word}


class Prefix:
    """Any word that begins so: `emergenc*`."""

    __slots__ = ("heads", "key", "rarity", "stem")
    optional = False

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.heads = self.key = anchor(frozenset(), frozenset((stem,)))
        self.rarity = rarity(stem)

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, stem = reading.words, self.stem
        return {at + 1: begun for at, begun in states.items() if at < stop and words[at].startswith(stem)}


class Number:
    """Any number, in figures or words; with a unit where the pattern names one: `#mg`."""

    __slots__ = ("heads", "key", "rarity", "stem", "units")
    optional = False

    def __init__(self, unit: str) -> None:
        self.stem = unit[:-1] if unit.endswith("*") else ""
        known = spelling().units.get(unit, (unit,)) if unit and not self.stem else ()
        self.units = tuple(tuple(tokens(fold(form))) for form in known)
        self.heads = self.key = anchor(frozenset(), number=True)
        self.rarity = 4

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, places = reading.words, numbers(reading)
        out: States = {}
        for at, begun in states.items():
            if at >= stop or at not in places:
                continue
            if self.stem:
                if at + 1 < stop and words[at + 1].startswith(self.stem):
                    out[at + 2] = begun
            elif self.units:
                for unit in self.units:
                    end = at + 1 + len(unit)
                    if end <= stop and words[at + 1] == unit[0] and tuple(words[at + 1 : end]) == unit:
                        out[end] = begun
            elif words[at] != "one":
                out[at + 1] = begun
        return out


class Gap:
    """Some words in between: at most `limit`, or any number inside the sentence."""

    __slots__ = ("limit",)
    optional = True
    heads = key = anchor(frozenset())
    rarity = 0

    def __init__(self, limit: int | None) -> None:
        self.limit = limit

    def step(self, reading: Reading, states: States, stop: int) -> States:
        out: States = {}
        if self.limit is None:
            begun = -1
            for at in range(min(states), stop):
                begun = max(begun, states.get(at, -1))
                out[at] = begun
            return out
        for at, begun in states.items():
            for place in range(at, min(at + self.limit + 1, stop)):
                if out.get(place, -1) < begun:
                    out[place] = begun
        return out


class Group:
    """One of several alternatives."""

    __slots__ = ("alternatives", "bare", "heads", "key", "optional", "others", "rarity", "table", "words")

    def __init__(self, alternatives: "tuple[Sequence, ...]", *, optional: bool = False) -> None:
        self.alternatives = alternatives
        self.optional = optional
        self.words: set[str] = set()
        """Alternatives that are one plain word."""
        self.table: dict[str, list[tuple[Node, ...]]] = {}
        """Alternatives that begin with a plain word, by that word: only those in the text are tried."""
        bare: list[str] = []
        others: list[Sequence] = []
        for alternative in alternatives:
            head, rest = alternative.nodes[0], alternative.nodes[1:]
            if isinstance(head, Word) and not rest:
                self.words.add(head.word)
            elif isinstance(head, Word):
                self.table.setdefault(head.word, []).append(rest)
            elif isinstance(head, Prefix) and not rest:
                bare.append(head.stem)
            else:
                others.append(alternative)
        self.bare = tuple(bare)
        """Alternatives that are one word beginning so."""
        self.others = tuple(others)
        self.heads = united([way.beginning for way in alternatives])
        keys = [max(way.needed, key=lambda node: node.rarity) for way in alternatives]
        self.key = united([node.key for node in keys])
        self.rarity = min(node.rarity for node in keys)

    def step(self, reading: Reading, states: States, stop: int) -> States:
        out: States = dict(states) if self.optional else {}
        entry = self._entry(reading, states, stop)
        if not entry:
            return out
        words, single, bare = reading.words, self.words, self.bare
        for at, begun in entry.items():
            word = words[at]
            if (word in single or word.startswith(bare)) and out.get(at + 1, -1) < begun:
                out[at + 1] = begun
            for rest in self.table.get(word, ()):
                _join(out, walk(rest, reading, {at + 1: begun}, stop))
        for other in self._live(reading):
            _join(out, walk(other.nodes, reading, entry, stop))
        return out

    def _live(self, reading: Reading) -> "list[Sequence]":
        """The other alternatives whose words are in the text."""
        found = reading.memo.get(self)
        if found is None:
            found = reading.memo[self] = [other for other in self.others if other.possible(reading)]
        return cast("list[Sequence]", found)

    def _entry(self, reading: Reading, states: States, stop: int) -> States:
        """The states at which an alternative can begin."""
        heads = self.heads
        if len(states) <= _FEW and heads not in reading.memo:
            return {at: begun for at, begun in states.items() if at < stop and heads.at(reading, at)}
        places = heads.places(reading)
        return {at: begun for at, begun in states.items() if at in places and at < stop}


class Sequence:
    """Nodes one after another."""

    __slots__ = ("beginning", "keys", "needed", "nodes")

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self.needed = tuple(node for node in nodes if not node.optional)
        self.beginning = united([node.heads for node in nodes[: nodes.index(self.needed[0]) + 1]])
        """The words with which it can begin."""
        self.keys = tuple(node.key for node in sorted(self.needed, key=lambda node: -node.rarity))
        """Sets of words of which every match holds one each; the rarest first."""

    def possible(self, reading: Reading) -> bool:
        """A quick look: whether the text has the words at all."""
        for key in self.keys:  # noqa: SIM110 - the hottest line; all() costs three times as much
            if key.absent(reading):
                return False
        return True


def _join(out: States, more: States) -> None:
    for at, begun in more.items():
        if out.get(at, -1) < begun:
            out[at] = begun


def walk(nodes: tuple[Node, ...], reading: Reading, states: States, stop: int) -> States:
    """Step the states through all nodes; empty as soon as nothing matches."""
    for node in nodes:
        if not states:
            return states
        states = node.step(reading, states, stop)
    return states


class Lookup(Protocol):
    """Gives the alternatives of a concept by its name."""

    def __call__(self, name: str) -> Group: ...


def parse(text: str, lookup: Lookup) -> tuple[Sequence, ...]:
    """The alternatives of a pattern (a top-level `a|b` is allowed); an error names the pattern."""
    parser = _Parser(text, lookup)
    alternatives = parser.alternatives()
    if parser.pieces:
        raise parser.wrong("a ')' has no '('")
    return alternatives


class _Parser:
    def __init__(self, text: str, lookup: Lookup) -> None:
        self.text = text
        self.lookup = lookup
        self.pieces = _PIECE.findall(text)[::-1]

    def wrong(self, why: str) -> PrimumError:
        return PrimumError(f"Pattern '{self.text}': {why}.")

    def alternatives(self) -> tuple[Sequence, ...]:
        found = [self.sequence()]
        while self.pieces and self.pieces[-1] == "|":
            self.pieces.pop()
            found.append(self.sequence())
        return tuple(found)

    def sequence(self) -> Sequence:
        nodes: list[Node] = []
        while self.pieces and self.pieces[-1] not in ("|", ")", ")?"):
            nodes += self.piece(self.pieces.pop())
        if all(node.optional for node in nodes):
            raise self.wrong("an alternative has no word that must be there")
        if isinstance(nodes[0], Gap) or isinstance(nodes[-1], Gap):
            raise self.wrong("a gap stands at an end of it, where it means nothing; remove it")
        return Sequence(contracted(tuple(nodes)))

    def piece(self, piece: str) -> list[Node]:
        if piece == "(":
            inside = self.alternatives()
            if not self.pieces:
                raise self.wrong("a '(' is not closed")
            return [Group(inside, optional=self.pieces.pop() == ")?")]
        if piece[0] == "{":
            name = piece.strip("{}? ")
            try:
                found = self.lookup(name)
            except PrimumError as error:
                raise self.wrong(str(error).rstrip(".")) from None
            return [Group(found.alternatives, optional=True) if piece[-1] == "?" else found]
        if piece in ("..", "..."):
            return [Gap(_NARROW if piece == ".." else None)]
        if piece[0] == "#":
            return [Number(fold(piece[1:]))]
        return self.words(piece)

    def words(self, piece: str) -> list[Node]:
        if "{" in piece or "}" in piece:
            raise self.wrong("a '{' or '}' has no partner")
        if piece.endswith("?"):
            raise self.wrong(f"write '({piece[:-1]})?' for an optional word")
        if "*" in piece[:-1] or ".." in piece:
            raise self.wrong(f"'{piece}' is not understood; '*' stands at the end of a word, '..' by itself")
        found = tokens(fold(piece))
        if not found:
            raise self.wrong(f"'{piece}' holds no word")
        nodes: list[Node] = [Word(word) for word in found]
        if piece.endswith("*"):
            nodes[-1] = Prefix(found[-1])
        return nodes


def contracted(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """`do not` also as `don't`, and `don't` also as `do not`."""
    together, apart = _contractions()
    out: list[Node] = []
    at = 0
    while at < len(nodes):
        node = nodes[at]
        word = node.word if isinstance(node, Word) else ""
        after = nodes[at + 1] if at + 1 < len(nodes) else None
        pair = (word, after.word) if isinstance(after, Word) else None
        forms = together.get(pair) if pair else None
        width = 2 if forms else 1
        forms = forms or apart.get(word)
        if forms:
            out.append(Group(tuple(Sequence(tuple(Word(part) for part in form)) for form in forms)))
        else:
            out.append(node)
            width = 1
        at += width
    return tuple(out)


_Forms = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def _contractions() -> tuple[dict[tuple[str, str], _Forms], dict[str, _Forms]]:
    """All forms of a contraction, by the pair of words and by the one word."""
    together: dict[tuple[str, str], _Forms] = {}
    apart: dict[str, _Forms] = {}
    for short, forms in spelling().contractions.items():
        every = ((short,), *(tuple(form.split()) for form in forms))
        apart[short] = every
        for form in every:
            if len(form) == 2:
                together[(form[0], form[1])] = tuple(
                    dict.fromkeys((*together.get((form[0], form[1]), ()), *every))
                )
    return together, apart
