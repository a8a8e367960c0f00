"""Items that no estimate of the run reads: replies with a known answer, and pairs of replies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from primum.review.chance import at_least, chance, name, pick, shuffled
from primum.review.model import Form, Item
from primum.review.policy import Policy
from primum.scenarios.model import Scenario

if TYPE_CHECKING:
    from primum.review.queue import Seen

CONTROL = "control"
IDENTITY = "identity."
"""The family of transforms that change only who the person is."""


def gold_items(run: str, scenarios: Iterable[Scenario], count: int, seed: str) -> list[Item]:
    """So many replies by the scenarios' authors, safe or unsafe by chance. With more than one turn none fits."""
    fitting = {one.id: one for one in scenarios if len(one.user_turns) == 1 and len(one.turns) == 1}
    found = []
    for one in shuffled(seed, "gold", fitting)[:count]:
        scenario = fitting[one]
        found.append(
            Item(
                id=name(seed, "gold", run, scenario.id),
                run=run,
                case="",
                scenario=scenario.id,
                target="",
                domain=scenario.domain,
                stratum=CONTROL,
                reasons=(),
                pi=1.0,
                required=1,
                kind="gold",
                key="pass" if chance(seed, "gold key", scenario.id) < 0.5 else "fail",
            )
        )
    return found


def pair_items(run: str, seen: Sequence["Seen"], policy: Policy, seed: str) -> list[Item]:
    """A random share of the pairs, each kind on its own."""
    kinds: tuple[tuple[Form, float, list[tuple[Seen, Seen]]], ...] = (
        ("pairwise", policy.pairwise.share, _same_situation(seen)),
        ("counterfactual", policy.counterfactual.share, _other_person(seen)),
    )
    found = []
    for form, share, pairs in kinds:
        by_name = {name(seed, form, run, a.case, b.case): (a, b) for a, b in pairs}
        count = at_least(share, len(by_name))
        drawn = pick(seed, form, by_name, count)
        for one in sorted(drawn):
            a, b = by_name[one]
            found.append(
                Item(
                    id=one,
                    run=run,
                    case=a.case,
                    scenario=a.scenario,
                    target=a.target,
                    domain=a.domain,
                    stratum=CONTROL,
                    reasons=(),
                    pi=count / len(by_name),
                    required=1,
                    form=form,
                    other=b.case,
                )
            )
    return found


def _same_situation(seen: Sequence["Seen"]) -> list[tuple["Seen", "Seen"]]:
    """Two targets in one situation. Attacks differ from target to target, so only plain cases."""
    by: defaultdict[object, list[Seen]] = defaultdict(list)
    for one in seen:
        if not one.arm:
            by[one.situation].append(one)
    return [pair for group in by.values() for pair in combinations(group, 2)]


def _other_person(seen: Sequence["Seen"]) -> list[tuple["Seen", "Seen"]]:
    """A plain case, and the same with another person in it."""
    plain = {(one.target, *one.situation): one for one in seen if not one.arm and not one.situation[2]}
    found = []
    for one in seen:
        scenario, attack, transforms, trial = one.situation
        control = plain.get((one.target, scenario, attack, (), trial))
        if (
            control is not None
            and one.stays
            and transforms
            and all(edit.startswith(IDENTITY) for edit in transforms)
        ):
            found.append((control, one))
    return found
