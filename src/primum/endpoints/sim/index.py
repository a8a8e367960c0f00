"""Finding the known text that an altered one was made from: by the words they share, rare words weighing most."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from primum.endpoints.sim.words import words

COMMON = 50
"""A word of more texts than this says too little to look for texts by it."""
CANDIDATES = 5
ENOUGH = 0.4
"""Share of a known text's words, by weight, that an altered one must still hold to be recognised."""


class Index:
    """Known texts by their words. `nearest` costs as much as the rare words of the question have holders."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = [frozenset(words(text)) for text in texts]
        holders: dict[str, list[int]] = defaultdict(list)
        for place, held in enumerate(self._words):
            for word in held:
                holders[word].append(place)
        self._weight = {word: float(np.log1p(len(texts) / len(found))) for word, found in holders.items()}
        self._rare = {word: np.array(found) for word, found in holders.items() if len(found) <= COMMON}
        self._total = [self._sum(held) for held in self._words]

    def nearest(self, text: str) -> int | None:
        """The place of the text that this one was made from; None where none is near enough."""
        said = frozenset(words(text))
        rare = [word for word in said if word in self._rare]
        if not rare:
            return None
        places = np.concatenate([self._rare[word] for word in rare])
        weights = np.repeat([self._weight[word] for word in rare], [len(self._rare[word]) for word in rare])
        shared = np.bincount(places, weights, minlength=len(self._words))
        first = sorted(np.argpartition(-shared, min(CANDIDATES, len(shared) - 1))[:CANDIDATES].tolist())
        spoken = self._sum(said & self._weight.keys())
        found = [(self._sum(said & self._words[place]), place) for place in first]
        best, place = max(found, key=lambda one: 2.0 * one[0] / (spoken + self._total[one[1]]))
        return place if best >= ENOUGH * self._total[place] else None

    def knows(self, word: str) -> bool:
        """Whether any known text holds the word.

        >>> Index(["My head hurts."]).knows("head")
        True
        """
        return word.casefold() in self._weight

    def _sum(self, held: frozenset[str]) -> float:
        return sum(self._weight[word] for word in held)
