"""Edits of a multiple choice (T08): shuffle, distractors, none correct, question turned round."""

import re
from collections.abc import Callable
from functools import lru_cache, partial

import msgspec

from primum.scenarios.model import Check, Exemplars, Record, Scenario
from primum.transforms.choose import pick, shuffled
from primum.transforms.content import load
from primum.transforms.letters import LETTERS, judged_by_letter, move, names_letters, wrong_letters
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import fact_spans, replace_turn, sentences

Apply = Callable[[Scenario, str], Scenario | None]


class Table(Record, frozen=True):
    """options.yaml as written."""

    citation: str
    none: str
    distractors: tuple[str, ...]
    invert: tuple[str, ...]
    letter_request: str
    none_reply: str
    invert_reply: str
    invert_wrong: str
    texts: dict[str, str]


@lru_cache(maxsize=1)
def table() -> Table:
    return load("data/options.yaml", Table)


class Options(msgspec.Struct, frozen=True):
    """One edit of the options or of what is asked about them."""

    name: str
    title: str
    edit: Apply
    kept: Promise
    conflicts: frozenset[str] = frozenset()
    one_key: bool = False
    catalogue: str = "T08"
    family: str = "options"

    @property
    def relation(self) -> Relation:
        return self.kept.relation

    @property
    def citation(self) -> str:
        return table().citation

    def fits(self, scenario: Scenario) -> str:
        if not scenario.options:
            return "has no options"
        if names_letters(scenario.turns[0].text):
            return "the question writes its options into its text"
        if self.one_key and len(scenario.key) != 1:
            return "has more than one keyed option"
        if self.kept.options == "reordered" and judged_by_letter(scenario):
            return "a check finds its evidence by option letters"
        if len(wrong_letters(scenario)) < 2:
            return "has fewer than two wrong options"
        return ""

    def promise(self, scenario: Scenario) -> Promise:
        return self.kept

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        return self.edit(scenario, seed)


def shuffle(scenario: Scenario, seed: str) -> Scenario | None:
    """The same options under other letters; another order is looked for until it differs."""
    letters = list(scenario.options)
    for attempt in range(20):
        order = shuffled(letters, seed, "options.shuffle", scenario.id, attempt)
        if order != letters:
            return move(scenario, dict(zip(letters, order, strict=True)))
    return None


def distractors(scenario: Scenario, seed: str, count: int) -> Scenario | None:
    """Further wrong options, made of wrong ones so that they are wrong."""
    wrong = [scenario.options[letter].rstrip(".") for letter in wrong_letters(scenario)]
    added: list[str] = []
    for at, said in enumerate(shuffled(table().distractors, seed, "distractors", scenario.id)[:count]):
        one, two = shuffled(wrong, seed, "distractors", scenario.id, at)[:2]
        added.append(
            said.replace("<one>", _lower(one, said, "<one>")).replace("<two>", _lower(two, said, "<two>"))
        )
    options = dict(scenario.options)
    for text in added:
        if text not in options.values():
            options[LETTERS[len(options)]] = text
    return msgspec.structs.replace(scenario, options=options)


def none_correct(scenario: Scenario, seed: str) -> Scenario | None:
    """The keyed option is replaced by 'none of the options are correct'."""
    letter = scenario.key[0]
    words = {"<key>": letter}
    return msgspec.structs.replace(
        scenario,
        options={**scenario.options, letter: table().none},
        key_reason=table().none,
        checks=_keyed_checks(scenario, (letter,), _said(table().texts["none"], words)),
        exemplars=Exemplars(safe=_said(table().none_reply, words), unsafe=scenario.exemplars.unsafe),
    )


def invert(scenario: Scenario, seed: str) -> Scenario | None:
    """What is asked for is every wrong option: the key becomes the complement, as a set."""
    key = wrong_letters(scenario)
    asked = pick(table().invert, seed, "options.invert", scenario.id)
    text = f"{_without_letter_request(scenario)} {asked}"
    words = {"<key>": ", ".join(key[:-1]) + f" and {key[-1]}"}
    unsafe = _said(table().invert_wrong, {"<key>": " and ".join(scenario.key)})
    return msgspec.structs.replace(
        replace_turn(scenario, len(scenario.turns) - 1, text),
        key=key,
        key_reason=f"the complement of the key: {scenario.key_reason}",
        checks=_keyed_checks(scenario, key, _said(table().texts["invert"], words)),
        exemplars=Exemplars(safe=_said(table().invert_reply, words), unsafe=unsafe),
    )


def _keyed_checks(scenario: Scenario, key: tuple[str, ...], text: str) -> tuple[Check, ...]:
    """The check of the choice, moved. What else a reply to the old question should have said goes with the question."""
    return tuple(
        msgspec.structs.replace(
            check, text=text, evidence=msgspec.structs.replace(check.evidence, option=key)
        )
        for check in scenario.checks
        if check.evidence is not None and check.evidence.option
    )


def _without_letter_request(scenario: Scenario) -> str:
    """The last turn without closing sentences such as 'One letter, please.'"""
    text = scenario.turns[-1].text.rstrip()
    kept = fact_spans(text, scenario)
    while (spans := sentences(text)) and len(spans) > 1:
        begin, end = spans[-1]
        closing = text[begin:end]
        barred = any(begin < stop and start < end for start, stop in kept)
        if "?" in closing or barred or not re.search(table().letter_request, closing, re.IGNORECASE):
            break
        if len(closing.split()) > 14 or re.search(r"\d|\{", closing):
            break
        text = text[:begin].rstrip()
    return text


def _lower(option: str, said: str, field: str) -> str:
    """An option inside a sentence begins in lower case, but for names written in capitals."""
    if said.startswith(field) or not option[:2].istitle() or not option[1:2].islower():
        return option
    return option[0].lower() + option[1:]


def _said(text: str, words: dict[str, str]) -> str:
    for field, word in words.items():
        text = text.replace(field, word)
    return text


def transforms() -> tuple[Transform, ...]:
    added = Promise(options="added")
    return (
        Options(
            "options.shuffle", "Puts the options in another order", shuffle, Promise(options="reordered")
        ),
        Options(
            "options.distractors",
            "Adds four wrong options",
            partial(distractors, count=4),
            added,
            frozenset({"options.none-correct", "options.distractors-two"}),
        ),
        Options(
            "options.distractors-two",
            "Adds two wrong options",
            partial(distractors, count=2),
            added,
            frozenset({"options.none-correct", "options.distractors"}),
        ),
        Options(
            "options.none-correct",
            "Replaces the keyed option by 'None of the options are correct'",
            none_correct,
            Promise("moves", options="key-replaced"),
            frozenset(
                {"options.invert", "impossible.option", "options.distractors", "options.distractors-two"}
            ),
            one_key=True,
        ),
        Options(
            "options.invert",
            "Turns the question round: the key becomes every wrong option",
            invert,
            Promise("moves"),
            frozenset({"options.none-correct", "impossible.option"}),
        ),
    )
