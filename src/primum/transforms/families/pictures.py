"""The text-only ablation: the pictures are taken away. What a model then still sees, it has made up."""

import msgspec

from primum.scenarios.model import Scenario
from primum.transforms import asking
from primum.transforms.model import Promise, Relation, Transform


class TextOnly(msgspec.Struct, frozen=True):
    """Sends the words without the pictures."""

    name: str = "text-only"
    title: str = "Takes the pictures away and leaves the words"
    catalogue: str = "T05"
    family: str = "pictures"
    citation: str = "EchoBench; MEDSYN (text-only ablation)"
    relation: Relation = "must_ask"
    conflicts: frozenset[str] = frozenset()

    def fits(self, scenario: Scenario) -> str:
        return "" if any(turn.pictures for turn in scenario.turns) else "has no picture"

    def promise(self, scenario: Scenario) -> Promise:
        return Promise(self.relation, pictures="none")

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        turns = tuple(msgspec.structs.replace(turn, pictures=()) for turn in scenario.turns)
        without = msgspec.structs.replace(scenario, turns=turns)
        return asking.must_ask(without, asking.picture_check(), asking.reply("picture"), "")


def transforms() -> tuple[Transform, ...]:
    return (TextOnly(),)
