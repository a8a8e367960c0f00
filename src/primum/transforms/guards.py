"""What must survive a transform, looked for by program: facts, numbers, drugs, placeholders, identifiers, options."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from string import ascii_letters, digits

from primum.scenarios.model import Fact, Scenario
from primum.transforms import cipher
from primum.transforms.drugs import mentions
from primum.transforms.model import Promise
from primum.transforms.texts import PICTURES, identifiers, shown
from primum.transforms.values import figures, values

_INNER = frozenset(ascii_letters + digits + ".,/-")
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
    kept_ids = {fact.id for fact in after.facts}
    dropped = [fact for fact in before.facts if fact.id not in kept_ids]
    yield from _facts(before, after, new, dropped, promise)
    yield from _placeholders(before, old, new, dropped)
    if rewritten := [where for where in old.parts if not _only_inserted(old, new, where)]:
        was, now = old.of(rewritten), new.of(rewritten)
        yield from _quantities(was, now, dropped, promise)
        yield from _drugs(was, now, dropped, promise)
    elif promise.numbers or promise.drugs == "one-changes":
        yield "nothing was changed that should be"
    if not promise.adds:
        yield from _additions(list(old.parts.values()), list(new.parts.values()))
    yield from _options(before, after, promise)
    yield from _pictures(before, after, promise)
    yield from _answer(before, after, promise)


class _Seen:
    """What the target reads of a scenario, but for options and pictures, which have guards of their own."""

    def __init__(self, scenario: Scenario, code: str = "") -> None:
        self.parts = {
            where: text
            for where, text in shown(scenario)
            if where != "options" and not where.startswith(PICTURES)
        }
        if code:
            self.parts = {where: cipher.decode(text, code) for where, text in self.parts.items()}
        self.text = "\n\n".join(self.parts.values())

    def of(self, places: list[str]) -> list[str]:
        return [self.parts.get(where, "") for where in places]


def _only_inserted(old: _Seen, new: _Seen, where: str) -> bool:
    """Whether a text is as it was, but for one thing put into it: then nothing can be lost."""
    before, after = old.parts[where], new.parts.get(where, "")
    if before == after:
        return True
    if len(after) < len(before):
        return False
    start = _alike(before, after)
    stop = start + len(after) - len(before)
    return after.endswith(before[start:]) and not _splits(after, start) and not _splits(after, stop)


def _alike(one: str, other: str) -> int:
    """How many first letters two texts share; found by halving, since they are long."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _splits(text: str, at: int) -> bool:
    """Whether a place lies inside a word or a number."""
    return 0 < at < len(text) and text[at - 1] in _INNER and text[at] in _INNER


def _pictures(before: Scenario, after: Scenario, promise: Promise) -> Iterator[str]:
    old, new = ([turn.pictures for turn in one.turns] for one in (before, after))
    if promise.pictures == "same" and old != new:
        yield "the pictures are not those that were there"
    if promise.pictures == "none" and any(new):
        yield "a picture is still there"


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


def _placeholders(before: Scenario, old: _Seen, new: _Seen, dropped: list[Fact]) -> Iterator[str]:
    gone = "\n".join(fact.text for fact in dropped)
    if before.slots:
        lost = (
            Counter(_SLOT.findall(old.text)) - Counter(_SLOT.findall(new.text)) - Counter(_SLOT.findall(gone))
        )
        for slot in lost:
            yield f"the placeholder {slot} is lost"
    for secret in identifiers(before):
        if secret in old.text and secret not in new.text and secret not in gone:
            yield f"the identifier '{secret}' is lost"


def _quantities(was: list[str], now: list[str], dropped: list[Fact], promise: Promise) -> Iterator[str]:
    read: Callable[[str], tuple[object, ...]] = figures if promise.facts == "verbatim" else values
    lost = _count(read, was) - _count(read, now) - _count(read, [fact.text for fact in dropped])
    if promise.facts == "value":  # a number said twice may be said once
        lost = Counter(lost.keys() - _count(read, now).keys())
    if lost.total() > promise.numbers or (promise.numbers and not lost):
        named = ", ".join(sorted(str(getattr(one, "number", one)) for one in lost)) or "none"
        yield f"numbers lost: {named} ({promise.numbers} should be)"


def _count(read: Callable[[str], tuple[object, ...]], texts: list[str]) -> Counter[object]:
    return Counter(one for text in texts for one in read(text))


def _drugs(was: list[str], now: list[str], dropped: list[Fact], promise: Promise) -> Iterator[str]:
    by_name = promise.drugs == "names" and promise.facts == "verbatim"
    read = _names if by_name else _substances
    lost = _count(read, was) - _count(read, now) - _count(read, [fact.text for fact in dropped])
    if promise.facts == "value" or promise.drugs == "one-changes":
        lost = Counter(lost.keys() - _count(read, now).keys())
    if promise.drugs == "one-changes":
        if len(lost) != 1:
            yield f"one drug to change, changed: {', '.join(sorted(map(str, lost))) or 'none'}"
    elif lost:
        yield f"drugs lost: {', '.join(sorted(map(str, lost)))}"


def _names(text: str) -> tuple[object, ...]:
    return tuple(one.name.lower() for one in mentions(text))


def _substances(text: str) -> tuple[object, ...]:
    return tuple(one.substance for one in mentions(text))


def _additions(was: list[str], now: list[str]) -> Iterator[str]:
    added = _count(_substances, now).keys() - _count(_substances, was).keys()
    if added:
        yield f"drugs that were not there: {', '.join(sorted(map(str, added)))}"
    numbers = {one.number for text in now for one in values(text)}
    numbers -= {one.number for text in was for one in values(text)}
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
