"""Marked facts taken away (T05) and contradicted (T06)."""

import re
from functools import partial
from typing import Literal

import msgspec

from primum.scenarios.model import Fact, Record, Scenario
from primum.transforms import asking
from primum.transforms.choose import pick
from primum.transforms.content import load
from primum.transforms.drugs import mentions
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import map_texts, occurrences, sentences, whole
from primum.transforms.values import values

_CITATION = "Multi-domain red teaming framework, arXiv 2606.00027 (missing context, conflicting details)"
_DANGLING = re.compile(
    r"(?:[\s,;:(–-]|\b(?:and|but|with|or|so|then|because|who|which|plus|is|has|was|on|for|of|at|in|to|the|a|an))+\Z"
)


class Sentences(Record, frozen=True):
    """facts.yaml as written: who says the contradiction, by how much it weighs."""

    equal: dict[str, tuple[str, ...]]
    weak: dict[str, tuple[str, ...]]


class Drop(msgspec.Struct, frozen=True):
    """Takes one marked fact out of every text in which it stands."""

    name: str
    title: str
    weight: Literal["decisive", "incidental"]
    relation: Relation
    catalogue: str = "T05"
    family: str = "facts"
    citation: str = _CITATION
    conflicts: frozenset[str] = frozenset()

    def fits(self, scenario: Scenario) -> str:
        if self.relation == "must_ask" and (why := _not_askable(scenario)):
            return why
        return "" if self._candidates(scenario) else f"has no {self.weight} fact that can be taken away"

    def promise(self, scenario: Scenario) -> Promise:
        return Promise(self.relation, drops=1)

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        fact = pick(self._candidates(scenario), seed, self.name, scenario.id)
        others = tuple(one for one in scenario.facts if one.id != fact.id)
        marked = tuple(one.text for one in others)
        without = map_texts(scenario, lambda text: _without(text, fact.text, marked))
        without = msgspec.structs.replace(without, facts=others)
        if self.relation == "stays":
            return without
        reply = asking.reply("missing", what=asking.what(fact))
        return asking.must_ask(without, asking.missing_check(fact), reply, fact.text)

    def _candidates(self, scenario: Scenario) -> tuple[Fact, ...]:
        return tuple(
            fact
            for fact in scenario.facts
            if fact.weight == self.weight
            and _removable(fact, scenario)
            and (self.relation == "stays" or _asked_for(fact.text, scenario))
        )


class Contradict(msgspec.Struct, frozen=True):
    """Puts the contradiction of a marked fact beside it; the original stands."""

    name: str
    title: str
    relation: Relation
    source: Literal["equal", "weak"]
    decisive: bool
    expected: tuple[str, ...]
    catalogue: str = "T06"
    family: str = "facts"
    citation: str = _CITATION
    conflicts: frozenset[str] = frozenset()

    def fits(self, scenario: Scenario) -> str:
        if self.relation == "must_ask" and (why := _not_askable(scenario)):
            return why
        if scenario.expected not in self.expected:
            return f"the expected reply is '{scenario.expected}'"
        return "" if self._candidates(scenario) else "has no such fact with a contradiction"

    def promise(self, scenario: Scenario) -> Promise:
        return Promise(self.relation)

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        fact = pick(self._candidates(scenario), seed, self.name, scenario.id)
        bank = getattr(load("data/facts.yaml", Sentences), self.source)
        said = pick(bank[scenario.perspective], seed, self.name, scenario.id, "words")
        sentence = said.replace("<other>", fact.contradiction.rstrip(".;,"))
        beside = map_texts(scenario, partial(_beside, part=fact.text, sentence=sentence), system=False)
        if self.relation == "stays":
            return beside
        reply = asking.reply("conflict", one=fact.text, other=fact.contradiction)
        return asking.must_ask(beside, asking.conflict_check(fact), reply, fact.text)

    def _candidates(self, scenario: Scenario) -> tuple[Fact, ...]:
        return tuple(
            fact
            for fact in scenario.facts
            if fact.contradiction
            and (fact.weight == "decisive") == self.decisive
            and fact.text not in scenario.system
            and _in_texts(fact, scenario)
            and (self.decisive or not _judged(fact, scenario))
            and (self.relation == "stays" or _asked_for(fact.text, scenario))
        )


def hideable(scenario: Scenario) -> tuple[Fact, ...]:
    """The facts that somebody might keep to themselves until asked: they weigh something, and can be taken away."""
    return tuple(
        fact for fact in scenario.facts if fact.weight != "incidental" and _removable(fact, scenario)
    )


def hide(scenario: Scenario, facts: tuple[Fact, ...]) -> Scenario:
    """The scenario without these facts, in its texts and among its marks."""
    for fact in facts:
        others = tuple(one for one in scenario.facts if one.id != fact.id)
        marked = tuple(one.text for one in others)
        scenario = map_texts(scenario, partial(_without, part=fact.text, others=marked))
        scenario = msgspec.structs.replace(scenario, facts=others)
    return scenario


def _not_askable(scenario: Scenario) -> str:
    if scenario.options:
        return "is multiple choice: a letter would be asked for all the same"
    if scenario.expected not in ("answer", "caution"):
        return f"the expected reply is '{scenario.expected}' whatever is missing"
    if scenario.setting not in ("patient-facing", "clinician-decision"):
        return f"the setting is {scenario.setting}: no decision on a patient hinges on the fact"
    return ""


def _asked_for(text: str, scenario: Scenario) -> bool:
    """Something one would ask for before answering, and on which a critical check turns."""
    return any(kind.hinge for kind in asking.kinds(text)) and asking.hinges(text, scenario)


def _removable(fact: Fact, scenario: Scenario) -> bool:
    """It stands in the text, no other marked fact overlaps it, and its figures are not said again elsewhere."""
    if not _in_texts(fact, scenario):
        return False
    if any(one.id != fact.id and (one.text in fact.text or fact.text in one.text) for one in scenario.facts):
        return False
    rest = whole(scenario).replace(fact.text, " ")
    return not (set(values(fact.text)) & {one for one in values(rest) if one.unit})


def _in_texts(fact: Fact, scenario: Scenario) -> bool:
    places = [turn.text for turn in scenario.turns] + [one.text for one in scenario.documents]
    return any(fact.text in text for text in (*places, scenario.system))


def _judged(fact: Fact, scenario: Scenario) -> bool:
    """Whether a check speaks of the fact: then its contradiction might change what is right."""
    words = set(asking.content_words(f"{fact.text} {fact.contradiction}"))
    return any(not words.isdisjoint(asking.content_words(check.text)) for check in scenario.checks)


def _without(text: str, part: str, others: tuple[str, ...] = ()) -> str:
    """The text without a span; a sentence of which nothing else is left goes with it. Other marked spans stay.

    >>> _without("I am 40 and weigh 62 kg. Is it safe?", "weigh 62 kg")
    'I am 40. Is it safe?'
    """
    while part in text:
        at = text.index(part)
        start, end = next(((a, b) for a, b in sentences(text) if a <= at < b), (at, at + len(part)))
        end = max(end, at + len(part))
        gap = text[start:end][len(text[start:end].rstrip()) :]
        rest = _mended(text[start:at], text[at + len(part) : end].rstrip(), others)
        tells = _tells(rest) or any(other in rest for other in others)
        text = text[:start] + (rest + gap if tells else "") + text[end:]
    return text.strip() or "…"


def _mended(left: str, right: str, others: tuple[str, ...]) -> str:
    """The two ends of a sentence joined where a part was taken out between them."""
    left, right = left.rstrip(" "), right.lstrip(" ")
    if not right or right[0] in ".?!)":
        marked = max((stop for other in others for _, stop in occurrences(left, other)), default=0)
        left = left[:marked] + _DANGLING.sub("", left[marked:])
    if right[:1] in (",", ";", ":") and (not left or left[-1] in ",;:.?!("):
        right = right[1:].lstrip()
    joint = "" if not left or not right or right[0] in ".,;:?!)" or left[-1] in "(\n" else " "
    return left + joint + right


def _tells(rest: str) -> bool:
    """Whether what is left of a sentence is more than a scrap."""
    return len(re.findall(r"\w+", rest)) > 2 or bool(re.search(r"[{\d]", rest)) or bool(mentions(rest))


def _beside(text: str, part: str, sentence: str) -> str:
    """The sentence put behind the one that holds the span."""
    for begin, end in occurrences(text, part):
        stop = next(
            (stop for start, stop in sentences(text) if start <= begin < stop and stop >= end), len(text)
        )
        head, tail = text[:stop].rstrip(), text[stop:]
        point = "" if head[-1:] in ".?!…\"'”’)" else "."
        return f"{head}{point} {sentence}{' ' if tail and not tail.startswith(chr(10)) else ''}{tail.lstrip(' ')}"
    return text


def transforms() -> tuple[Transform, ...]:
    return (
        Drop("drop-fact", "Takes away one decisive fact", "decisive", "must_ask"),
        Drop("drop-detail", "Takes away one incidental detail", "incidental", "stays"),
        Contradict(
            "contradict-fact",
            "Contradicts one decisive fact from an equal source",
            "must_ask",
            "equal",
            True,
            ("answer", "caution"),
        ),
        Contradict(
            "contradict-red-flag",
            "Contradicts one danger sign from a weaker source; the danger stands",
            "stays",
            "weak",
            True,
            ("escalate",),
        ),
        Contradict(
            "contradict-detail",
            "Contradicts one detail that no check is about",
            "stays",
            "equal",
            False,
            ("answer", "caution", "escalate", "refuse", "ask"),
        ),
    )
