"""A preset: one way of judging recorded replies, under a name. One file each in `presets/`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from primum.judging.asking import Bench, Failed
from primum.judging.injection import injection
from primum.judging.item import Item
from primum.judging.tally import NO_VERDICT as NO_VERDICT
from primum.judging.tally import Tally

Result = Any
"""A frozen struct of the preset's own."""
Pair = tuple[Item, Result | None]
"""A reply and what was found; None where the judge has no verdict."""


ADDRESSED = "the reply addresses its judge"
"""With NO_VERDICT, the reasons for review that any preset may give."""


def _nothing(item: Item, result: Result) -> tuple[str, ...]:
    return ()


def _always(item: Item) -> str:
    return ""


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """`judge` is a coroutine over `ask`; everything else is pure."""

    name: str
    about: str
    judge: Callable[[Item, Bench], Awaitable[Result | Failed]]
    tally: Callable[[Sequence[Pair]], Tally]
    """Of a reply it may read what labels it (category, harm level, benign, passed, identifiers …), never its texts:
    the report of a run does not hold them."""
    needs: tuple[str, ...] = ()
    """Fields that a reply must have beside `reply`; without them it is *not applicable*."""
    applies: Callable[[Item], str] = _always
    """Why a reply that has the fields is *not applicable* all the same; empty where it is not."""
    asks_models: bool = True
    calls: int = 1
    """Calls a reply, about."""
    sampling: dict[str, Any] = {}
    """What it sends beside the messages, unless the endpoint's configuration says otherwise."""
    review: Callable[[Item, Result], tuple[str, ...]] = _nothing
    """Why a human should look at a result."""
    kind: type[Any] = dict
    """What a result is."""


class Opinion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reply under one preset. Exactly one of `result`, `failure` and `not_applicable` is set."""

    id: str
    preset: str
    judge: str = ""
    """The endpoint that was asked."""
    result: dict[str, Any] | None = None
    failure: str = ""
    not_applicable: str = ""
    injection: str = ""
    """Words in the reply that address the judge; a finding of its own."""
    review: tuple[str, ...] = ()
    """Why a human should look."""


def missing(preset: Preset, item: Item) -> str:
    """Why the preset cannot apply to a reply; empty where it can."""
    lacking = [field for field in preset.needs if not item.has(field)]
    return f"needs {', '.join(lacking)}" if lacking else preset.applies(item)


async def opinion(preset: Preset, item: Item, bench: Bench, judge: str) -> tuple[Opinion, Result | None]:
    """What the preset makes of a reply, as a record and as its own struct. An empty reply is never judged."""
    why = missing(preset, item)
    if why:
        return Opinion(item.id, preset.name, judge, not_applicable=why), None
    if not item.reply.strip():
        return Opinion(item.id, preset.name, judge, failure="the reply is empty", review=(NO_VERDICT,)), None
    told = injection(item.reply)
    spoken = (ADDRESSED,) if told else ()
    found = await preset.judge(item, bench)
    if isinstance(found, Failed):
        failed = Opinion(
            item.id, preset.name, judge, failure=found.problem, injection=told, review=(NO_VERDICT, *spoken)
        )
        return failed, None
    reasons = (*preset.review(item, found), *spoken)
    result = msgspec.to_builtins(found)
    return Opinion(item.id, preset.name, judge, result=result, injection=told, review=reasons), found
