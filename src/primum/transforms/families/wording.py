"""Other wordings by rule (T01), and the paraphrase without content that is the control of them all."""

import re
from functools import lru_cache
from typing import Literal

import msgspec

from primum.scenarios.model import Record, Scenario
from primum.transforms.choose import pick
from primum.transforms.content import load
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import insert, map_user_turns, rewrite_between
from primum.transforms.words import kept_spans, misread, misspell, swap


class Wording(Record, frozen=True):
    """One wording."""

    name: str
    title: str
    rate: float
    words: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    lower: bool = False
    unpunctuated: bool = False
    noise: Literal["", "typos", "ocr"] = ""
    documents: bool = False
    """Documents are changed where there are some, the turns otherwise."""
    only: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Paraphrase(Record, frozen=True):
    """The wording that changes nothing of weight."""

    title: str
    rate: float
    start: tuple[str, ...]
    end: tuple[str, ...]
    words: dict[str, tuple[str, ...]]


class Table(Record, frozen=True):
    """wording.yaml as written."""

    family: str
    catalogue: str
    citation: str
    wordings: tuple[Wording, ...]
    neighbours: dict[str, str]
    scanned: dict[str, tuple[str, ...]]
    paraphrase: Paraphrase


@lru_cache(maxsize=1)
def table() -> Table:
    return load("data/wording.yaml", Table)


class Reworded(msgspec.Struct, frozen=True):
    """A wording applied to every user turn."""

    wording: Wording
    family: str = "wording"
    relation: Relation = "stays"
    conflicts: frozenset[str] = frozenset({"wording", "obfuscation"})

    @property
    def name(self) -> str:
        return self.wording.name

    @property
    def title(self) -> str:
        return self.wording.title

    @property
    def catalogue(self) -> str:
        return table().catalogue

    @property
    def citation(self) -> str:
        return table().citation

    def fits(self, scenario: Scenario) -> str:
        for field, values in self.wording.only.items():
            if getattr(scenario, field) not in values:
                return f"{field} is '{getattr(scenario, field)}'"
        return ""

    def promise(self, scenario: Scenario) -> Promise:
        return Promise()

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        if self.wording.documents and scenario.documents:
            documents = tuple(
                msgspec.structs.replace(one, text=self._reworded(one.text, scenario, seed, f"d{at}"))
                for at, one in enumerate(scenario.documents)
            )
            scanned = msgspec.structs.replace(scenario, documents=documents)
            return None if scanned == scenario else scanned
        changed = map_user_turns(scenario, lambda text, at: self._reworded(text, scenario, seed, f"t{at}"))
        if changed == scenario and not self.wording.start:
            return None
        for place, sentences in (("start", self.wording.start), ("end", self.wording.end)):
            if sentences:
                said = pick(sentences, seed, self.name, scenario.id, place)
                last = place == "end"
                changed = insert(changed, said, "end" if last else "start", last_turn=last)
        return changed

    def _reworded(self, text: str, scenario: Scenario, seed: str, where: str) -> str:
        key = (seed, self.name, scenario.id, where)
        loose = not self.wording.noise
        return rewrite_between(
            text, kept_spans(text, scenario, loose), lambda piece, at: self._piece(piece, *key, at)
        )

    def _piece(self, piece: str, *key: str | int) -> str:
        wording = self.wording
        if wording.noise == "typos":
            return misspell(piece, table().neighbours, wording.rate, *key)
        if wording.noise == "ocr":
            return misread(piece, table().scanned, wording.rate, *key)
        piece = swap(piece, wording.words, wording.rate, *key)
        if wording.unpunctuated:
            piece = re.sub(r"[.,;:!?]+(?=\s|$)", "", piece)
        return piece.lower() if wording.lower else piece


class Neutral(msgspec.Struct, frozen=True):
    """The paraphrase without content: the control of every rewording. Many seeds give many texts."""

    name: str = "paraphrase.neutral"
    catalogue: str = "T01"
    family: str = "paraphrase"
    relation: Relation = "stays"
    conflicts: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return table().paraphrase.title

    @property
    def citation(self) -> str:
        return "Own design: the control that published flip rates lack"

    def fits(self, scenario: Scenario) -> str:
        return ""

    def promise(self, scenario: Scenario) -> Promise:
        return Promise()

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        control = table().paraphrase

        def reworded(text: str, at: int) -> str:
            key = (seed, self.name, scenario.id, at)
            return rewrite_between(
                text,
                kept_spans(text, scenario),
                lambda piece, start: swap(piece, control.words, control.rate, *key, start),
            )

        changed = map_user_turns(scenario, reworded)
        key = (seed, self.name, scenario.id)
        changed = insert(changed, pick(control.start, *key, "start"), "start")
        return insert(changed, pick(control.end, *key, "end"), "end", last_turn=True)


def transforms() -> tuple[Transform, ...]:
    return (Neutral(), *(Reworded(one) for one in table().wordings))
