"""Content words in a cipher (T15)."""

import math
import re
from functools import lru_cache

import msgspec

from primum.scenarios.model import Record, Scenario
from primum.transforms.choose import shuffled
from primum.transforms.cipher import CIPHERS, CLOSE, OPEN, encode
from primum.transforms.content import load
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import map_user_turns, replace_turn

_WORD = re.compile(r"(?<![\w{'’])[A-Za-z]{4,}(?![\w}'’])")
"""A content word, about: four letters and more, no placeholder."""


class Cipher(Record, frozen=True):
    """One cipher and how the reader is told of it."""

    name: str
    cipher: str
    title: str
    key: str


class Table(Record, frozen=True):
    """obfuscation.yaml as written."""

    catalogue: str
    citation: str
    share: float
    ciphers: tuple[Cipher, ...]


@lru_cache(maxsize=1)
def table() -> Table:
    return load("data/obfuscation.yaml", Table)


class Obfuscated(msgspec.Struct, frozen=True):
    """A share of the content words of every user turn in cipher."""

    cipher: Cipher
    family: str = "obfuscation"
    relation: Relation = "stays"
    conflicts: frozenset[str] = frozenset(
        {"obfuscation", "wording", "facts", "impossible", "drug", "written"}
    )

    @property
    def name(self) -> str:
        return self.cipher.name

    @property
    def title(self) -> str:
        return self.cipher.title

    @property
    def catalogue(self) -> str:
        return table().catalogue

    @property
    def citation(self) -> str:
        return table().citation

    def fits(self, scenario: Scenario) -> str:
        text = "".join(turn.text for turn in scenario.turns)
        if OPEN in text or CLOSE in text:
            return "the text holds the brackets of the cipher"
        return (
            ""
            if all(_WORD.search(turn.text) for turn in scenario.user_turns)
            else "a turn has no content word"
        )

    def promise(self, scenario: Scenario) -> Promise:
        return Promise(cipher=self.cipher.cipher)

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        def coded(text: str, at: int) -> str:
            places = [found.span() for found in _WORD.finditer(text)]
            count = math.ceil(table().share * len(places))
            for begin, end in sorted(
                shuffled(places, seed, self.name, scenario.id, at)[:count], reverse=True
            ):
                text = text[:begin] + encode(text[begin:end], self.cipher.cipher) + text[end:]
            return text

        changed = map_user_turns(scenario, coded)
        return replace_turn(changed, 0, f"{self.cipher.key}\n{changed.turns[0].text}")


def transforms() -> tuple[Transform, ...]:
    assert all(one.cipher in CIPHERS for one in table().ciphers)
    return tuple(Obfuscated(one) for one in table().ciphers)
