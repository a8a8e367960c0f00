"""Evidence that does not do what its author seems to think; the word lists stand in library/lint.yaml."""

import re
from collections.abc import Iterator
from itertools import chain

from primum.scenarios.findings import Fault, words
from primum.scenarios.limits import Limits
from primum.scenarios.lint_structure import is_bare
from primum.scenarios.model import Evidence, Scenario

_OPTIONAL = r"(?:\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})\?"
_TAIL = re.compile(rf"\.\.\.?\s+(?:{_OPTIONAL}\s*(?:\.\.\.?\s+)?)+$")
_WORD = re.compile(r"[^\s()|?*]+(?: [^\s()|?*]+)*")


def patterns(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    """Order that the text does not ask for, bare negations in `unless`, tails that find nothing."""
    for i, check in enumerate(scenario.checks):
        if check.evidence is None:
            continue
        at = f".checks[{i}].evidence"
        if check.evidence.first and not set(words(check.text)) & set(limits.ordering):
            message = f"'first' on '{check.id}', but its text says nothing of order: say it there, or drop it"
            yield Fault("order", message, f"{at}.first", "warning")
        for pattern in check.evidence.unless:
            if negates_only(pattern, limits):
                message = (
                    f"'{pattern}' in 'unless' takes out every sentence with it; a denial is seen without"
                )
                yield Fault("unless", message, at, "warning")
        yield from _tails(check.evidence, at)


def negates_only(pattern: str, limits: Limits) -> bool:
    """Whether all that a pattern says is no.

    >>> from primum.scenarios.limits import load_limits
    >>> negates_only("(not|never|don't)", load_limits()), negates_only("not safe", load_limits())
    (True, False)
    """
    said = _WORD.findall(pattern)
    return bool(said) and all(one in limits.negations for one in said)


def _tails(evidence: Evidence, at: str) -> Iterator[Fault]:
    for pattern in chain(evidence.says, evidence.unless, evidence.asks, *evidence.also):
        found = _TAIL.search(pattern)
        if found and is_bare(pattern[: found.start()].rstrip()):
            message = f"'{found[0]}' at the end of '{pattern}' may be there or not: one word is all that is looked for"
            yield Fault("tail", message, at, "warning")
