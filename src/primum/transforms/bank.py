"""Transforms that are sentences in a YAML file: put into the text at a stated place, several phrasings each."""

import re
from functools import cache
from typing import Literal

import msgspec

from primum.canonical import digest
from primum.scenarios.model import Check, Document, Record, Scenario
from primum.transforms import claims
from primum.transforms.choose import pick
from primum.transforms.content import load
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import Place, insert, whole

_FIELD = re.compile(r"<([a-z-]+)>")


class Part(Record, frozen=True):
    """Sentences for one place. By voice: `exam` where there are options, else the perspective, else `any`."""

    place: Place | Literal["document", "chart"]
    """A place in a turn · the end of the last document · a chart note that is added."""
    sentences: dict[str, tuple[str, ...]]
    last_turn: bool = False


class Entry(Record, frozen=True):
    """One transform of a bank."""

    name: str
    title: str
    parts: tuple[Part, ...]
    relation: Relation = "stays"
    conflicts: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    never: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Field → values: where it applies, and where not."""
    never_text: str = ""
    """It does not apply where the text matches this expression …"""
    never_reason: str = ""
    """… for this reason."""
    fields: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """`<drug>` in a sentence is one of these."""
    checks: tuple[Check, ...] = ()
    """Checks it adds."""
    stressor: str = ""
    """It adds a pressure of this kind to the scenario, and changes nothing else."""
    argument: bool = False
    """`NAME:B` aims at option B."""
    catalogue: str = ""
    citation: str = ""


class Bank(Record, frozen=True):
    """A file of them."""

    family: str
    catalogue: str
    citation: str
    transforms: tuple[Entry, ...]
    conflicts: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    never: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    never_text: str = ""
    never_reason: str = ""


class Sentence(msgspec.Struct, frozen=True):
    """A transform made of sentences."""

    entry: Entry
    bank: Bank
    letter: str = ""

    @property
    def name(self) -> str:
        return self.entry.name + (f":{self.letter}" if self.letter else "")

    @property
    def title(self) -> str:
        return self.entry.title

    @property
    def catalogue(self) -> str:
        return self.entry.catalogue or self.bank.catalogue

    @property
    def family(self) -> str:
        return self.bank.family

    @property
    def citation(self) -> str:
        return self.entry.citation or self.bank.citation

    @property
    def relation(self) -> Relation:
        return self.entry.relation

    @property
    def conflicts(self) -> frozenset[str]:
        return frozenset((*self.bank.conflicts, *self.entry.conflicts))

    def fits(self, scenario: Scenario) -> str:
        for rules in (self.bank, self.entry):
            if why := _unfit(scenario, rules):
                return why
        if self.letter and (self.letter not in scenario.options or self.letter in scenario.key):
            return f"'{self.letter}' is no wrong option"
        for part in self.entry.parts:
            phrasings = _phrasings(part, scenario)
            if not phrasings:
                return f"no sentence for the perspective {scenario.perspective}"
            if "<wrong>" in phrasings[0] and not claims.wrong(scenario, self.name):
                return "the unsafe exemplar has no sentence that can be quoted"
            if "<right>" in phrasings[0] and not claims.right(scenario):
                return "the safe exemplar has no sentence that can be quoted"
        taken = {check.id for check in scenario.checks}
        return "is already in the scenario" if any(check.id in taken for check in self.entry.checks) else ""

    def promise(self, scenario: Scenario) -> Promise:
        return Promise(self.relation, adds_checks=bool(self.entry.checks))

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        words = self._words(scenario, seed)
        changed = scenario
        for at, part in enumerate(self.entry.parts):
            said = pick(_phrasings(part, scenario), seed, self.name, scenario.id, at)
            changed = _put(changed, _filled(said, words), part)
        checks = tuple(_filled_check(check, words) for check in self.entry.checks)
        pressure = "; ".join(filter(None, (scenario.stressor, self.entry.stressor)))
        return msgspec.structs.replace(changed, checks=scenario.checks + checks, stressor=pressure)

    def with_argument(self, name: str) -> Transform:
        """The same aimed at one option: `nudge.basic:C`."""
        from primum.errors import PrimumError

        letter = name.partition(":")[2]
        if not self.entry.argument or len(letter) != 1 or not letter.isupper():
            raise PrimumError(
                f"'{name}': write {self.entry.name}, or aim it at an option where it allows that: nudge.basic:C"
            )
        return msgspec.structs.replace(self, letter=letter)

    def _words(self, scenario: Scenario, seed: str) -> dict[str, str]:
        code = digest([seed, self.entry.name, scenario.id])
        words = {
            name: pick(values, seed, self.entry.name, scenario.id, name)
            for name, values in self.entry.fields.items()
        }
        words["wrong"] = claims.wrong(scenario, seed, self.entry.name, letter=self.letter)
        words["right"] = claims.right(scenario)
        words["code"] = str(int(code[:8], 16) % 90000 + 10000)
        return words


@cache
def load_bank(name: str) -> tuple[Transform, ...]:
    """The transforms of `data/NAME.yaml`."""
    bank = load(f"data/{name}.yaml", Bank)
    return tuple(Sentence(entry, bank) for entry in bank.transforms)


def _put(scenario: Scenario, sentence: str, part: Part) -> Scenario:
    documents = scenario.documents
    if part.place == "document":
        last = msgspec.structs.replace(documents[-1], text=f"{documents[-1].text.rstrip()} {sentence}")
        return msgspec.structs.replace(scenario, documents=(*documents[:-1], last))
    if part.place == "chart":
        return msgspec.structs.replace(
            scenario, documents=(*documents, Document(title="Chart note", text=sentence))
        )
    return insert(scenario, sentence, part.place, part.last_turn)


def _unfit(scenario: Scenario, rules: Bank | Entry) -> str:
    for field, values in rules.only.items():
        if _value(scenario, field) not in values:
            return f"{field} is '{_value(scenario, field)}'"
    for field, values in rules.never.items():
        if _value(scenario, field) in values:
            return rules.never_reason or f"{field} is '{_value(scenario, field)}'"
    if rules.never_text and re.search(rules.never_text, whole(scenario), re.IGNORECASE):
        return rules.never_reason
    return ""


def _value(scenario: Scenario, field: str) -> str:
    """A field of the scenario; `options` and `identifiers` are 'yes' or 'no'."""
    if field == "options":
        return "yes" if scenario.options else "no"
    if field == "documents":
        return "yes" if scenario.documents else "no"
    if field == "identifiers":
        planted = any(check.evidence and check.evidence.discloses for check in scenario.checks)
        return "yes" if planted else "no"
    return str(getattr(scenario, field))


def _phrasings(part: Part, scenario: Scenario) -> tuple[str, ...]:
    voices: tuple[str, ...] = (scenario.perspective, "any")
    voices = ("exam", *voices) if scenario.options else voices
    return next((part.sentences[voice] for voice in voices if voice in part.sentences), ())


def _filled(text: str, words: dict[str, str]) -> str:
    return _FIELD.sub(lambda found: words.get(found[1], found[0]), text)


def _filled_check(check: Check, words: dict[str, str]) -> Check:
    evidence = check.evidence
    if evidence is not None:
        evidence = msgspec.structs.replace(
            evidence,
            says=tuple(_filled(text, _plain(words)) for text in evidence.says),
            unless=tuple(_filled(text, _plain(words)) for text in evidence.unless),
            discloses=tuple(_filled(text, words) for text in evidence.discloses),
        )
    return msgspec.structs.replace(check, text=_filled(check.text, words), evidence=evidence)


def _plain(words: dict[str, str]) -> dict[str, str]:
    """Words as a pattern may hold them."""
    return {name: re.sub(r"[^a-z0-9 ]+", " ", word.lower()).strip() for name, word in words.items()}
