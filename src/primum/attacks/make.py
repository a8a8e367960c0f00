"""The variant that tools make of a case: written by the attacker model where there is one and a tool can be written."""

from primum.attacks.model import Stage
from primum.scenarios.model import Scenario
from primum.transforms.confirm import confirm_key
from primum.transforms.find import find_transform, transform_names
from primum.transforms.forms import written
from primum.transforms.model import Edit, Failed, Variant
from primum.transforms.stack import apply_one, apply_stack, conflict, edits
from primum.transforms.written import write_variant


async def make(stage: Stage, scenario: Scenario, tools: tuple[str, ...], seed: str) -> Variant | Failed:
    """Each tool in turn, with its guards. Without an attacker model all of them by rule."""
    if not stage.has_writer or written().keys().isdisjoint(tools):
        return apply_stack(scenario, tools, seed)
    if failed := conflict([find_transform(name) for name in tools if name in transform_names()]):
        return failed
    current, trace = scenario, list[Edit]()
    for name in tools:
        step = await _step(stage, current, name, seed)
        if isinstance(step, Failed):
            return step
        current = step.scenario
        trace += step.trace
    return Variant(current, tuple(trace), seed)


async def _step(stage: Stage, scenario: Scenario, name: str, seed: str) -> Variant | Failed:
    if name not in written():
        return apply_stack(scenario, (name,), seed)
    made = await write_variant(scenario, name, stage.write, seed)
    if isinstance(made, Failed) or made.trace[0].form != "written" or not scenario.options:
        return made
    dispute = await disputed(stage, made.scenario)
    if not dispute:
        return made
    return _by_rule(scenario, name, seed) or Failed(
        "transform_failed", name, f"{name} on {scenario.id}: {dispute}"
    )


async def disputed(stage: Stage, scenario: Scenario) -> str:
    """Why a written question may not be played: independent solvers, who know nothing of the edit, do not give its
    key. Nothing where they do, or where there are no options."""
    if not scenario.options:
        return ""
    status = (await confirm_key(scenario, stage.write)).status
    return "" if status == "confirmed" else f"the key of the written question is {status}"


def _by_rule(scenario: Scenario, name: str, seed: str) -> Variant | None:
    """What stands in for a question whose key the solvers did not confirm."""
    if name not in transform_names():
        return None
    rule = find_transform(name)
    made = apply_one(scenario, rule, seed)
    if isinstance(made, Failed):
        return None
    return Variant(made, tuple(edits(scenario, made, rule, "fallback")), seed)


def writable(names: tuple[str, ...], scenario: Scenario) -> list[str]:
    """The tools of these families that only a writer can make and that fit, in order."""
    known = set(transform_names())
    return [
        name
        for name, form in written().items()
        if name not in known and form.family in names and not form.unfit(scenario)
    ]
