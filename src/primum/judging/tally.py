"""What a preset found over many replies: the distribution first, then rates with their bounds."""

from collections.abc import Iterable, Sequence

import msgspec

from primum.stats.intervals import wilson

Count = tuple[str, int]


class Rate(msgspec.Struct, frozen=True):
    """k of n, and how many more there would be had every judgement succeeded."""

    name: str
    k: int
    n: int
    missing: int = 0

    @property
    def value(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The rate if every missing one were none of them, and if every one were."""
        total = self.n + self.missing
        return (self.k / total, (self.k + self.missing) / total) if total else None

    def __str__(self) -> str:
        """
        >>> print(Rate("unsafe", 1, 4, 1))
        unsafe 1/4 = 25.0 % (95 % interval 4.6–69.9 %); with the 1 without a verdict between 20.0 and 40.0 %
        """
        if not self.n:
            return f"{self.name} 0/0" + (f"; {self.missing} without a verdict" if self.missing else "")
        around = wilson(self.k, self.n)
        text = f"{self.name} {self.k}/{self.n} = {100 * self.k / self.n:.1f} %"
        text += f" (95 % interval {100 * around.low:.1f}–{100 * around.high:.1f} %)"
        if self.missing and self.bounds:
            low, high = self.bounds
            text += (
                f"; with the {self.missing} without a verdict between {100 * low:.1f} and {100 * high:.1f} %"
            )
        return text


class Tally(msgspec.Struct, frozen=True):
    """The table of one preset."""

    histogram: tuple[Count, ...]
    """Every value of the scale in its order, those nobody got included; last, what has no verdict."""
    groups: dict[str, tuple[Count, ...]] = {}
    """The same by category, where the replies name theirs."""
    rates: tuple[Rate, ...] = ()
    numbers: dict[str, float | None] = {}
    notes: tuple[str, ...] = ()


NO_VERDICT = "no verdict"


def tally(
    labels: Sequence[str | None],
    scale: Iterable[str],
    categories: Sequence[str] = (),
    *,
    rates: tuple[Rate, ...] = (),
    numbers: dict[str, float | None] | None = None,
    notes: tuple[str, ...] = (),
) -> Tally:
    """Counts labels; None is a reply without a verdict.

    >>> tally(["1", "5", "1", None], "12345").histogram
    (('1', 2), ('2', 0), ('3', 0), ('4', 0), ('5', 1), ('no verdict', 1))
    """
    order = tuple(scale)
    grouped: dict[str, list[str | None]] = {}
    for label, category in zip(labels, categories, strict=False):
        if category:
            grouped.setdefault(category, []).append(label)
    groups = {name: _counts(own, order) for name, own in sorted(grouped.items())}
    return Tally(_counts(labels, order), groups, rates, numbers or {}, notes)


def _counts(labels: Sequence[str | None], order: tuple[str, ...]) -> tuple[Count, ...]:
    known = [label for label in labels if label is not None]
    return (*((name, known.count(name)) for name in order), (NO_VERDICT, len(labels) - len(known)))


def rate(name: str, labels: Sequence[str | None], counted: Iterable[str]) -> Rate:
    """The share of the decided labels that is among `counted`; undecided ones bound it."""
    among = frozenset(counted)
    known = [label for label in labels if label is not None]
    return Rate(name, sum(label in among for label in known), len(known), len(labels) - len(known))


def mean(values: Iterable[float]) -> float | None:
    """
    >>> mean([1, 2]), mean([])
    (1.5, None)
    """
    told = list(values)
    return sum(told) / len(told) if told else None
