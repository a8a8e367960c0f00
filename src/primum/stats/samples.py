"""Several answers to one question: do they say the same? Disagreement is a warning of invention, not a proof."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from math import log, sqrt

_WORD = re.compile(r"\w+")


def entropy(meanings: Sequence[Hashable]) -> float:
    """Entropy (in nats) of the meanings of sampled answers: 0 when all say the same, log n when all differ.

    >>> entropy(["aspirin", "aspirin"]), round(entropy(["a", "b"]), 4)
    (0.0, 0.6931)
    """
    if not meanings:
        raise ValueError("entropy needs at least one sample")
    n = len(meanings)
    return abs(sum(-count / n * log(count / n) for count in Counter(meanings).values()))


def overlap(first: str, second: str) -> float:
    """Shared words over all words of two texts, case ignored; two empty texts are alike.

    >>> overlap("Call 112 now", "call 112 tomorrow")
    0.5
    """
    a, b = set(_words(first)), set(_words(second))
    return len(a & b) / len(a | b) if a | b else 1.0


def cosine(first: str, second: str) -> float:
    """Cosine of the word counts of two texts: 1 for the same words as often, 0 for none in common.

    >>> cosine("rest and fluids", "rest and fluids")
    1.0
    """
    a, b = Counter(_words(first)), Counter(_words(second))
    if not a or not b:
        return 1.0 if a == b else 0.0
    product = sum(count * b[word] for word, count in a.items())
    return min(1.0, product / sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values())))


def mean_overlap(answers: Sequence[str]) -> float | None:
    """Mean overlap of all pairs of sampled answers; None below two."""
    pairs = [(a, b) for place, a in enumerate(answers) for b in answers[place + 1 :]]
    return sum(overlap(a, b) for a, b in pairs) / len(pairs) if pairs else None


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
