"""Defences: each target with and without, as targets of their own, so that every comparison holds for them."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from primum.campaign.protocol import Defence
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError


def defended(targets: Sequence[EndpointSpec], defences: Mapping[str, Defence]) -> list[EndpointSpec]:
    """Every target, and behind it the same with each defence, by the name TARGET+DEFENCE."""
    return [one for target in targets for one in (target, *_with(target, defences))]


def _with(target: EndpointSpec, defences: Mapping[str, Defence]) -> Iterator[EndpointSpec]:
    for name, defence in defences.items():
        if defence.guard and target.guard:
            raise PrimumError(
                f"{target.name} has a guard already ({target.guard}); the defence '{name}' brings another."
            )
        yield msgspec.structs.replace(
            target,
            name=f"{target.name}+{name}",
            system="\n\n".join(filter(None, (defence.prompt.strip(), target.system))),
            guard=defence.guard or target.guard,
        )
