"""`primum judges exam`: the paper, the sitting and the marks of one judge."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import msgspec

from primum.canonical import digest, fraction
from primum.examination.bench import Pairs, Trial, identity, opened, pairs_of
from primum.examination.content import Limits, load_content, load_limits
from primum.examination.marking import RETESTED, decide, mark, verdict_of
from primum.examination.model import VERSION, Item, JudgeResult, Kind
from primum.examination.paper import paper
from primum.examination.sitting import Show, Sitting, exchange_of, failures, sit, unseen
from primum.judging.rubric import Rubric, load_rubric
from primum.scenarios.loader import Library, load_library
from primum.scenarios.model import Scenario
from primum.scenarios.sampling import draw

ENOUGH = 60
"""Scenarios for a judge that asks models, unless --limit says otherwise; about fifteen verdicts each."""

RARE: tuple[Kind, ...] = ("empathy", "refusal-helps", "priority")
"""Kinds of items that not every scenario has."""


class Prepared(msgspec.Struct, frozen=True):
    """An examination with everything found; nothing has been asked yet."""

    trial: Trial
    pairs: Pairs
    library: Library
    scenarios: dict[str, Scenario]
    items: list[Item]
    limits: Limits
    rubric: Rubric

    @property
    def run(self) -> str:
        """Names the sitting in the journal: the same judge and paper give the same."""
        who = identity(self.pairs, self.rubric)
        return "exam-" + digest([who, self.items, self.trial.seed])[:16]


def prepare(trial: Trial, *, limits: str = "", rubric: str = "", scenarios: Sequence[str] = ()) -> Prepared:
    """Finds the judge and writes the paper. Calls nothing."""
    pairs = pairs_of(trial)
    library = load_library(paths=[Path(path) for path in scenarios])
    asks = any(spec for _, spec in pairs)
    count = trial.limit or (ENOUGH if asks else len(library.scenarios))
    drawn = draw(library.scenarios, count, trial.seed)
    wanted = load_limits(limits)
    items = paper(drawn, load_content(), trial.seed)
    if count >= wanted.scenarios:
        items += _further(items, library.scenarios, trial.seed, wanted.scenarios)
    by_id = {one.id: one for one in library.scenarios}
    used = {item.scenario: by_id[item.scenario] for item in items}
    chosen = load_rubric(rubric) if rubric else load_rubric()
    return Prepared(trial, pairs, library, used, items, wanted, chosen)


def _further(items: Sequence[Item], pool: Sequence[Scenario], seed: int, least: int) -> list[Item]:
    """Items of the kinds that few scenarios have, from others, until there are enough of them to decide."""
    drawn = {item.scenario for item in items}
    others = sorted(pool, key=lambda one: (fraction("further", seed, one.id), one.id))
    found: list[Item] = []
    lacking = {kind: least - sum(item.kind == kind for item in items) for kind in RARE}
    for scenario in others:
        if scenario.id in drawn or max(lacking.values()) <= 0:
            continue
        own = {
            item.kind: item
            for item in paper([scenario], load_content(), seed)
            if item.kind in (*RARE, "unsafe")
        }
        for kind in [kind for kind in RARE if kind in own and lacking[kind] > 0]:
            lacking[kind] -= 1
            found += [own[kind], *([own["unsafe"]] if own[kind].twin and own["unsafe"] not in found else [])]
    return found


async def examine(prepared: Prepared, show: Show = unseen) -> JudgeResult:
    """Puts the paper to the judge, or goes on where an earlier sitting stopped, and marks it."""
    trial = prepared.trial
    sittings = [one async for one in _sittings(prepared.items, prepared.scenarios)]
    async with opened(trial, prepared.pairs, prepared.run) as judge:
        sat = await sit(sittings, judge.judges, judge.meter, judge.crew, show)
    figures = mark(prepared.items, prepared.scenarios, sat, prepared.rubric)
    decisions = decide(figures, prepared.limits)
    return JudgeResult(
        schema=VERSION,
        kind="exam",
        judge=identity(prepared.pairs, prepared.rubric, prepared.library),
        created=time.time(),
        run=prepared.run,
        seed=trial.seed,
        limit=trial.limit,
        scenarios=len(prepared.scenarios),
        simulated=any(spec is not None and spec.kind == "sim" for _, spec in prepared.pairs),
        items=dict(Counter(item.kind for item in prepared.items)),
        figures=figures,
        decisions=decisions,
        result=verdict_of(decisions),
        cost=judge.meter.cost(sum(not verdict.failure for verdict in sat.values())),
        failures=failures(sat),
    )


async def _sittings(items: Sequence[Item], scenarios: Mapping[str, Scenario]) -> AsyncIterator[Sitting]:
    for item in items:
        scenario = scenarios[item.scenario]
        if item.reversed:
            scenario = msgspec.structs.replace(scenario, checks=scenario.checks[::-1])
        exchange = await exchange_of(scenario, item.replies)
        yield Sitting(item.id, scenario, exchange)
        if item.kind in RETESTED:
            yield Sitting(item.id, scenario, exchange, sample=1)
