"""Numbers with a unit, doses and how often they are taken, read from the words of a sentence; and their comparison."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from primum.judging.reading import Reading, is_number
from primum.judging.sentences import spelling

_FACTORS: dict[str, tuple[str, float]] = {
    "mcg": ("mass", 0.001),
    "mg": ("mass", 1.0),
    "g": ("mass", 1000.0),
    "kg": ("mass", 1e6),
    "ml": ("volume", 1.0),
    "l": ("volume", 1000.0),
    "minutes": ("time", 1 / 60),
    "hours": ("time", 1.0),
    "days": ("time", 24.0),
    "weeks": ("time", 168.0),
}
"""What a unit measures, and how much of mg, ml or hours it is. Any other unit equals only itself."""
_COUNTED = ("tablets", "capsule", "puff", "drop", "dose")


class Amount(msgspec.Struct, frozen=True):
    """A number or a range with its unit ('' where there is none), and its words [first, last)."""

    low: float
    high: float
    unit: str
    first: int
    last: int
    per_kg: bool = False


class Often(msgspec.Struct, frozen=True):
    """How many times a day, and its words [first, last)."""

    low: float
    high: float
    first: int
    last: int


def convert(value: float, unit: str, to: str) -> float | None:
    """The same quantity in another unit; None where the units do not measure the same.

    >>> convert(0.5, "g", "mg"), convert(250, "micrograms", "mg"), convert(1, "mg", "ml")
    (500.0, 0.25, None)
    """
    own, other = unit_name(unit), unit_name(to)
    if own == other:
        return value
    kind, factor = _FACTORS.get(own, (own, 1.0))
    wanted, divisor = _FACTORS.get(other, (other, 1.0))
    return value * factor / divisor if kind == wanted else None


def compare(one: tuple[float, str], other: tuple[float, str], tolerance: float = 1e-9) -> int | None:
    """-1, 0 or 1 as the first is less than, equal to or more than the second; None where they cannot be compared.

    >>> compare((1, "g"), (1000, "mg")), compare((500, "mcg"), (5, "mg")), compare((1, "tablet"), (1, "mg"))
    (0, -1, None)
    """
    first = convert(one[0], one[1], other[1])
    if first is None or math.isnan(first) or math.isnan(other[0]):
        return None
    if math.isclose(first, other[0], rel_tol=tolerance, abs_tol=0.0):
        return 0
    return 1 if first > other[0] else -1


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every one-word form of a unit and the name it goes by here (the last in sentences.yaml that lists it)."""
    return {form: name for name, forms in spelling().units.items() for form in forms if " " not in form}


def unit_name(form: str) -> str:
    """
    >>> unit_name("milligrams"), unit_name("hrs"), unit_name("sachets")
    ('mg', 'hours', 'sachets')
    """
    return _names().get(form.lower(), form.lower())


def value_of(word: str) -> float:
    """A number in figures or as a word."""
    return float(spelling().numbers[word]) if word in spelling().numbers else _figures(word)


def _figures(word: str) -> float:
    try:
        return float(word[:40].replace(",", ""))
    except ValueError:  # figures of another script with a stray mark
        return math.nan


def amounts(reading: Reading, sentence: int) -> Iterator[Amount]:
    """Every number of a sentence with its unit; '4-6', '4 to 6' and '4 or 6' are ranges."""
    place, words = reading.sentences[sentence], reading.words
    at = place.first
    while at < place.last:
        if not is_number(words[at]):
            at += 1
            continue
        first, low = at, value_of(words[at])
        high, at = _upper(reading, sentence, at, low)
        unit = _names().get(words[at], "") if at < place.last else ""
        # The second number of a range may stand behind a unit of its own: '500 mg to 1 g'.
        if unit and at + 2 < place.last and words[at + 1] in _TO and is_number(words[at + 2]):
            after = _names().get(words[at + 3], "") if at + 3 < place.last else ""
            upper = convert(value_of(words[at + 2]), after, unit) if after else None
            if upper is not None and upper >= low:
                yield Amount(low, upper, unit, first, at + 4, _per_kg(words, at + 4, place.last))
                at += 4
                continue
        at += bool(unit)
        yield Amount(low, high, unit, first, at, _per_kg(words, at, place.last))


_TO = frozenset(("to", "or"))


def _upper(reading: Reading, sentence: int, at: int, low: float) -> tuple[float, int]:
    """The upper end of the range that begins at a number, and the word behind it."""
    words, last = reading.words, reading.sentences[sentence].last
    second = at + 2 if at + 2 < last and words[at + 1] in _TO else at + 1
    if second >= last or not is_number(words[second]):
        return low, at + 1
    high = value_of(words[second])
    between = reading.text[
        reading.span(sentence, at, at + 1)[1] : reading.span(sentence, second, second + 1)[0]
    ]
    joined = second == at + 2 or between.strip() in ("-", "–", "—")
    return (high, second + 1) if joined and high >= low else (low, at + 1)


def _per_kg(words: Sequence[str], at: int, last: int) -> bool:
    at += at < last and words[at] in ("per", "a", "each")
    return at < last and _names().get(words[at]) == "kg"


def doses(reading: Reading, sentence: int) -> Iterator[Amount]:
    """Every dose of a sentence in mg; 'two 500 mg tablets' and '2 tablets of 500 mg' are 1,000 mg."""
    found = list(amounts(reading, sentence))
    words, last = reading.words, reading.sentences[sentence].last
    for number, amount in enumerate(found):
        kind, factor = _FACTORS.get(amount.unit, ("", 0.0))
        if kind != "mass" or amount.unit == "kg" or math.isnan(amount.low + amount.high):
            continue
        count = found[number - 1] if number else None
        times = (1.0, 1.0, amount.first)
        if count is not None and _multiplies(words, count, amount, last):
            times = (count.low, count.high, count.first)
        low, high, first = times
        yield Amount(
            low * amount.low * factor, high * amount.high * factor, "mg", first, amount.last, amount.per_kg
        )


def _multiplies(words: Sequence[str], count: Amount, strength: Amount, last: int) -> bool:
    """2 x 500 mg · two 500 mg tablets · 2 tablets of 500 mg · two tablets (500 mg each)."""
    between = words[count.last : strength.first]
    after = words[strength.last : min(strength.last + 2, last)]  # a name may stand before 'tablets'
    if count.unit == "":
        return between == ["x"] or (not between and any(unit_name(word) in _COUNTED for word in after))
    return count.unit in _COUNTED and (between == ["of"] or (not between and after[:1] == ["each"]))


_LATIN = {
    "qid": 4,
    "qds": 4,
    "tid": 3,
    "tds": 3,
    "bid": 2,
    "bd": 2,
    "od": 1,
    "qd": 1,
    "daily": 1,
    "nightly": 1,
}
_ADVERBS = {"once": 1, "twice": 2, "thrice": 3}
_PER = frozenset(("a", "per", "each", "every", "in"))
_PARTS = frozenset(("morning", "evening", "night"))


def often(reading: Reading, sentence: int) -> Iterator[Often]:
    """Every statement of how often: 'four times a day', 'QID', 'every 4 to 6 hours', 'q6h', 'daily', 'weekly'."""
    place, words = reading.sentences[sentence], reading.words
    counts = {amount.first: amount for amount in amounts(reading, sentence)}
    at = place.first
    while at < place.last:
        found = _often(words, at, place.last, counts)
        if found is None:
            at += 1
        else:
            yield found
            at = found.last


def _often(words: Sequence[str], at: int, last: int, counts: dict[int, Amount]) -> Often | None:
    word = words[at]
    if word in ("every", "q") and at + 1 in counts:  # every 4 to 6 hours · q6h
        gap = counts[at + 1]
        hours = convert(1, gap.unit, "hours") if gap.unit else None
        if hours and gap.low > 0:
            return Often(24 / (gap.high * hours), 24 / (gap.low * hours), at, gap.last)
    if at in counts:
        return _counted(words, at, last, counts[at])
    if word in _ADVERBS:
        days, end = _period(words, at + 1, last)
        return Often(_ADVERBS[word] / days, _ADVERBS[word] / days, at, end) if days else None
    if word in _LATIN:
        return Often(_LATIN[word], _LATIN[word], at, at + 1)
    if word in ("hourly", "weekly"):
        times = 24.0 if word == "hourly" else 1 / 7
        return Often(times, times, at, at + 1)
    if word in _PER and at + 1 < last and words[at + 1] == "hour":
        return Often(24, 24, at, at + 2)
    days, end = _period(words, at, last)
    return Often(1 / days, 1 / days, at, end) if days else None


def _counted(words: Sequence[str], at: int, last: int, count: Amount) -> Often | None:
    """4 times a day · 3 x daily · 6 hourly."""
    if count.unit == "hours" and words[count.last - 1] == "hourly" and count.low > 0:
        return Often(24 / count.high, 24 / count.low, at, count.last)
    if count.unit == "" and count.last < last and words[count.last] in ("times", "time", "x"):
        days, end = _period(words, count.last + 1, last)
        if days:
            return Often(count.low / days, count.high / days, at, end)
    return None


def _period(words: Sequence[str], at: int, last: int) -> tuple[float, int]:
    """'a day', 'daily', 'in 24 hours', 'a week': how many days, and the word behind; 0 where there is none."""
    if at >= last:
        return 0.0, at
    if words[at] in ("daily", "weekly"):
        return (7.0 if words[at] == "weekly" else 1.0), at + 1
    if words[at] in _PER and at + 1 < last:
        if words[at + 1] in ("day", "week") or (words[at] in ("every", "each") and words[at + 1] in _PARTS):
            return (7.0 if words[at + 1] == "week" else 1.0), at + 2
        if words[at + 1] == "24" and at + 2 < last and _names().get(words[at + 2]) == "hours":
            return 1.0, at + 3
    return 0.0, at
