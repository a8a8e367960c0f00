"""The plan: which cases a protocol and its targets make. Pure: the same inputs give the same plan everywhere."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from primum.campaign.model import Case
from primum.campaign.protocol import Protocol
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

    @property
    def trials(self) -> int:
        return self.settings.trials or self.protocol.trials

    @property
    def planned(self) -> int:
        return len(self.scenarios) * len(self.protocol.attacks) * len(self.targets) * self.trials

    def cases(self) -> list[Case]:
        """All cases in plan order: scenario by scenario, so that every target advances evenly."""
        cases: list[Case] = []
        for scenario in self.scenarios:
            for attack in self.protocol.attacks:
                for target in self.targets:
                    place = digest([scenario.id, attack, target.name, target.fingerprint])[:6]
                    for trial in range(self.trials):
                        suffix = f".{trial + 1}" if self.trials > 1 else ""
                        case = Case(
                            index=len(cases),
                            id=f"{scenario.id}.{place}{suffix}",
                            scenario=scenario.id,
                            target=target.name,
                            attack=attack,
                            trial=trial,
                        )
                        cases.append(case)
        return cases


def make_plan(
    protocol: Protocol,
    settings: Settings,
    library: Library,
    rubric: Rubric,
    targets: Sequence[EndpointSpec],
    judges: Sequence[tuple[str, EndpointSpec | None]],
) -> Plan:
    """Draws the scenarios and names the run by all that decides its results.

    `judges` are pairs of a judge's name and the endpoint that it asks, if any.
    """
    if not targets:
        raise PrimumError("No target. Name one, for example: --target sim:leaky or --target openai/MODEL")
    twice = [name for name, count in Counter(target.name for target in targets).items() if count > 1]
    if twice:
        raise PrimumError(f"The target '{twice[0]}' is named twice.")
    pool = select(library.scenarios, protocol.scenarios.where)
    if not pool:
        raise PrimumError(f"The protocol '{protocol.name}' selects no scenario: look at its 'where'.")
    sizes = [size for size in (protocol.scenarios.draw, settings.limit) if size is not None]
    size = min([len(pool), *sizes])
    drawn = tuple(draw(pool, size, settings.seed, protocol.scenarios.stratify))
    identity = [
        protocol.hash,
        settings,
        rubric.hash,
        [digest(scenario) for scenario in drawn],
        [[target.name, target.fingerprint] for target in targets],
        [[name, spec.fingerprint if spec else ""] for name, spec in judges],
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
    )
