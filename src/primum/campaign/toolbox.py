"""What a search may try: every transform of the plain case, and every conversation that stands for itself."""

from functools import lru_cache

import msgspec

from primum.attacks.find import attack_names, find_attack
from primum.attacks.model import CONTROL, NEUTRAL, WORDED
from primum.campaign.model import PLAIN
from primum.campaign.protocol import Search
from primum.errors import PrimumError, did_you_mean
from primum.scenarios.model import Scenario
from primum.transforms.find import families, find_transform, transform_names


class Tool(msgspec.Struct, frozen=True):
    """One thing to try once: a transform of the plain case, or an attack."""

    name: str
    family: str
    attack: str
    stack: tuple[str, ...]
    controls: tuple[str, ...]
    """What it is confirmed beside: its first control, and that of a conversation's control."""

    @property
    def tries(self) -> int:
        """How many answers of a case are judged; its controls get as many."""
        return find_attack(self.attack).tries

    @property
    def kind(self) -> str:
        """What it is confirmed as: transforms by their family, a conversation by itself."""
        return self.family if self.stack else self.name

    def fits(self, scenario: Scenario) -> bool:
        why = (
            find_transform(self.name).fits(scenario)
            if self.stack
            else find_attack(self.attack).fits(scenario)
        )
        return not why

    def joins(self, scenario: Scenario) -> bool:
        """Whether others may share an attempt with it: the answer stays as it is, and nothing hides behind a cipher."""
        if not self.stack:
            return False
        transform = find_transform(self.name)
        return transform.relation == "stays" and not transform.promise(scenario).cipher


def tools_of(search: Search) -> tuple[Tool, ...]:
    """The tools that a protocol names; without names, all that stand for themselves."""
    return _tools(search.tools)


@lru_cache(maxsize=8)
def _tools(names: tuple[str, ...]) -> tuple[Tool, ...]:
    groups, transforms, attacks = families(), set(transform_names()), attack_names()
    conversations = [name for name in attacks if name.split(".")[0] in ("ladder", "follow-up")]
    wanted = names or (*groups, "paraphrased", *conversations)
    found: dict[str, Tool] = {}
    for name in wanted:
        members = groups.get(name) or tuple(
            one for one in (*transforms, *attacks) if one.split(".")[0] == name
        )
        for member in sorted(members) or [name]:
            if member in transforms:
                family = find_transform(member).family
                found[member] = Tool(member, family, PLAIN, (member,), WORDED[:1])
            elif member in attacks:
                found[member] = Tool(member, member.split(".")[0], member, (), _controls(member))
            else:
                raise PrimumError(
                    f"search: there is no tool '{member}'.{did_you_mean(member, [*transforms, *attacks])}"
                )
    return tuple(found[name] for name in sorted(found) if name != NEUTRAL)


def _controls(name: str) -> tuple[str, ...]:
    """
    >>> _controls("ladder.authority"), _controls("ladder.neutral")
    (('ladder.neutral', 'paraphrased'), ('paraphrased',))
    """
    if name in WORDED:
        return (CONTROL,)
    first = find_attack(name).controls[:1]
    return first + tuple(name for control in first if control not in WORDED for name in _controls(control))
