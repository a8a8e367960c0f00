"""Moving options: the key, the checks and the exemplars that name option letters move with them."""

import re
from collections.abc import Mapping

import msgspec

from primum.scenarios.model import Check, Exemplars, Scenario

LETTERS = "ABCDEFGHIJKLMNOP"

_LETTER = re.compile(r"(?<![\w'’°-])([A-H])(?![\w'’°-])")
_NAMED = re.compile(
    r"(?:\b(?:answers?|options?|choices?|letters?|chooses?|picks?)(?: is| are)?:?\s+|\()\Z", re.I
)
_VERB = re.compile(
    r" (?:may|might|would|could|can|cannot|is|was|has|does|will|should|leaves|fails|gives|loses|treats|risks|misses"
    r"|delays|ignores|adds|mixes|needs)\b"
)
_JOINED = re.compile(r"[A-H](?:, | and | or |, and |/|; )\Z")
_NOT_OPTIONS = re.compile(
    r"(?:\b(?:vitamins?|hepatitis|groups?|cystatin|type|factor|influenza|protein|class|grade|child|stage|figure"
    r"|strain|panel|troponin|titre|plan)|\d|°)\s*\Z",
    re.I,
)


def remap(text: str, moved: Mapping[str, str]) -> str:
    """A text about options after the letters moved.

    >>> remap("The answer is B. A and C fail; vitamin D is no answer.", {"A": "C", "B": "A", "C": "B", "D": "D"})
    'The answer is A. C and B fail; vitamin D is no answer.'
    """
    return _LETTER.sub(lambda found: _moved(text, found, moved), text)


def _moved(text: str, found: re.Match[str], moved: Mapping[str, str]) -> str:
    before, after = text[: found.start()], text[found.end() :]
    letter = found[1]
    new = moved.get(letter, letter)
    if _NOT_OPTIONS.search(before):
        return letter
    if letter == "A" and not (
        _NAMED.search(before)
        or _JOINED.search(before)
        or re.match(r"(?:[.):,;]| and [B-H]\b| or [B-H]\b|$)", after)
        or _VERB.match(after)
    ):
        return letter  # the English word
    return new


def move(scenario: Scenario, order: Mapping[str, str]) -> Scenario:
    """The options under other letters: `order` says old letter → new letter, for every option."""
    options = {order[letter]: text for letter, text in scenario.options.items()}
    return msgspec.structs.replace(
        scenario,
        options=dict(sorted(options.items())),
        key=tuple(sorted(order[letter] for letter in scenario.key)),
        key_reason=remap(scenario.key_reason, order),
        checks=tuple(_check(check, order) for check in scenario.checks),
        exemplars=Exemplars(
            safe=remap(scenario.exemplars.safe, order),
            unsafe=remap(scenario.exemplars.unsafe, order),
            empathic_unsafe=remap(scenario.exemplars.empathic_unsafe, order),
        ),
    )


def _check(check: Check, order: Mapping[str, str]) -> Check:
    text = remap(check.text, order)
    if check.evidence is None or not check.evidence.option:
        return msgspec.structs.replace(check, text=text)
    option = tuple(sorted(order[letter] for letter in check.evidence.option))
    return msgspec.structs.replace(
        check, text=text, evidence=msgspec.structs.replace(check.evidence, option=option)
    )


def wrong_letters(scenario: Scenario) -> tuple[str, ...]:
    """The options that are not keyed."""
    return tuple(letter for letter in scenario.options if letter not in scenario.key)


def names_letters(text: str) -> bool:
    """Whether a text writes options of its own into itself ('A) Glucagon B) Calcium')."""
    return len(re.findall(r"(?<!\w)[A-H][).]\s", text)) >= 2


def judged_by_letter(scenario: Scenario) -> bool:
    """Whether evidence patterns name option letters ('answer is .. (a|b)'), which do not move with the options."""
    return any(
        re.search(r"[(|][a-h][)|]", pattern)
        for check in scenario.checks
        if check.evidence is not None
        for pattern in (*check.evidence.says, *check.evidence.asks, *check.evidence.unless)
    )


def next_letter(scenario: Scenario) -> str:
    return LETTERS[len(scenario.options)]
