"""The evidence pattern language: from its text to a tree of nodes. docs/scenarios.md explains the language."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from primum.errors import PrimumError
from primum.judging.nodes import Gap, Group, Node, Number, Prefix, Sequence, Without, Word
from primum.judging.reading import fold, tokens
from primum.judging.sentences import spelling

_PIECE = re.compile(r"\{[^{}]*\}\??|\(|\)\??|\||\.\.\.|\.\.|#[^\s(){}|]*|[^\s(){}|]+|[{}]")
_ONE = re.compile(r"[A-Za-z]+\*?")
_NARROW = 6
_REGULAR = frozenset("\\^")
_ENDS = frozenset(("|", ")", ")?"))


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
        pieces = self.pieces
        nodes: list[Node] = []
        while pieces and pieces[-1] not in _ENDS:
            piece = pieces.pop()
            if not nodes and _ONE.fullmatch(piece) and (not pieces or pieces[-1] in _ENDS):
                return _single(piece)
            nodes += self.piece(piece)
        if all(node.optional for node in nodes):
            raise self.wrong("an alternative has no word that must be there")
        nodes = _without_tail(nodes)
        if isinstance(nodes[0], Without):
            raise self.wrong("'!(…)' stands behind what it narrows")
        if isinstance(nodes[0], Gap) or isinstance(nodes[-1], Gap):
            raise self.wrong("a gap stands at an end of it, where it means nothing; remove it")
        return Sequence(contracted(tuple(nodes)))

    def group(self) -> Group:
        inside = self.alternatives()
        if not self.pieces:
            raise self.wrong("a '(' is not closed")
        return Group(inside, optional=self.pieces.pop() == ")?")

    def piece(self, piece: str) -> Iterable[Node]:
        if piece == "(":
            return [self.group()]
        if piece == "!":
            if not self.pieces or self.pieces.pop() != "(":
                raise self.wrong(
                    "'!' is followed by what the clause must not hold, in brackets: '!(if|unless)'"
                )
            return [Without(self.group())]
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

    def words(self, piece: str) -> Iterable[Node]:
        if "{" in piece or "}" in piece:
            raise self.wrong("a '{' or '}' has no partner")
        if piece.startswith("!"):
            raise self.wrong(f"write '!({piece[1:]})': what the clause must not hold, in brackets")
        if piece.endswith("?"):
            raise self.wrong(f"write '({piece[:-1]})?' for an optional word")
        if not _REGULAR.isdisjoint(piece):
            raise self.wrong(f"'{piece}' is no word; patterns are words and not regular expressions")
        if "*" in piece[:-1] or ".." in piece:
            raise self.wrong(f"'{piece}' is not understood; '*' stands at the end of a word, '..' by itself")
        nodes = _plain(piece)
        if not nodes:
            raise self.wrong(f"'{piece}' holds no word")
        return nodes


def _without_tail(nodes: list[Node]) -> list[Node]:
    """`x .. (y)?` finds what `x` finds; a quote should not run on over the gap."""
    last = max(at for at, node in enumerate(nodes) if not node.optional)
    for at in range(last + 1, len(nodes) - 1):
        if isinstance(nodes[at], Gap):
            return nodes[:at] + [node for node in nodes[at:] if isinstance(node, Without)]
    return nodes


@lru_cache(maxsize=16384)
def _plain(piece: str) -> tuple[Node, ...]:
    """The words of a piece of plain text, the last of them perhaps only a beginning."""
    found = tokens(fold(piece))
    nodes: list[Node] = [_word(word) for word in found]
    if found and piece.endswith("*"):
        nodes[-1] = Prefix(found[-1])
    return tuple(nodes)


@lru_cache(maxsize=16384)
def _word(word: str) -> Word:
    return Word(word)


@lru_cache(maxsize=16384)
def _single(piece: str) -> Sequence:
    """The alternative that is one word and nothing else, shared by all patterns."""
    return Sequence(contracted(_plain(piece)))


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
            out.append(Group(tuple(Sequence(tuple(_word(part) for part in form)) for form in forms)))
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
