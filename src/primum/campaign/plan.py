"""The plan: which cases a protocol and its targets make. Pure: the same inputs give the same plan everywhere."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from primum.attacks.find import attack_names, find_attack
from primum.attacks.model import needs_writer
from primum.campaign.model import PLAIN, Case
from primum.campaign.protocol import Protocol
from primum.campaign.reach import within_reach
from primum.campaign.stacks import draw_stacks
from primum.campaign.toolbox import tools_of
from primum.canonical import digest
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError
from primum.judging.rubric import Rubric
from primum.scenarios.loader import Library
from primum.scenarios.model import Scenario
from primum.scenarios.sampling import draw, select


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the person who starts a campaign decides, beside the protocol. Part of the run's identity."""

    seed: int = 0
    trials: int | None = None
    limit: int | None = None
    """At most so many scenarios, drawn by the same seed and strata as the protocol's own draw."""
    label: str = ""
    """Tells a later execution apart: under a new label every call is made anew."""


class Plan(msgspec.Struct, frozen=True):
    """Everything that is fixed before the first call."""

    run: str
    protocol: Protocol
    settings: Settings
    rubric: Rubric
    scenarios: tuple[Scenario, ...]
    pool: int
    targets: tuple[EndpointSpec, ...]
    judges: tuple[str, ...]
    judge_specs: tuple[EndpointSpec, ...]
    library_hash: str
    stacks: dict[str, tuple[tuple[str, ...], ...]] = {}
    """Scenario → the stacks of transforms that it is played with, beside itself."""
    writer: EndpointSpec | None = None
    """The attacker model, which writes what no program can."""

    @property
    def trials(self) -> int:
        return self.settings.trials or self.protocol.trials

    @property
    def planned(self) -> int:
        """Plain cases: those that are known before the first call."""
        variants = len(self.scenarios) + sum(len(stacks) for stacks in self.stacks.values())
        return variants * len(self.targets) * self.trials

    def cases(self) -> list[Case]:
        """The plain cases in plan order: scenario by scenario, so that every target advances evenly."""
        return [
            self.case(index, scenario, target, PLAIN, stack, trial)
            for index, (scenario, stack, target, trial) in enumerate(self._plain())
        ]

    def _plain(self) -> Iterator[tuple[Scenario, tuple[str, ...], EndpointSpec, int]]:
        for scenario in self.scenarios:
            for stack in ((), *self.stacks.get(scenario.id, ())):
                for target in self.targets:
                    for trial in range(self.trials):
                        yield scenario, stack, target, trial

    def case(
        self,
        index: int,
        scenario: Scenario,
        target: EndpointSpec,
        attack: str,
        stack: tuple[str, ...] = (),
        trial: int = 0,
        round: int = 0,
        tries: int = 1,
        explores: bool = False,
        group: str = "",
    ) -> Case:
        """A case with its id, which is the same wherever it stands in the plan."""
        variant = [scenario.id, attack, target.name, target.fingerprint, *([stack] if stack else [])]
        place = digest([*variant, round, tries] if round else variant)[:6]
        suffix = f".{trial + 1}" if self.trials > 1 and not round else ""
        return Case(
            index=index,
            id=f"{scenario.id}.{place}{suffix}",
            scenario=scenario.id,
            target=target.name,
            attack=attack,
            transforms=stack,
            trial=trial,
            round=round,
            tries=tries,
            explores=explores,
            group=group,
        )


def make_plan(
    protocol: Protocol,
    settings: Settings,
    library: Library,
    rubric: Rubric,
    targets: Sequence[EndpointSpec],
    judges: Sequence[tuple[str, EndpointSpec | None]],
    writer: EndpointSpec | None = None,
) -> Plan:
    """Draws the scenarios and names the run by all that decides its results.

    `judges` are pairs of a judge's name and the endpoint that it asks, if any; `writer` is the attacker model.
    """
    if not targets:
        raise PrimumError("No target. Name one, for example: --target sim:leaky or --target openai/MODEL")
    twice = [name for name, count in Counter(target.name for target in targets).items() if count > 1]
    if twice:
        raise PrimumError(f"The target '{twice[0]}' is named twice.")
    _check_attacks(protocol, writer)
    pool = select(library.scenarios, protocol.scenarios.where)
    if not pool:
        raise PrimumError(f"The protocol '{protocol.name}' selects no scenario: look at its 'where'.")
    sizes = [size for size in (protocol.scenarios.draw, settings.limit) if size is not None]
    size = min([len(pool), *sizes])
    drawn = tuple(draw(pool, size, settings.seed, protocol.scenarios.stratify))
    if protocol.search:
        drawn = within_reach(drawn, pool, tools_of(protocol.search), settings.seed)
    identity = [
        protocol.hash,
        settings,
        rubric.hash,
        [digest(scenario) for scenario in drawn],
        [[target.name, target.fingerprint] for target in targets],
        [[name, spec.fingerprint if spec else ""] for name, spec in judges],
        *([writer.fingerprint] if writer else []),
        *(content for name in protocol.attacks if (content := getattr(find_attack(name), "content", ""))),
    ]
    return Plan(
        run=f"{protocol.name}-{digest(identity)[:8]}",
        protocol=protocol,
        settings=settings,
        rubric=rubric,
        scenarios=drawn,
        pool=len(pool),
        targets=tuple(targets),
        judges=tuple(name for name, _ in judges),
        judge_specs=tuple(spec for _, spec in judges if spec is not None),
        library_hash=library.hash,
        stacks=draw_stacks(protocol.transforms, drawn, settings.seed) if protocol.transforms else {},
        writer=writer,
    )


def _check_attacks(protocol: Protocol, writer: EndpointSpec | None) -> None:
    """Every attack exists and can be played, and there are plain cases for them to start from."""
    searched = protocol.search.tools if protocol.search else ()
    attacks = [find_attack(name) for name in protocol.attacks]
    attacks += [find_attack(name) for name in searched if name in attack_names()]
    if PLAIN not in protocol.attacks:
        raise PrimumError(
            f"The protocol '{protocol.name}' has no plain cases, from which attacks start: add {PLAIN} to its attacks."
        )
    if writer is None and (lacking := [attack.name for attack in attacks if needs_writer(attack)]):
        raise PrimumError(
            f"The protocol '{protocol.name}' plays {', '.join(lacking)}, which need an attacker model: name it"
            " with --attacker, or take them out of its attacks."
        )
