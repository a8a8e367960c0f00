"""Variants written by a model: parsed, guarded, tried three times, then made by rule or given up.

The writer is any endpoint behind `write`, which goes through the journal; so a second run writes nothing anew.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import msgspec

from primum.endpoints.model import CallFailed, Message, Reply
from primum.errors import PrimumError, did_you_mean
from primum.scenarios.model import Fact, Scenario
from primum.transforms import claims
from primum.transforms.find import find_transform, transform_names
from primum.transforms.forms import Written, common, written
from primum.transforms.guards import check_guards
from primum.transforms.letters import LETTERS
from primum.transforms.model import Failed, Promise, Transform, Variant
from primum.transforms.stack import apply_one, edits
from primum.transforms.texts import identifiers, insert, map_user_turns

Write = Callable[[Sequence[Message]], Awaitable[Reply]]
TRIES = 3
T = TypeVar("T")


class _Turns(msgspec.Struct, frozen=True):
    turns: tuple[str, ...]
    facts: dict[str, str] = msgspec.field(default_factory=dict)


class _Sentence(msgspec.Struct, frozen=True):
    sentence: str


class _Options(msgspec.Struct, frozen=True):
    options: tuple[str, ...]


class Rejected(Exception):
    """Why a reply of the writer is no good, in words that the writer is told."""


async def write_variant(
    scenario: Scenario, transform_name: str, write: Write, seed: str, *, fallback: bool = True
) -> Variant | Failed:
    """The variant a writer model makes of a scenario. After three bad replies the rule-based form of the same name
    stands in (its edits say `fallback`); without one, or without leave, the transform has failed. A budget that
    has ended is raised: the next execution goes on from here."""
    form = find_form(transform_name)
    rule = _rule(transform_name)
    if why := form.unfit(scenario) or (rule.fits(scenario) if rule else ""):
        return Failed("unfit", form.name, f"{form.name} does not fit {scenario.id}: {why}")
    fault = ""
    for attempt in range(TRIES):
        try:
            reply = await write(_request(scenario, form, seed, attempt, fault))
            after = _edited(scenario, form, reply.text)
        except CallFailed as failed:
            if failed.failure.kind == "over_budget":
                raise
            fault = f"the call failed ({failed.failure.kind})"
            continue
        except Rejected as rejected:
            fault = str(rejected)
            continue
        return Variant(after, tuple(edits(scenario, after, form, "written")), seed)
    if rule and fallback:
        made = apply_one(scenario, rule, seed)
        if not isinstance(made, Failed):
            return Variant(made, tuple(edits(scenario, made, rule, "fallback")), seed)
    return Failed("transform_failed", form.name, f"{form.name} on {scenario.id}, {TRIES} tries: {fault}")


def find_form(name: str) -> Written:
    """A written transform by name; a misspelt name is an error that suggests the near one."""
    if name not in written():
        raise PrimumError(f"No writer's prompt makes '{name}'.{did_you_mean(name, written())}")
    return written()[name]


@lru_cache(maxsize=256)
def _rule(name: str) -> Transform | None:
    return find_transform(name) if name in transform_names() else None


def _request(scenario: Scenario, form: Written, seed: str, attempt: int, fault: str) -> list[Message]:
    instruction = form.form.instruction.replace("<right>", claims.right(scenario))
    instruction = instruction.replace("<wrong>", f'"{claims.wrong(scenario, seed, form.name)}"')
    told = {
        "instruction": instruction,
        "variation": seed,
        "messages": [turn.text for turn in scenario.user_turns],
        "facts": {fact.id: fact.text for fact in _stated(scenario)},
        "keep_exactly": [*identifiers(scenario), *("{" + name + "}" for name in scenario.slots)],
        "options": scenario.options,
    }
    reply_form = getattr(common(), form.kind).replace("<count>", str(form.form.count))
    note = common().attempts[attempt].replace("<fault>", fault)
    body = msgspec.json.encode({name: value for name, value in told.items() if value}).decode()
    return [
        Message("system", common().system),
        Message("user", "\n\n".join(filter(None, (body, reply_form, note)))),
    ]


def _stated(scenario: Scenario) -> list[Fact]:
    """The marked facts that stand in a user turn."""
    return [fact for fact in scenario.facts if any(fact.text in turn.text for turn in scenario.user_turns)]


def _edited(scenario: Scenario, form: Written, text: str) -> Scenario:
    """The scenario as the writer's reply has it, or why the reply is no good."""
    if form.kind == "turns":
        return rewritten(scenario, text)
    if form.kind == "sentence":
        after, promise = _with_sentence(scenario, form, text), Promise(form.relation)
    else:
        after, promise = _with_options(scenario, form, text), Promise(form.relation, options="added")
    return _checked(scenario, after, promise)


def rewritten(scenario: Scenario, text: str) -> Scenario:
    """The scenario with its user turns as a reply in the form `turns` has them: every fact, number and drug survives,
    and none is added. Raises `Rejected`."""
    return _checked(scenario, _with_turns(scenario, text), Promise(facts="value", adds=False))


def _checked(before: Scenario, after: Scenario, promise: Promise) -> Scenario:
    if after == before:
        raise Rejected("nothing was changed")
    if fault := check_guards(before, after, promise):
        raise Rejected(fault)
    return after


def _with_turns(scenario: Scenario, text: str) -> Scenario:
    made = parse(text, _Turns)
    if len(made.turns) != len(scenario.user_turns) or not all(turn.strip() for turn in made.turns):
        raise Rejected(f"{len(scenario.user_turns)} messages were given, {len(made.turns)} came back")
    new = iter(made.turns)
    changed = map_user_turns(scenario, lambda _, at: next(new))
    facts = []
    stated = {fact.id for fact in _stated(scenario)}
    for fact in scenario.facts:
        quote = made.facts.get(fact.id, "").strip()
        if fact.id in stated and not any(quote and quote in turn for turn in made.turns):
            raise Rejected(f"the fact '{fact.id}' is not quoted from the new text")
        facts.append(msgspec.structs.replace(fact, text=quote) if fact.id in stated else fact)
    return msgspec.structs.replace(changed, facts=tuple(facts))


def _with_sentence(scenario: Scenario, form: Written, text: str) -> Scenario:
    sentence = " ".join(parse(text, _Sentence).sentence.split())
    if not 3 <= len(sentence.split()) <= 80:
        raise Rejected("one or two sentences were asked for")
    if "{" in sentence:
        raise Rejected("the sentence holds a curly brace")
    return insert(scenario, sentence, form.form.place)


def _with_options(scenario: Scenario, form: Written, text: str) -> Scenario:
    made = [" ".join(option.split()) for option in parse(text, _Options).options]
    every = [option.casefold() for option in (*scenario.options.values(), *made)]
    if len(made) != form.form.count or len(set(every)) < len(every) or not all(made):
        raise Rejected(f"{form.form.count} further options were asked for, all different")
    options = dict(scenario.options)
    for option in made:
        options[LETTERS[len(options)]] = option
    return msgspec.structs.replace(scenario, options=options)


def parse(text: str, kind: type[T]) -> T:
    """The JSON object of a reply, also inside a code fence or behind a word of politeness."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    if not found:
        raise Rejected("the reply holds no JSON object")
    try:
        return msgspec.json.decode(found[0], type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Rejected(f"the reply is not the JSON that was asked for: {error}") from None
