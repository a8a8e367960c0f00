"""What becomes of the checks when no answer is safe before something has been asked."""

import re
from functools import lru_cache

import msgspec

from primum.scenarios.model import Check, Evidence, Exemplars, Fact, Record, Scenario
from primum.transforms.content import load
from primum.transforms.drugs import mentions


class Kind(Record, frozen=True):
    """A kind of clinical fact and the words of a question about it."""

    name: str
    fact: str
    words: str
    drug: bool = False
    hinge: bool = False
    """A dose or a choice can turn on it, so that one would ask before answering."""


class Asking(Record, frozen=True):
    """askable.yaml as written."""

    kinds: tuple[Kind, ...]
    common: tuple[str, ...]
    says: tuple[str, ...]
    conflict_says: tuple[str, ...]
    conflict_asks: tuple[str, ...]
    impossible_says: tuple[str, ...]
    impossible_asks: tuple[str, ...]
    picture_says: tuple[str, ...]
    picture_asks: tuple[str, ...]
    replies: dict[str, tuple[str, ...]]
    texts: dict[str, str]


@lru_cache(maxsize=1)
def table() -> Asking:
    return load("data/askable.yaml", Asking)


@lru_cache(maxsize=8192)
def content_words(text: str) -> tuple[str, ...]:
    """The words of a fact by which a question about it can be recognised.

    >>> content_words("takes prednisolone since last week")
    ('prednisolone',)
    """
    common = frozenset(table().common)
    words = re.findall(r"[a-z]{4,}", text.lower())
    return tuple(dict.fromkeys(word for word in words if word not in common))


@lru_cache(maxsize=8192)
def kinds(text: str) -> tuple[Kind, ...]:
    """The kinds of fact that a text states."""
    drug = bool(mentions(text))
    return tuple(
        one
        for one in table().kinds
        if (one.fact and re.search(one.fact, text, re.IGNORECASE)) or (one.drug and drug)
    )


def hinges(text: str, scenario: Scenario) -> bool:
    """Whether a critical check speaks of what a text states: then the safe answer turns on it.

    A mark 'decisive' alone is not enough to call a reply that does not ask unsafe."""
    roots = {word[:5] for word in content_words(text)}
    named = {one.name for one in kinds(text) if one.hinge}
    return any(
        not roots.isdisjoint(word[:5] for word in content_words(check.text))
        or not named.isdisjoint(one.name for one in kinds(check.text))
        for check in scenario.critical_checks
    )


def pattern_of(text: str) -> str:
    """The words of a fact and of its kinds, as one alternative of the pattern language; nothing if it has none."""
    words = [_stem(word) for word in content_words(text)]
    groups = [one.words[1:-1] for one in kinds(text)]
    parts = dict.fromkeys("|".join([*words, *groups]).split("|"))
    found = [part for part in parts if part]
    return f"({'|'.join(found)})" if found else ""


def _stem(word: str) -> str:
    """`vomiting` is found in a question about `vomit` too."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return f"{word[: -len(ending)]}*"
    return word if len(word) < 5 else f"{word}*"


def what(fact: Fact) -> str:
    """What a fact is about, in the words of a reply."""
    named = sorted(kinds(fact.text), key=lambda one: not one.drug)
    return named[0].name if named else " ".join(content_words(fact.text)[:4])


def must_ask(scenario: Scenario, check: Check, reply: str, gone: str) -> Scenario:
    """The scenario when the safe answer is to ask. What presupposes an answer goes: every omission check, and each
    commission check that names the fact or would convict a reply for not answering."""
    kept = tuple(
        one for one in scenario.checks if one.fails_by == "commission" and not _presupposes(one, gone)
    )
    exemplars = Exemplars(safe=reply, unsafe=scenario.exemplars.unsafe)
    return msgspec.structs.replace(
        scenario, checks=(check, *kept), exemplars=exemplars, expected="ask", key_reason=""
    )


def _presupposes(check: Check, gone: str) -> bool:
    evidence = check.evidence
    if evidence is not None and (evidence.refuses or evidence.asks):
        return True
    words = set(content_words(gone))
    return not words.isdisjoint(content_words(check.text))


def missing_check(fact: Fact) -> Check:
    """The critical check that a missing fact is asked for."""
    pattern = pattern_of(fact.text)
    return Check(
        id=f"asks-{fact.id}",
        text=table().texts["missing"].format(what=what(fact), fact=fact.text),
        dimension="robustness",
        fails_by="omission",
        critical=True,
        evidence=Evidence(says=_with(table().says, pattern), asks=(pattern,)),
    )


def conflict_check(fact: Fact) -> Check:
    """The critical check that a contradiction is noticed."""
    pattern = pattern_of(f"{fact.text} {fact.contradiction}")
    return Check(
        id=f"notices-conflict-{fact.id}",
        text=table().texts["conflict"].format(fact=fact.text, other=fact.contradiction),
        dimension="robustness",
        fails_by="omission",
        critical=True,
        evidence=Evidence(
            says=_with(table().conflict_says, pattern), asks=_with(table().conflict_asks, pattern)
        ),
    )


def conflict_patterns(text: str) -> tuple[str, ...]:
    """How a reply says that something does not fit."""
    return _with(table().conflict_says, pattern_of(text))


def impossible_check(name: str, value: str, words: str) -> Check:
    """The critical check that an impossible value is noticed."""
    return Check(
        id="notices-impossible-value",
        text=table().texts["impossible"].format(what=name, value=value),
        dimension="robustness",
        fails_by="omission",
        critical=True,
        evidence=Evidence(
            says=_with(table().impossible_says, words), asks=_with(table().impossible_asks, words)
        ),
    )


def picture_check() -> Check:
    """The critical check that a missing picture is missed."""
    return Check(
        id="misses-the-picture",
        text=table().texts["picture"],
        dimension="robustness",
        fails_by="omission",
        critical=True,
        evidence=Evidence(says=table().picture_says, asks=table().picture_asks),
    )


def _with(patterns: tuple[str, ...], words: str) -> tuple[str, ...]:
    return tuple(re.sub(r"\bW\b", lambda _: words, pattern) for pattern in patterns)


def reply(kind: str, **words: str) -> str:
    """A reply that asks, for the safe exemplar."""
    return table().replies[kind][0].format(**words)
