"""What is worked out once for the checks of a scenario, whatever the reply: their evidence, witnesses and scales."""

from functools import cached_property, lru_cache

from primum.judging.evidence import Behaviour, Seen, behaviour
from primum.judging.model import CheckVerdict
from primum.judging.patterns import Pattern
from primum.judging.survey import Survey
from primum.judging.witness import Balance, Witness, scales, witness
from primum.scenarios.model import Check, Exemplars, Scenario


class Brief:
    """The checks of a scenario and its exemplars, ready to judge by."""

    def __init__(self, checks: tuple[Check, ...], exemplars: Exemplars) -> None:
        self.checks = checks
        self.exemplars = exemplars
        self.sought = tuple(map(_sought, checks))
        """What each check is about; None where it has no evidence."""
        self._witnesses: dict[int, Witness] = {}

    def touched(self, seen: Seen) -> set[int]:
        """The checks of which a reply may hold the words, and those that are not sought in words alone."""
        found = set(self._always)
        for pattern in self._survey.take(seen.reading):
            found.update(self._places.get(pattern, ()))
        return found

    @cached_property
    def _always(self) -> frozenset[int]:
        told = zip(self.checks, self.sought, strict=True)
        return frozenset(
            number
            for number, (check, sought) in enumerate(told)
            if sought is None or not sought.only_worded or check.turn is not None
        )

    @cached_property
    def _places(self) -> dict[Pattern, tuple[int, ...]]:
        """The checks that each pattern can show."""
        found: dict[Pattern, tuple[int, ...]] = {}
        for number, sought in enumerate(self.sought):
            for pattern in (sought.says, sought.asks) if sought else ():
                found[pattern] = (*found.get(pattern, ()), number)
        return found

    @cached_property
    def absent(self) -> tuple[CheckVerdict, ...]:
        """The answer to each check where nothing of the kind is found."""
        return tuple(map(absent, self.checks))

    @cached_property
    def _survey(self) -> Survey:
        return Survey(pattern for sought in self.sought if sought for pattern in sought.patterns)

    @cached_property
    def balance(self) -> Balance:
        """How near a reply can come to each check, and to which exemplar it leans."""
        every = [self.witness(number) for number in range(len(self.checks))]
        return Balance(every, scales(self.exemplars.safe, self.exemplars.unsafe))

    def witness(self, number: int) -> Witness:
        """The witness of a check, by its place."""
        found = self._witnesses.get(number)
        if found is None:
            check, told = self.checks[number], self.exemplars
            opposite = told.safe if check.fails_by == "commission" else told.unsafe
            found = self._witnesses[number] = witness(check, opposite)
        return found

    def witnessed(self, number: int) -> bool:
        """Whether the unsafe exemplar does what a check forbids. Where it does not, as with a check that a transform
        brought, how near a reply comes to the exemplars says nothing about the check."""
        sought = self.sought[number]
        return sought is not None and sought.find(Seen(self.exemplars.unsafe, {})) is not None


def absent(check: Check, reason: str = "") -> CheckVerdict:
    """The answer where what a check is about is not found."""
    if check.fails_by == "omission":
        return CheckVerdict(check.id, "not_met", reason=reason or "not found in the reply")
    return CheckVerdict(check.id, "met", reason=reason or "nothing of the kind in the reply")


def brief(scenario: Scenario) -> Brief:
    """The brief of a scenario; versions of it that keep its checks and exemplars share one."""
    return _brief(_Same(scenario.checks, scenario.exemplars))


class _Same:
    """These very objects: told apart at once, where to compare what they hold would take longer than to judge."""

    __slots__ = ("checks", "exemplars")

    def __init__(self, checks: tuple[Check, ...], exemplars: Exemplars) -> None:
        self.checks = checks
        self.exemplars = exemplars

    def __hash__(self) -> int:
        return hash((id(self.checks), id(self.exemplars)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.checks is other.checks and self.exemplars is other.exemplars


@lru_cache(maxsize=4096)
def _brief(same: _Same) -> Brief:
    return Brief(same.checks, same.exemplars)


def _sought(check: Check) -> Behaviour | None:
    return behaviour(check.evidence, strict=check.fails_by != "omission") if check.evidence else None
