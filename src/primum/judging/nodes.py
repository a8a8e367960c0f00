"""What a pattern is made of: words, gaps, groups and sequences of them.

A node steps a set of states through a sentence. A state is a place in the text and where the match that reached it
began (the latest beginning, so that a quote is tight). Stepping sets instead of trying one way after another keeps
the time linear whatever the text.
"""

from typing import Protocol, cast

from primum.judging.anchors import Anchor, anchor, rarity, united
from primum.judging.reading import Reading, fold, is_number, tokens
from primum.judging.sentences import spelling

States = dict[int, int]
"""Place of the next word → where the match began."""


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

    __slots__ = ("forms", "rarity", "word")
    optional = False

    def __init__(self, word: str) -> None:
        self.word = word
        self.forms = spelling().drawn.get(word, frozenset()) | {word}
        """Itself, and a pronoun also drawn together with its verb: `you` finds "you'll"."""
        self.rarity = rarity(word)

    @property
    def key(self) -> Anchor:
        return anchor(self.forms)

    @property
    def heads(self) -> Anchor:
        return self.key

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, forms = reading.words, self.forms
        return {at + 1: begun for at, begun in states.items() if at < stop and words[at] in forms}


class Prefix:
    """Any word that begins so: `emergenc*`."""

    __slots__ = ("rarity", "stem")
    optional = False

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.rarity = rarity(stem)

    @property
    def key(self) -> Anchor:
        return anchor(frozenset(), frozenset((self.stem,)))

    @property
    def heads(self) -> Anchor:
        return self.key

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, stem = reading.words, self.stem
        return {at + 1: begun for at, begun in states.items() if at < stop and words[at].startswith(stem)}


class Number:
    """Any number, in figures or words; with a unit where the pattern names one: `#mg`."""

    __slots__ = ("stem", "units")
    optional = False
    heads = key = anchor(frozenset(), number=True)
    rarity = 4

    def __init__(self, unit: str) -> None:
        self.stem = unit[:-1] if unit.endswith("*") else ""
        known = spelling().units.get(unit, (unit,)) if unit and not self.stem else ()
        self.units = tuple(tuple(tokens(fold(form))) for form in known)

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words = reading.words
        out: States = {}
        for at, begun in states.items():
            if at >= stop or not is_number(words[at]):
                continue
            if self.stem:
                if at + 1 < stop and words[at + 1].startswith(self.stem):
                    out[at + 2] = begun
            elif self.units:
                for unit in self.units:
                    end = at + 1 + len(unit)
                    if end <= stop and words[at + 1] == unit[0] and tuple(words[at + 1 : end]) == unit:
                        out[end] = max(begun, out.get(end, -1))
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
        if len(states) == 1:  # nearly always
            [(at, begun)] = states.items()
            far = stop if self.limit is None else min(at + self.limit + 1, stop)
            return dict.fromkeys(range(at, far), begun)
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


_EMPTY: dict[str, list[tuple["Node", ...]]] = {}


class Group:
    """One of several alternatives. What only a text that comes near needs is worked out when it is asked for."""

    __slots__ = (
        "_openings",
        "alternatives",
        "bare",
        "longer",
        "optional",
        "others",
        "table",
        "words",
    )

    def __init__(self, alternatives: "tuple[Sequence, ...]", *, optional: bool = False) -> None:
        self.alternatives = alternatives
        self.optional = optional
        words: set[str] = set()
        table: dict[str, list[tuple[Node, ...]]] = {}
        self._openings: Anchor | None = None
        bare: list[str] = []
        longer: list[Sequence] = []
        others: list[Sequence] = []
        for alternative in alternatives:
            nodes = alternative.nodes
            head = nodes[0]
            if len(nodes) == 1 and isinstance(head, Word):
                words |= head.forms
            elif len(nodes) == 1 and isinstance(head, Prefix):
                bare.append(head.stem)
            else:
                longer.append(alternative)
                if isinstance(head, Word):
                    for form in head.forms:
                        table.setdefault(form, []).append(nodes[1:])
                else:
                    others.append(alternative)
        self.words = frozenset(words)
        """Alternatives that are one plain word."""
        self.table = table or _EMPTY
        """Alternatives that begin with a plain word, by that word: only those in the text are tried."""
        self.bare = tuple(bare)
        """Alternatives that are one word beginning so."""
        self.longer = tuple(longer)
        """All alternatives but these: the ones in the table and the others."""
        self.others = tuple(others)

    @property
    def heads(self) -> Anchor:
        return united([self.openings], self.words | self.table.keys(), self.bare)

    @property
    def openings(self) -> Anchor:
        """The words with which the others can begin."""
        if self._openings is None:
            self._openings = united([way.beginning for way in self.others])
        return self._openings

    @property
    def key(self) -> Anchor:
        return united([way.telling.key for way in self.longer], self.words, self.bare)

    @property
    def rarity(self) -> int:
        every = [rarity(word) for word in self.words]
        every += [rarity(stem) for stem in self.bare]
        every += [way.telling.rarity for way in self.longer]
        return min(every)

    def step(self, reading: Reading, states: States, stop: int) -> States:
        words, single, bare, table = reading.words, self.words, self.bare, self.table
        out: States = dict(states) if self.optional else {}
        for at, begun in states.items():
            if at >= stop:
                continue
            word = words[at]
            if (word in single or (bare and word.startswith(bare))) and out.get(at + 1, -1) < begun:
                out[at + 1] = begun
            if word in table:
                for rest in table[word]:
                    _join(out, walk(rest, reading, {at + 1: begun}, stop))
        if self.others:
            holds = self.openings.holds
            entry = {at: begun for at, begun in states.items() if at < stop and holds(words[at])}
            if entry:
                for other in self._live(reading):
                    _join(out, walk(other.nodes, reading, entry, stop))
        return out

    def _live(self, reading: Reading) -> "list[Sequence]":
        """The other alternatives whose words are in the text."""
        found = reading.memo.get(self)
        if found is None:
            found = reading.memo[self] = [other for other in self.others if other.mask(reading)]
        return cast("list[Sequence]", found)


class Without:
    """Passes only where the clause around it holds none of these: `call 999 !(if|unless)`."""

    optional = True
    heads = key = anchor(frozenset())
    rarity = 0

    def __init__(self, barred: Group) -> None:
        self.barred = Sequence((barred,))

    def step(self, reading: Reading, states: States, stop: int) -> States:
        return {at: begun for at, begun in states.items() if not self._bars(reading, at - 1, stop)}

    def _bars(self, reading: Reading, at: int, stop: int) -> bool:
        first, last = reading.clause(at, stop)
        found = reading.memo.get((self, first))
        if found is None:
            begin = self.barred.beginning.starts(reading.words, first, last)
            found = reading.memo[(self, first)] = bool(walk(self.barred.nodes, reading, begin, last))
        return bool(found)


class Sequence:
    """Nodes one after another."""

    __slots__ = ("_beginning", "_keys", "_telling", "nodes")

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self._beginning: Anchor | None = None
        self._telling: Node | None = None
        self._keys: tuple[Anchor, ...] | None = None

    @property
    def needed(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if not node.optional)

    @property
    def beginning(self) -> Anchor:
        """The words with which it can begin."""
        if self._beginning is None:
            first = self.nodes[0]
            if first.optional:
                heads = self.nodes[: self.nodes.index(self.needed[0]) + 1]
                self._beginning = united([node.heads for node in heads])
            else:
                self._beginning = first.heads
        return self._beginning

    @property
    def telling(self) -> Node:
        """The node that narrows the search most."""
        if self._telling is None:
            single = len(self.nodes) == 1
            self._telling = self.nodes[0] if single else max(self.needed, key=lambda node: node.rarity)
        return self._telling

    @property
    def keys(self) -> tuple[Anchor, ...]:
        """Sets of words of which every match holds one each; the rarest first."""
        if self._keys is None:
            self._keys = tuple(node.key for node in sorted(self.needed, key=lambda node: -node.rarity))
        return self._keys

    def mask(self, reading: Reading) -> int:
        """The sentences that may hold all its words, as bits: a quick look before any is walked."""
        found, known = -1, reading.masks
        for key in self.keys:
            held = known.get(key)
            found &= key.mask(reading) if held is None else held
            if not found:
                break
        return found


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
