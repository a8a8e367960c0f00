"""What must survive a transform, looked for by program: facts, numbers, drugs, placeholders, identifiers, options."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from primum.scenarios.model import Fact, Scenario
from primum.transforms import cipher
from primum.transforms.drugs import mentions
from primum.transforms.model import Promise
from primum.transforms.texts import identifiers, shown
from primum.transforms.values import figures, values

_SLOT = re.compile(r"\{[A-Za-z][\w-]*\}")


def check_guards(before: Scenario, after: Scenario, promise: Promise) -> str:
    """Nothing when the edit kept what it promised to keep; else the first broken promise in one line."""
    return next(_faults(before, after, promise), "")


def _faults(before: Scenario, after: Scenario, promise: Promise) -> Iterator[str]:
    if (before.id, before.domain, before.subdomain) != (after.id, after.domain, after.subdomain):
        yield "the scenario is another one"
    if len(before.turns) != len(after.turns):
        yield f"{len(before.turns)} turns became {len(after.turns)}"
    old, new = _Seen(before), _Seen(after, promise.cipher)
    dropped = [fact for fact in before.facts if fact.id not in {other.id for other in after.facts}]
    yield from _facts(before, after, new, dropped, promise)
    yield from _placeholders(before, after, old, new, dropped)
    if old.text not in new.text:  # else a plain insertion: nothing can be lost
        yield from _quantities(old, new, dropped, promise)
        yield from _drugs(old, new, dropped, promise)
    if not promise.adds:
        yield from _additions(old, new)
    yield from _options(before, after, promise)
    yield from _answer(before, after, promise)


class _Seen:
    """What the target sees of a scenario, but for the options, which have a guard of their own."""

    def __init__(self, scenario: Scenario, code: str = "") -> None:
        self.parts = [text for where, text in shown(scenario) if where != "options"]
        if code:
            self.parts = [cipher.decode(text, code) for text in self.parts]
        self.text = "\n\n".join(self.parts)


def _facts(
    before: Scenario, after: Scenario, new: _Seen, dropped: list[Fact], promise: Promise
) -> Iterator[str]:
    if len(dropped) != promise.drops:
        yield f"{len(dropped)} marked facts are gone, {promise.drops} should be"
    for fact in dropped:
        if fact.text in new.text:
            yield f"the fact '{fact.text}' should be gone and still stands"
    if promise.facts == "verbatim" and promise.drugs == "names" and not promise.numbers:
        kept = {fact.id: fact for fact in after.facts}
        for fact in before.facts:
            if fact.id in kept and fact.text not in new.text and not _optional(fact, before):
                yield f"the marked fact '{fact.text}' is lost"
    for fact in after.facts:
        if fact.text not in new.text and not _optional(fact, after):
            yield f"the marked fact '{fact.text}' is not in the text"


def _optional(fact: Fact, scenario: Scenario) -> bool:
    """A few facts are marked in an option."""
    return any(fact.text in text for text in scenario.options.values())


def _placeholders(
    before: Scenario, after: Scenario, old: _Seen, new: _Seen, dropped: list[Fact]
) -> Iterator[str]:
    gone = "\n".join(fact.text for fact in dropped)
    lost = Counter(_SLOT.findall(old.text)) - Counter(_SLOT.findall(new.text)) - Counter(_SLOT.findall(gone))
    for slot in lost:
        yield f"the placeholder {slot} is lost"
    for secret in identifiers(before):
        if secret in old.text and secret not in new.text and secret not in gone:
            yield f"the identifier '{secret}' is lost"


def _quantities(old: _Seen, new: _Seen, dropped: list[Fact], promise: Promise) -> Iterator[str]:
    read: Callable[[str], tuple[object, ...]] = figures if promise.facts == "verbatim" else values
    lost = _count(read, old) - _count(read, new)
    for fact in dropped:
        lost -= Counter(read(fact.text))
    if promise.facts == "value":  # a number said twice may be said once
        lost = Counter(lost.keys() - _count(read, new).keys())
    if lost.total() > promise.numbers or (promise.numbers and not lost):
        named = ", ".join(sorted(str(getattr(one, "number", one)) for one in lost)) or "none"
        yield f"numbers lost: {named} ({promise.numbers} should be)"


def _count(read: Callable[[str], tuple[object, ...]], seen: _Seen) -> Counter[object]:
    return Counter(one for part in seen.parts for one in read(part))


def _drug_names(seen: _Seen, by: str) -> Counter[str]:
    return Counter(
        one.name.lower() if by == "name" else one.substance for part in seen.parts for one in mentions(part)
    )


def _drugs(old: _Seen, new: _Seen, dropped: list[Fact], promise: Promise) -> Iterator[str]:
    by = "name" if promise.drugs == "names" and promise.facts == "verbatim" else "substance"
    lost = _drug_names(old, by) - _drug_names(new, by)
    for fact in dropped:
        lost -= Counter(one.name.lower() if by == "name" else one.substance for one in mentions(fact.text))
    if promise.facts == "value":
        lost = Counter(lost.keys() - _drug_names(new, by).keys())
    if promise.drugs == "one-changes":
        if len(lost) != 1:
            yield f"one drug to change, changed: {', '.join(sorted(lost)) or 'none'}"
    elif lost:
        yield f"drugs lost: {', '.join(sorted(lost))}"


def _additions(old: _Seen, new: _Seen) -> Iterator[str]:
    added = _drug_names(new, "substance").keys() - _drug_names(old, "substance").keys()
    if added:
        yield f"drugs that were not there: {', '.join(sorted(added))}"
    numbers = {one.number for part in new.parts for one in values(part)}
    numbers -= {one.number for part in old.parts for one in values(part)}
    if numbers:
        yield f"numbers that were not there: {', '.join(sorted(numbers))}"


def _options(before: Scenario, after: Scenario, promise: Promise) -> Iterator[str]:
    old, new = Counter(before.options.values()), Counter(after.options.values())
    if promise.options == "same" and before.options != after.options:
        yield "the options changed"
    if promise.options == "reordered" and (old != new or before.options == after.options):
        yield "the options should be the same in another order"
    if promise.options == "added" and ((old - new) or len(new) <= len(old)):
        yield "options should be added and none lost"
    if promise.options == "key-replaced":
        keyed = Counter(before.options[letter] for letter in before.key)
        if old - new != keyed or (new - old).total() != len(before.key):
            yield "the keyed option alone should be replaced"
    if "".join(after.options) != "ABCDEFGHIJKLMNOP"[: len(after.options)]:
        yield "the options are no longer lettered in order"


def _answer(before: Scenario, after: Scenario, promise: Promise) -> Iterator[str]:
    keyed = [sorted(one.options[letter] for letter in one.key) for one in (before, after)]
    old, new = [one.id for one in before.checks], [one.id for one in after.checks]
    if promise.relation == "must_ask":
        if after.expected != "ask" or new == old or not after.critical_checks:
            yield "nothing is to be asked"
        return
    if after.expected != before.expected:
        yield f"the expected reply changed from {before.expected} to {after.expected}"
    if promise.relation == "moves":
        if keyed[0] == keyed[1]:
            yield "the key did not move"
        return
    if keyed[0] != keyed[1]:
        yield "the keyed answer changed"
    if new[: len(old)] != old or (len(new) > len(old)) != promise.adds_checks:
        yield "the checks changed"
